"""A gateway for test labels, marked as such, with barcodes from the shop's own range."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from carriers.barcodes import Series, series_for
from carriers.delivery_options import DeliveryOptions
from carriers.gateways.base import Allocate, InvalidWebhook, RegistrationResult, ReturnRequest, Sleep, Tracking
from carriers.gateways.validation import destination_of, first_problem
from carriers.labels import draw_documents
from carriers.parcels import Address, Consignment, PrintedLabel, Registration, RegistrationRejected
from carriers.pickup_points import OfferedPoint
from carriers.tracking_links import tracking_url
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
                results.append(RegistrationRejected(one.reference, rejected[one.reference].text))
            else:
                results.append(_registration(one, barcodes[one.reference]))
        return results

    def find_registrations(self, consignments: Sequence[Consignment]) -> dict[str, Registration | None]:
        return {}

    def render_labels(self, labels: Sequence[PrintedLabel], layout: str, start: int) -> bytes:
        return draw_documents(labels, layout, start, with_forms=True)

    def sheet_slots(self, labels: Sequence[PrintedLabel]) -> int:
        return len(labels)

    def cancel(self, external_id: str) -> None:
        """Does nothing: no carrier knows this label."""

    def track(self, external_ids: Sequence[str]) -> dict[str, Tracking]:
        return {}

    def register_return(self, order: ReturnRequest) -> RegistrationResult:
        (result,) = self.register(
            [Consignment(order.reference, order.recipient, order.sender, order.choice, order.weight)]
        )
        return result

    def delivery_options(self, carrier: str, address: Address) -> DeliveryOptions | None:
        """Unknown: no carrier is asked."""
        return None

    def pickup_points(self, carrier: str, near: Address) -> tuple[OfferedPoint, ...] | None:
        """Unknown: no carrier is asked."""
        return None

    def _barcodes(self, consignments: Sequence[Consignment]) -> dict[str, str]:
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


class LocalProvider:
    name = _("Test labels")
    account = None

    def open(self, key: str, *, allocate: Allocate, sleep: Sleep) -> LocalGateway:
        return LocalGateway(allocate)

    def check_credentials(self, key: str) -> None:
        raise ApiUnauthorized("test labels take no key", status=401)

    def subscribe(self, key: str, url: str) -> dict[str, int]:
        return {}

    def unsubscribe(self, key: str, ids: Sequence[str]) -> None:
        return None

    def parse_webhook(self, headers: Mapping[str, str], body: bytes, key: str) -> list[str]:
        raise InvalidWebhook


def build() -> LocalProvider:
    return LocalProvider()
