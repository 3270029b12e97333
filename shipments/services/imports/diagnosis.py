"""The diagnosis of an order that cannot be imported. Queries the platform in at most three calls and stores the orders
it returns.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from integrations.messages import unreadable_message
from integrations.models import Connection, ExternalOrder, Fulfillment
from integrations.orders import (
    ONLY_ON_REQUEST,
    FulfillmentStatus,
    ImportEligibility,
    OrderData,
    OrderPage,
    OrderStatus,
    PaymentStatus,
    RejectedOrder,
    RemoteFulfillment,
    import_eligibility,
)
from integrations.providers.base import PlatformSession
from integrations.services import mirror
from integrations.services.circuit_breaker import error_kind, record_failure, record_success
from integrations.services.tokens import open_session
from lib.http import ApiError
from lib.text import clean_text
from shipments.models import Shipment
from shipments.services.drafts.remembered_customs import find_remembered_customs
from shipments.services.imports.diagnosis_messages import Reason, reason
from shipments.services.imports.order_customs import skus_to_look_up
from shipments.services.imports.order_to_draft import draft_from_order
from shipments.services.imports.shipping_rules import load_rules
from shops.models import PackagePreferences

MAX_NUMBER_LENGTH = 50
REASON_BY_STATUS = {
    OrderStatus.PENDING: "pending",
    OrderStatus.REJECTED: "rejected",
    OrderStatus.CANCELED: "canceled",
    OrderStatus.UNKNOWN: "unknown",
}
REASON_BY_PAYMENT = {
    PaymentStatus.NOT_PAID: "not_paid",
    PaymentStatus.PENDING: "payment_pending",
    PaymentStatus.PARTIALLY_PAID: "partially_paid",
    PaymentStatus.REFUNDED: "refunded",
    PaymentStatus.CANCELED: "payment_canceled",
    PaymentStatus.UNKNOWN: "unknown",
}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The reason for one order; ``order`` is set when it can be imported now."""

    reason: Reason
    seen: ExternalOrder | None = None
    order: ExternalOrder | None = None
    shipment: Shipment | None = None


def parse_order_number(typed: str) -> str:
    """Empty without a number."""
    return clean_text(typed, MAX_NUMBER_LENGTH)[0].strip().lstrip("#").strip()


def diagnose_order(connection: Connection, number: str, preferences: PackagePreferences) -> list[Diagnosis]:
    """One diagnosis per order with this number, or one that says why there is none. May be repeated."""
    if (closed := _connection_reason(connection)) is not None:
        return [Diagnosis(closed)]
    known = set(connection.orders.filter(number=number).values_list("external_id", flat=True))
    try:
        session = open_session(connection)
        page = _find_orders(session, number, known)
        mirror.store_orders(connection, page.orders, page.rejected)
        sent = _find_fulfillments(session, page.orders)
    except ApiError as error:
        record_failure(connection, error)
        return [Diagnosis(reason(connection.platform, error_kind(error)))]
    record_success(connection)
    diagnoses = [_diagnose_unreadable(connection, order) for order in page.rejected]
    diagnoses += _diagnose_rows(connection, page.orders, sent, preferences, known)
    return diagnoses or [_not_found(connection, number, known)]


def _diagnose_unreadable(connection: Connection, order: RejectedOrder) -> Diagnosis:
    message = str(unreadable_message(connection.platform, order.reason, order.number))
    return Diagnosis(reason(connection.platform, "unreadable", reason=message))


def _connection_reason(connection: Connection) -> Reason | None:
    if not connection.is_active:
        return reason(connection.platform, connection.state)
    if connection.origin_installation and connection.copy_confirmed_at is None:
        return reason(connection.platform, "copied_site")
    if connection.paused_until and connection.paused_until > timezone.now():
        return reason(connection.platform, "paused")
    return None


def _find_orders(session: PlatformSession, number: str, known: Iterable[str]) -> OrderPage:
    """Search by number; a known order that the search does not return is fetched by id."""
    page = session.find_orders(number)
    missing = list(known)[:1] if not page.orders and not page.rejected else []
    return session.fetch_orders(missing) if missing else page


