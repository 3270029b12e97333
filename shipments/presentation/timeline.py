"""The timeline of a parcel: five stages, the carrier's events, and the activity log."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.choices import CARRIER_NAMES
from carriers.tracking_status import TrackingStatus as T
from shipments.models import Shipment, ShipmentEvent
from shipments.states import ShipmentStatus as S

# The stage of each status; carriers' tracking pages show the same five.
STAGE_OF_TRACKING = {
    T.DRAFT: 0,
    T.ANNOUNCED: 0,
    T.HANDED_OVER: 1,
    T.SORTED: 2,
    T.AT_CUSTOMS: 2,
    T.OUT_FOR_DELIVERY: 3,
    T.DELIVERED: 4,
    T.READY_FOR_PICKUP: 4,
    T.PICKED_UP: 4,
    T.RETURNED: 4,
    T.RETURN_READY_FOR_PICKUP: 4,
    T.DELIVERED_AS_AGREED: 4,
}
STAGE_OF_STATUS = {
    S.REGISTERED: 0,
    S.PRINTED: 0,
    S.IN_TRANSIT: 2,
    S.AT_CUSTOMS: 2,
    S.OUT_FOR_DELIVERY: 3,
    S.AT_PICKUP_POINT: 4,
    S.DELIVERED: 4,
    S.RETURNED: 4,
}
PUSHED_MESSAGE = _("Order fulfilled, Track & Trace added")
FAILURE_KINDS = frozenset(
    {
        ShipmentEvent.Kind.PUSH_FAILED,
        ShipmentEvent.Kind.ORDER_ALERT,
        ShipmentEvent.Kind.CANCELED,
        ShipmentEvent.Kind.OWN_MAIL_FAILED,
    }
)


@dataclass(frozen=True, slots=True)
class Stage:
    """``state`` is past, now or next."""

    name: Promise | str
    state: str
    at: datetime | None
    icon: str


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    events: list[ShipmentEvent]


def route(shipment: Shipment, events: Iterable[ShipmentEvent] = ()) -> list[Stage]:
    """The stages of a shipment with a label, with times taken from ``events``; empty for other shipments."""
    current = STAGE_OF_STATUS.get(S(shipment.status))
    if current is None:
        return []
    names = _names(shipment)
    if 0 < current < len(names) - 1:
        current = STAGE_OF_TRACKING.get(T(shipment.tracking_status), current)
    is_done = shipment.status == S.DELIVERED
    seen = _first_seen(events)
    return [
        Stage(
            name,
            _state(index, current, is_done),
            _reached_at(shipment, index, current) or (seen.get(index) if index < current else None),
            _icon(shipment, index, current, is_done),
        )
        for index, name in enumerate(names)
    ]


def _names(shipment: Shipment) -> list[Promise | str]:
    carrier = CARRIER_NAMES.get(shipment.carrier, shipment.carrier)
    at_customs = shipment.status == S.AT_CUSTOMS or shipment.tracking_status == T.AT_CUSTOMS
    middle = _("At customs") if at_customs else _("Sorted")
    point = _("At pick-up point")
    if shipment.pickup is not None:
        point = format_lazy(_("At {point}"), point=shipment.pickup.name)
    last = {S.AT_PICKUP_POINT: point, S.RETURNED: _("Returned")}
    return [
        _("Label created"),
        format_lazy(_("At {carrier}"), carrier=carrier),
        middle,
        _("With the courier"),
        last.get(S(shipment.status), _("Delivered")),
    ]


def _state(index: int, current: int, is_done: bool) -> str:
    if index < current or (is_done and index == current):
        return "past"
    return "now" if index == current else "next"


def _icon(shipment: Shipment, index: int, current: int, is_done: bool) -> str:
    if index < current or (is_done and index == current):
        return "check"
    if index > current:
        return ""
    return {S.AT_PICKUP_POINT: "store", S.RETURNED: "return", S.AT_CUSTOMS: "customs"}.get(S(shipment.status), "truck")


def _reached_at(shipment: Shipment, index: int, current: int) -> datetime | None:
    if index == 0:
        return shipment.registered_at
    return shipment.status_at if index == current else None


def _first_seen(events: Iterable[ShipmentEvent]) -> dict[int, datetime]:
    times: dict[int, datetime] = {}
    for event in events:
        stage = STAGE_OF_TRACKING.get(T(event.tracking_status))
        if stage is not None:
            times[stage] = min(event.at, times.get(stage, event.at))
    return times


def carrier_days(events: Iterable[ShipmentEvent]) -> list[Day]:
    """``events`` are newest first."""
    return _by_day(event for event in events if event.kind == ShipmentEvent.Kind.CARRIER)


def activity_log(shipment: Shipment, events: Sequence[ShipmentEvent]) -> list[Day]:
    """Events of the shop and of the platform; ``events`` are newest first."""
    done = [event for event in events if event.kind != ShipmentEvent.Kind.CARRIER]
    return _by_day(sorted([*_push_events(shipment), *done], key=lambda event: event.at, reverse=True))


def _push_events(shipment: Shipment) -> list[ShipmentEvent]:
    """Built from the fulfillment, because updates of the platform are not stored as events."""
    fulfillment = shipment.fulfillment
    if fulfillment is None:
        return []
    kinds, events = ShipmentEvent.Kind, []
    if fulfillment.confirmed_at:
        events.append(ShipmentEvent(kind=kinds.PUSHED, at=fulfillment.confirmed_at, text=str(PUSHED_MESSAGE)))
    if fulfillment.has_failed and fulfillment.sent_at:
        events.append(ShipmentEvent(kind=kinds.PUSH_FAILED, at=fulfillment.sent_at, text=fulfillment.last_error))
    return events


def _by_day(events: Iterable[ShipmentEvent]) -> list[Day]:
    return [Day(day, list(group)) for day, group in groupby(events, key=lambda event: timezone.localdate(event.at))]
