"""A gateway for test labels, marked as such, with barcodes from the shop's own range."""

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import IO

from django.utils.translation import gettext_lazy as _

from carriers.barcodes import Series, series_for
from carriers.delivery_days import ANY_DAY, ShippingHabits
from carriers.delivery_options import DeliveryOptions
from carriers.gateways.base import (
    AccountIdentity,
    Allocate,
    InvalidWebhook,
    PriceQuestion,
    RegistrationResult,
    ReturnRequest,
    SenderPolicy,
    Sleep,
    Tracking,
    WebhookSubscription,
)
from carriers.gateways.validation import destination_of, first_problem
from carriers.parcels import Address, Consignment, PrintedLabel, RegisteredParcel, Registration, RegistrationRejected
from carriers.pickup_points import OfferedPoint
from lib.http import ApiUnauthorized


class LocalGateway:
    """A LabelGateway without state. A lost barcode uses up a number of the range; nothing else happens."""

    def __init__(self, allocate: Allocate) -> None:
        self._allocate = allocate

    def register(self, consignments: Sequence[Consignment]) -> list[RegistrationResult]:
        rejected = {one.reference: problem for one in consignments if (problem := first_problem(one))}
        barcodes = self._barcodes([one for one in consignments if one.reference not in rejected])
        results: list[RegistrationResult] = []
        for one in consignments:
            if one.reference in rejected:
                problem = rejected[one.reference]
                results.append(RegistrationRejected(one.reference, problem.text, problem.field))
            else:
                results.append(_registration(one, barcodes[one.reference]))
        return results

    def find_registrations(self, consignments: Sequence[Consignment]) -> dict[str, Registration | None]:
        return {}

    def render_labels(self, labels: Sequence[PrintedLabel], layout: str, start: int) -> bytes:
        target = io.BytesIO()
        self.write_labels(target, labels, layout, start)
        return target.getvalue()

    def write_labels(self, target: IO[bytes], labels: Iterable[PrintedLabel], layout: str, start: int) -> int:
        from carriers.labels import write_documents  # noqa: PLC0415 - ReportLab only where something is drawn

        slots = 0

        def parts() -> Iterator[PrintedLabel]:
            nonlocal slots
            for one in labels:
                slots += one.consignment.parcel_count
                yield from _parts(one)

        write_documents(target, parts(), layout, start, with_forms=True)
        return slots

    def sheet_slots(self, labels: Sequence[PrintedLabel]) -> int:
        return sum(one.consignment.parcel_count for one in labels)

    def cancel(self, external_id: str) -> None:
        """Does nothing: no carrier knows this label."""

    def track(self, external_ids: Sequence[str]) -> dict[str, Tracking]:
        return {}

    def register_return(self, order: ReturnRequest) -> RegistrationResult:
        (result,) = self.register(
            [Consignment(order.reference, order.recipient, order.sender, order.choice, order.weight)]
        )
        return result

    def delivery_options(
        self, carrier: str, address: Address, habits: ShippingHabits = ANY_DAY
    ) -> DeliveryOptions | None:
        """Unknown: no carrier is asked."""
        return None

    def pickup_points(self, carrier: str, near: Address) -> tuple[OfferedPoint, ...] | None:
        """Unknown: no carrier is asked."""
        return None

    def _barcodes(self, consignments: Sequence[Consignment]) -> dict[str, list[str]]:
        by_series: dict[Series, list[str]] = defaultdict(list)
        for one in consignments:
            series = series_for(one.choice, destination_of(one))
            by_series[series] += [one.reference] * one.parcel_count
        barcodes: dict[str, list[str]] = defaultdict(list)
        for series, references in by_series.items():
            numbers = self._allocate(series, len(references))
            for reference, number in zip(references, numbers, strict=True):
                barcodes[reference].append(series.render(number))
        return barcodes


def _parts(one: PrintedLabel) -> list[PrintedLabel]:
    """A label for each parcel, numbered, of a shipment of several."""
    if not one.further:
        return [one]
    barcodes = (one.barcode, *one.further)
    return [
        replace(one, barcode=barcode, parcel_number=number, parcel_count=len(barcodes), further=())
        for number, barcode in enumerate(barcodes, 1)
    ]


def _registration(one: Consignment, barcodes: Sequence[str]) -> Registration:
    """Without a link: no carrier has a page about these codes."""
    barcode, *others = barcodes
    return Registration(one.reference, barcode, further=tuple(RegisteredParcel(other) for other in others))


class LocalProvider:
    name = _("Test labels")
    account = None
    hooks: tuple[str, ...] = ()
    is_sandbox = False

    def sandbox_key(self) -> str:
        raise LookupError("test labels take no key")

    def open(self, key: str, *, allocate: Allocate, sleep: Sleep, sender: SenderPolicy) -> LocalGateway:
        return LocalGateway(allocate)

    def check_credentials(self, key: str) -> AccountIdentity:
        raise ApiUnauthorized("test labels take no key", status=401)

    def read_terms(self, key: str) -> None:
        """Test labels may be of everything."""

    def read_price(self, key: str, question: PriceQuestion) -> None:
        """Test labels cost nothing."""

    def subscriptions(self, key: str) -> list[WebhookSubscription]:
        return []

    def subscribe(self, key: str, urls: Mapping[str, str]) -> dict[str, int]:
        return {}

    def unsubscribe(self, key: str, ids: Sequence[str]) -> None:
        return None

    def parse_webhook(self, headers: Mapping[str, str], body: bytes, key: str) -> list[str]:
        raise InvalidWebhook


def build() -> LocalProvider:
    return LocalProvider()
