"""Test labels without a carrier: barcodes from the shop's own range, drawn here, clearly marked."""

from collections import defaultdict
from collections.abc import Sequence

from carriers.barcodes import Series, series_for
from carriers.gateways.base import Allocate, RegistrationResult, ReturnRequest, Tracking
from carriers.gateways.validation import destination_of, first_problem
from carriers.labels import draw_documents
from carriers.parcels import Consignment, PrintedLabel, Registration, RegistrationRefused
from carriers.tracking_links import tracking_url


class LocalGateway:
    """A LabelGateway that keeps nothing: a barcode handed out and lost again costs a number, not a parcel."""

    def __init__(self, allocate: Allocate) -> None:
        self._allocate = allocate

    def register(self, consignments: Sequence[Consignment]) -> list[RegistrationResult]:
        refused = {one.reference: problem for one in consignments if (problem := first_problem(one))}
        barcodes = self._barcodes([one for one in consignments if one.reference not in refused])
        answers: list[RegistrationResult] = []
        for one in consignments:
            if one.reference in refused:
                answers.append(RegistrationRefused(one.reference, refused[one.reference].text))
            else:
                answers.append(_registration(one, barcodes[one.reference]))
        return answers

    def find(self, consignments: Sequence[Consignment]) -> dict[str, Registration | None]:
        return {}

    def draw(self, labels: Sequence[PrintedLabel], layout: str, start: int) -> bytes:
        return draw_documents(labels, layout, start, with_forms=True)

    def places(self, labels: Sequence[PrintedLabel]) -> int:
        return len(labels)

    def cancel(self, external_id: str) -> None:
        """No carrier ever heard of it."""

    def track(self, external_ids: Sequence[str]) -> dict[str, Tracking]:
        return {}

    def register_return(self, order: ReturnRequest) -> RegistrationResult:
        (answer,) = self.register(
            [Consignment(order.reference, order.recipient, order.sender, order.choice, order.weight)]
        )
        return answer

    def _barcodes(self, consignments: Sequence[Consignment]) -> dict[str, str]:
        """Numbers are taken in one go for each series."""
        by_series: dict[Series, list[str]] = defaultdict(list)
        for one in consignments:
            by_series[series_for(one.choice, destination_of(one))].append(one.reference)
        barcodes: dict[str, str] = {}
        for series, references in by_series.items():
            numbers = self._allocate(series, len(references))
            barcodes |= {
                reference: series.render(number) for reference, number in zip(references, numbers, strict=True)
            }
        return barcodes


def _registration(one: Consignment, barcode: str) -> Registration:
    recipient = one.recipient
    url = tracking_url(one.choice.carrier, barcode, recipient.country, recipient.postal_code)
    return Registration(one.reference, barcode, url)
