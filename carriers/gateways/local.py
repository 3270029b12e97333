"""Test labels without a carrier: barcodes from the shop's own range, drawn here, clearly marked."""

from collections import defaultdict
from collections.abc import Sequence

from carriers.addresses import address_problems
from carriers.barcodes import Series, series_for
from carriers.capabilities import Problem, examine
from carriers.customs import customs_problems
from carriers.gateways.base import Allocate
from carriers.labels import draw_labels
from carriers.parcels import (
    Consignment,
    CustomsDeclaration,
    Destination,
    PrintedLabel,
    Registration,
    RegistrationRefused,
)
from carriers.territories import zone
from carriers.tracking import tracking_url


class LocalGateway:
    """A LabelGateway that keeps nothing: a barcode handed out and lost again costs a number, not a parcel."""

    def __init__(self, allocate: Allocate) -> None:
        self._allocate = allocate

    def register(self, consignments: Sequence[Consignment]) -> list[Registration | RegistrationRefused]:
        refused = {one.reference: problem for one in consignments if (problem := _first_problem(one))}
        barcodes = self._barcodes([one for one in consignments if one.reference not in refused])
        answers: list[Registration | RegistrationRefused] = []
        for one in consignments:
            if one.reference in refused:
                answers.append(RegistrationRefused(one.reference, refused[one.reference].text))
            else:
                answers.append(_registration(one, barcodes[one.reference]))
        return answers

    def find(self, references: Sequence[str]) -> dict[str, Registration]:
        return {}

    def draw(self, labels: Sequence[PrintedLabel], layout: str, start: int) -> bytes:
        return draw_labels(labels, layout, start)

    def _barcodes(self, consignments: Sequence[Consignment]) -> dict[str, str]:
        """Numbers are taken in one go for each series."""
        by_series: dict[Series, list[str]] = defaultdict(list)
        for one in consignments:
            by_series[series_for(one.choice, _destination(one))].append(one.reference)
        barcodes: dict[str, str] = {}
        for series, references in by_series.items():
            numbers = self._allocate(series, len(references))
            barcodes |= {
                reference: series.render(number) for reference, number in zip(references, numbers, strict=True)
            }
        return barcodes


def _destination(one: Consignment) -> Destination:
    return Destination(one.recipient.country, one.recipient.postal_code, one.recipient.region)


def _first_problem(one: Consignment) -> Problem | None:
    destination = _destination(one)
    problems = [
        *address_problems(one.recipient),
        *examine(one.choice, destination, one.weight, one.recipient),
    ]
    if zone(destination) == "ROW":
        problems += customs_problems(one.customs or CustomsDeclaration(), destination, one.weight)
    return problems[0] if problems else None


def _registration(one: Consignment, barcode: str) -> Registration:
    recipient = one.recipient
    url = tracking_url(one.choice.carrier, barcode, recipient.country, recipient.postal_code)
    return Registration(one.reference, barcode, url)
