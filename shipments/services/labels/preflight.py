"""Checks before a label is created: the orders are read from their platform again."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.legibility import illegible_problems
from carriers.multi_collo import parcel_count_problem
from integrations.messages import connection_message, eligibility_message
from integrations.models import Connection, ExternalOrder
from integrations.orders import UNSHIPPABLE
from integrations.services.circuit_breaker import CallsPaused, error_kind, record_failure
from integrations.services.read_again import refresh_orders
from lib.http import ApiError, ApiUnauthorized
from lib.leases import RetryPolicy
from shipments.models import Shipment
from shipments.services.imports.order_changes import apply_to_shipment
from shipments.services.labels.needs import label_needs

SLOW_DOWN_MESSAGE = _("The webshop asked us to slow down. Nothing is lost: we'll continue automatically.")
UNREADABLE_MESSAGE = _("We couldn't confirm this order with {platform}. Try again in a moment.")
SILENT_MESSAGE = _("{platform} isn't responding, so the order couldn't be checked. We'll retry automatically.")
TOO_MANY_REQUESTS = 429
# After this time without a response the items of a job fail.
RETRIES = RetryPolicy(max_age=timedelta(minutes=30))
# Errors that need no action of the merchant.
TEMPORARY_ERRORS = frozenset({"unreachable", "broken", "rate_limited"})
# Code, message, and whether a retry can help.
LabelBlocker = tuple[str, object, bool]
ORDER_GONE_MESSAGE = _("This order no longer exists in the webshop.")
NOTHING_LEFT_MESSAGE = _("All items in this parcel were refunded or sent in the meantime, so there is nothing to ship.")


@dataclass(frozen=True, slots=True)
class SilentPlatform:
    """Why an order could not be read now. ``code`` and ``failure`` are for who stops trying; ``retry_after`` is in
    seconds.
    """

    message: object
    code: str
    failure: object
    retry_after: float


def recheck_orders(shipments: Sequence[Shipment]) -> tuple[dict[int, LabelBlocker], dict[int, SilentPlatform]]:
    """Read the orders again in calls of 100; returns blockers by shipment id, and the orders that nobody could read.

    A platform that does not answer says nothing about its orders, and one that refuses all of them may answer soon, so
    these are to be tried again. Unedited drafts get the changes of their order.
    """
    connected = [s for s in shipments if s.order and s.order.connection.state != Connection.State.DISCONNECTED]
    blocked: dict[int, LabelBlocker] = {}
    silent: dict[int, SilentPlatform] = {}
    for _connection, group in groupby(sorted(connected, key=_connection_of), key=_connection_of):
        rows = list(group)
        try:
            blocked |= _recheck_connection(rows)
        except _NoAnswer as no_answer:
            silent |= {shipment.pk: no_answer.silent for shipment in rows}
    return blocked, silent


class _NoAnswer(Exception):
    def __init__(self, silent: SilentPlatform) -> None:
        super().__init__(str(silent.message))
        self.silent = silent


def _connection_of(shipment: Shipment) -> int:
    return shipment.order.connection_id if shipment.order else 0


def _recheck_connection(shipments: list[Shipment]) -> dict[int, LabelBlocker]:
    orders = [shipment.order for shipment in shipments if shipment.order]
    connection = orders[0].connection
    try:
        gone = refresh_orders(connection, orders)
    except ApiError as error:
        record_failure(connection, error)
        silent = _silent_platform(connection, error)
        if _is_lasting(connection, error):
            return {shipment.pk: (silent.code, silent.failure, True) for shipment in shipments}
        raise _NoAnswer(silent) from error
    fresh = ExternalOrder.objects.select_related("connection").in_bulk([order.pk for order in orders])
    parcels = Counter(Shipment.objects.filter(order__in=fresh).values_list("order_id", flat=True))
    for shipment in shipments:
        order = fresh.get(shipment.order_id or 0)
        if order is not None:
            shipment.order = order
            apply_to_shipment(shipment, order, alone=parcels[order.pk] == 1)
    return {s.pk: ("order_gone", ORDER_GONE_MESSAGE, False) for s in shipments if s.order_id in gone}


def _silent_platform(connection: Connection, error: ApiError) -> SilentPlatform:
    kind = error_kind(error)
    unread = format_lazy(UNREADABLE_MESSAGE, platform=connection.platform_name)
    if error.status == TOO_MANY_REQUESTS or isinstance(error, CallsPaused):
        return SilentPlatform(SLOW_DOWN_MESSAGE, "shop_unreachable", unread, error.retry_after)
    if kind in TEMPORARY_ERRORS:
        silent = format_lazy(SILENT_MESSAGE, platform=connection.platform_name)
        return SilentPlatform(silent, "shop_unreachable", unread, error.retry_after)
    message = connection_message(connection.platform, kind)
    return SilentPlatform(message, "shop_" + kind, message, error.retry_after)


def _is_lasting(connection: Connection, error: ApiError) -> bool:
    """A shop that refused us before, and for longer than a job waits, is waiting for a person."""
    refused_since = connection.state_since
    is_refused = isinstance(error, ApiUnauthorized) and refused_since is not None
    return is_refused and RETRIES.is_exhausted(since=refused_since)


def label_blocker(shipment: Shipment) -> LabelBlocker | None:
    """Without calling the gateway."""
    order = shipment.order
    if order and order.eligibility in UNSHIPPABLE:
        return order.eligibility, eligibility_message(order.connection.platform, order.eligibility), False
    if order and order.eligibility == "partially_refunded" and not units_to_report(shipment):
        return "nothing_left", NOTHING_LEFT_MESSAGE, False
    for need in label_needs(shipment.shop):
        return need.code, need.message, True
    for problem in shipment.problems:
        return problem["code"], problem["text"], True
    for illegible in illegible_problems(shipment.recipient):
        return illegible.code, illegible.text, True
    return _account_blocker(shipment)


def _account_blocker(shipment: Shipment) -> LabelBlocker | None:
    """The account may do less (or more) since the draft was saved."""
    capabilities = shipment.shop.capabilities
    for problem in capabilities.validate_parcel(shipment.choice, shipment.destination):
        return problem.code, problem.text, True
    too_many = parcel_count_problem(shipment.parcel_count, shipment.choice, shipment.destination, capabilities)
    return (too_many.code, too_many.text, True) if too_many else None


def units_to_report(shipment: Shipment) -> tuple[tuple[str, int], ...]:
    """(line id, units) of the lines in this parcel that the platform still counts as unfulfilled."""
    if shipment.order is None:
        return ()
    open_units = {line.id: line.quantity_to_ship for line in shipment.order.order.lines}
    packed = [(line["id"], int(line["pieces"])) for line in shipment.order_lines]
    if not any(open_units.get(line, 0) for line, _units in packed):
        # Marked as fulfilled by hand: our fulfillment adds the tracking number.
        return tuple(packed) if shipment.order.eligibility != "partially_refunded" else ()
    remaining = [(line, min(units, open_units.get(line, 0))) for line, units in packed]
    return tuple((line, units) for line, units in remaining if units)
