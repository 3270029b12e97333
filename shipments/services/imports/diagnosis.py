"""The diagnosis of an order that cannot be imported. Queries the platform in at most three calls and stores the orders
it returns.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from integrations.models import Connection, ExternalOrder, Fulfillment
from integrations.orders import (
    ON_REQUEST,
    FulfillmentStatus,
    OrderData,
    OrderPage,
    OrderStatus,
    PaymentStatus,
    Record,
    Verdict,
    judge,
)
from integrations.providers.base import ShopSession
from integrations.services import mirror
from integrations.services.health import kind_of, note_failure, note_success
from integrations.services.tokens import open_session
from lib.http import ApiError
from lib.text import clean_text
from shipments.models import Shipment
from shipments.services.imports.diagnosis_messages import Reason, reason
from shipments.services.imports.order_to_draft import draft_from_order
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
        mirror.store(connection, page.orders, page.rejected)
        sent = _find_fulfillments(session, page.orders)
    except ApiError as error:
        note_failure(connection, error)
        return [Diagnosis(reason(connection.platform, kind_of(error)))]
    note_success(connection)
    diagnoses = [Diagnosis(reason(connection.platform, "unreadable", reason=order.reason)) for order in page.rejected]
    diagnoses += _diagnose_rows(connection, page.orders, sent, preferences, known)
    return diagnoses or [_not_found(connection, number, known)]


def _connection_reason(connection: Connection) -> Reason | None:
    if not connection.is_active:
        return reason(connection.platform, connection.state)
    if connection.origin_installation and connection.copy_confirmed_at is None:
        return reason(connection.platform, "copied_site")
    if connection.paused_until and connection.paused_until > timezone.now():
        return reason(connection.platform, "paused")
    return None


def _find_orders(session: ShopSession, number: str, known: Iterable[str]) -> OrderPage:
    """Search by number; a known order that the search does not return is fetched by id."""
    page = session.find_orders(number)
    missing = list(known)[:1] if not page.orders and not page.rejected else []
    return OrderPage(tuple(session.fetch_orders(missing).values())) if missing else page


def _find_fulfillments(session: ShopSession, orders: Sequence[OrderData]) -> dict[str, tuple[Record, ...]]:
    fulfilled = [order.external_id for order in orders if order.fulfillment is FulfillmentStatus.FULFILLED]
    return session.records(fulfilled) if fulfilled else {}


def _diagnose_rows(
    connection: Connection,
    orders: Sequence[OrderData],
    sent: dict[str, tuple[Record, ...]],
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
    records: Sequence[Record],
    preferences: PackagePreferences,
    *,
    is_new: bool,
) -> Diagnosis:
    order, platform = row.order, row.connection.platform
    if shipment is not None:
        return Diagnosis(reason(platform, "already"), row, shipment=shipment)
    if row.verdict == Verdict.ERASED:
        return Diagnosis(reason(platform, "erased"), row)
    if (no := _status_reason(order, platform) or _eligibility_reason(order, row, records)) is not None:
        return Diagnosis(no, row)
    blocker = draft_from_order(order, preferences).blocker
    if blocker is not None:
        return Diagnosis(reason(platform, "preferences", reason=str(blocker.text)), row)
    if row.verdict in ON_REQUEST:
        return Diagnosis(reason(platform, row.verdict), row, order=row)
    return Diagnosis(reason(platform, "just_read" if is_new else "offered"), row, order=row)


def _status_reason(order: OrderData, platform: str) -> Reason | None:
    if order.status in REASON_BY_STATUS:
        return reason(platform, REASON_BY_STATUS[order.status])
    return reason(platform, REASON_BY_PAYMENT[order.payment]) if order.payment in REASON_BY_PAYMENT else None


def _eligibility_reason(order: OrderData, row: ExternalOrder, records: Sequence[Record]) -> Reason | None:
    verdict, platform = judge(order), row.connection.platform
    if verdict is Verdict.OPEN or verdict in ON_REQUEST:
        return None
    if not any(line.shippable for line in order.lines):
        return reason(platform, "digital")
    if verdict is Verdict.FULFILLED:
        return _fulfilled_by(row, records)
    if verdict is not Verdict.NOTHING_TO_SHIP:
        return reason(platform, verdict.value)
    ours = [line for line in order.lines if line.shippable and not line.ships_elsewhere]
    return reason(platform, "nothing_left" if ours else "other_fulfiller")


def _fulfilled_by(row: ExternalOrder, records: Sequence[Record]) -> Reason:
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