def _find_fulfillments(
    session: PlatformSession, orders: Sequence[OrderData]
) -> dict[str, tuple[RemoteFulfillment, ...]]:
    fulfilled = [order.external_id for order in orders if order.fulfillment is FulfillmentStatus.FULFILLED]
    found = session.list_fulfillments(fulfilled) if fulfilled else {}
    return {order_id: records or () for order_id, records in found.items()}


def _diagnose_rows(
    connection: Connection,
    orders: Sequence[OrderData],
    sent: dict[str, tuple[RemoteFulfillment, ...]],
    preferences: PackagePreferences,
    known: set[str],
) -> list[Diagnosis]:
    rows = connection.orders.select_related("connection").filter(
        external_id__in=[order.external_id for order in orders]
    )
    parcels = {
        shipment.order_id: shipment for shipment in Shipment.objects.filter(order__in=rows).order_by("-parcel_number")
    }
    return [
        _diagnose_row(
            row, parcels.get(row.pk), sent.get(row.external_id, ()), preferences, is_new=row.external_id not in known
        )
        for row in rows
    ]


def _diagnose_row(
    row: ExternalOrder,
    shipment: Shipment | None,
    records: Sequence[RemoteFulfillment],
    preferences: PackagePreferences,
    *,
    is_new: bool,
) -> Diagnosis:
    order, platform = row.order, row.connection.platform
    if shipment is not None:
        return Diagnosis(reason(platform, "already"), row, shipment=shipment)
    if row.eligibility == ImportEligibility.ERASED:
        return Diagnosis(reason(platform, "erased"), row)
    if (no := _status_reason(order, platform) or _eligibility_reason(order, row, records)) is not None:
        return Diagnosis(no, row)
    rules = load_rules(preferences)
    known = find_remembered_customs(row.shop_id, skus_to_look_up(order)) if rules else {}
    blocker = draft_from_order(order, preferences, known, rules).blocker
    if blocker is not None:
        return Diagnosis(reason(platform, "preferences", reason=str(blocker.text)), row)
    if row.eligibility in ONLY_ON_REQUEST:
        return Diagnosis(reason(platform, row.eligibility), row, order=row)
    return Diagnosis(reason(platform, "just_read" if is_new else "offered"), row, order=row)


def _status_reason(order: OrderData, platform: str) -> Reason | None:
    if order.status in REASON_BY_STATUS:
        return reason(platform, REASON_BY_STATUS[order.status])
    return reason(platform, REASON_BY_PAYMENT[order.payment]) if order.payment in REASON_BY_PAYMENT else None


def _eligibility_reason(order: OrderData, row: ExternalOrder, records: Sequence[RemoteFulfillment]) -> Reason | None:
    eligibility, platform = import_eligibility(order), row.connection.platform
    if eligibility is ImportEligibility.OPEN or eligibility in ONLY_ON_REQUEST:
        return None
    if not any(line.shippable for line in order.lines):
        return reason(platform, "digital")
    if eligibility is ImportEligibility.FULFILLED:
        return _fulfilled_by(row, records)
    if eligibility is not ImportEligibility.NOTHING_TO_SHIP:
        return reason(platform, eligibility.value)
    ours = [line for line in order.lines if line.shippable and not line.third_party_fulfilled]
    return reason(platform, "nothing_left" if ours else "other_fulfiller")


def _fulfilled_by(row: ExternalOrder, records: Sequence[RemoteFulfillment]) -> Reason:
    platform = row.connection.platform
    tracked = next((record for record in records if record.tracking_number), None)
    if tracked is None:
        return reason(platform, "fulfilled_by_hand")
    ours = Fulfillment.objects.filter(
        order=row, tracking_number__in=[record.tracking_number for record in records]
    ).first()
    if ours is not None:
        return reason(platform, "fulfilled_by_us", number=ours.tracking_number)
    return reason(platform, "fulfilled_elsewhere", number=tracked.tracking_number, carrier=tracked.carrier or "?")


def _not_found(connection: Connection, number: str, known: set[str]) -> Diagnosis:
    platform = connection.platform
    if known:
        return Diagnosis(reason(platform, "gone"))
    others = ExternalOrder.objects.filter(shop_id=connection.shop_id, number=number).exclude(connection=connection)
    other = others.select_related("connection").first()
    if other is None:
        return Diagnosis(reason(platform, "not_found"))
    return Diagnosis(reason(platform, "other_site", site=str(other.connection)))
