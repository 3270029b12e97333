"""Polling of tracking statuses. A webhook only makes the poll of its shipments due now.

The status is always read from the gateway, never from a webhook. A final status never changes.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from carriers.gateways import GATEWAYS, LOCAL, get_gateway
from carriers.gateways.base import InvalidWebhook, Tracking, TrackingEvent
from carriers.tracking_status import TrackingStatus
from lib.http import ApiError
from lib.leases import DATABASE_IS_AWAY, claim_by_time, still_claimed, wake_worker
from lib.stored_messages import in_all_languages
from lib.turns import Turns, take_turns
from shipments.models import FurtherParcel, Shipment, ShipmentEvent
from shipments.services.labels import further_parcels
from shipments.services.labels.gateway import open_gateway
from shipments.services.row_locks import lock_statuses
from shipments.states import (
    STATUS_OF_TRACKING,
    TERMINAL,
    TRANSITIONS,
    UNDERWAY,
    WITH_LABEL,
    ShipmentStatus,
    next_poll_time,
)
from shops.models import GatewayAccount
from shops.services.gateway_accounts import decrypt_api_key, record_failure, record_success
from tracking.buyer_mail import send_handover_mail

log = logging.getLogger(__name__)
POLL_TASK = "tracking.poll_due"
POLL_BATCH_SIZE = 50
TURNS = Turns[int]()
LEASE_SECONDS = 300
# A status to move to, and since when.
Target = tuple[ShipmentStatus, datetime]
MIN_WAIT_AFTER_FAILURE = timedelta(minutes=10)
# Events without news: creating the label already logged them.
UNKNOWN_MESSAGE = _("The carrier reported something that is not known here.")
OWN_STATUSES = frozenset({TrackingStatus.DRAFT, TrackingStatus.ANNOUNCED})


def poll_due(*, seconds: float = 30) -> int:
    """Poll the shipments that are due, in turns of one call a shop; returns their number. Safe to run concurrently."""
    return take_turns(TURNS, _next_shop, _poll_shop, seconds=seconds, wake=POLL_TASK)


def _due() -> QuerySet[Shipment]:
    labeled = Shipment.objects.exclude(status=ShipmentStatus.REGISTERING)
    return labeled.filter(next_poll_at__lte=timezone.now()).order_by("next_poll_at")


def _next_shop(skip: Collection[int]) -> int | None:
    return _due().exclude(shop__in=skip).values_list("shop_id", flat=True).first()


def _poll_shop(shop_id: int) -> int:
    """The parcels of one shop that are due, fifty in a call: those of different shops would each take a call."""
    due = _due().filter(shop=shop_id)
    claimed = claim_by_time(due, "next_poll_at", LEASE_SECONDS, limit=POLL_BATCH_SIZE, related=["shop", "order"])
    by_gateway: dict[str, list[Shipment]] = defaultdict(list)
    for shipment in claimed:
        by_gateway[shipment.gateway or LOCAL].append(shipment)
    for gateway, shipments in by_gateway.items():
        _poll_gateway(shop_id, gateway, shipments)
    return len(claimed)


def _poll_gateway(shop_id: int, gateway: str, shipments: Sequence[Shipment]) -> None:
    """Ask the gateway for the status of these shipments in one request; when it fails, they stay due."""
    try:
        found = open_gateway(shop_id, gateway).track([shipment.external_id for shipment in shipments])
    except ApiError as error:
        log.warning("Polling shipments failed: %s", type(error).__name__)
        record_failure(shop_id, error)
        wait = max(MIN_WAIT_AFTER_FAILURE, timedelta(seconds=error.retry_after))
        _record_if_unchanged(shipments, next_poll_at=timezone.now() + wait)
        return
    except DATABASE_IS_AWAY:
        raise
    except Exception:
        log.exception("The answer about the shipments of shop %s could not be read.", shop_id)
        _record_if_unchanged(shipments, next_poll_at=timezone.now() + MIN_WAIT_AFTER_FAILURE)
        return
    record_success(shop_id)
    known = _known_events(shipments)
    for shipment in shipments:
        _record_or_postpone(shipment, found.get(shipment.external_id), known[shipment.pk])


def _record_or_postpone(shipment: Shipment, tracking: Tracking | None, known: set[tuple[str, datetime]]) -> None:
    """What goes wrong with one shipment costs no other."""
    try:
        record_tracking(shipment, tracking, known)
    except DATABASE_IS_AWAY:
        raise
    except Exception:
        log.exception("The tracking of shipment %s could not be stored.", shipment.pk)
        _record_if_unchanged([shipment], next_poll_at=timezone.now() + MIN_WAIT_AFTER_FAILURE)


def _record_if_unchanged(shipments: Sequence[Shipment], **changes: Any) -> None:
    """Skips shipments that a webhook or a cancellation changed during the request."""
    still_claimed(shipments, "next_poll_at").update(**changes)


def _known_events(shipments: Sequence[Shipment]) -> dict[int, set[tuple[str, datetime]]]:
    rows = ShipmentEvent.objects.filter(
        shipment__in=[shipment.pk for shipment in shipments], kind=ShipmentEvent.Kind.CARRIER
    )
    known: dict[int, set[tuple[str, datetime]]] = defaultdict(set)
    for pk, code, at in rows.values_list("shipment", "code", "at"):
        known[pk].add((code, at))
    return known


def record_tracking(shipment: Shipment, tracking: Tracking | None, known: set[tuple[str, datetime]]) -> None:
    """Store new tracking events, and the status when the state table allows the move. May be repeated."""
    now = timezone.now()
    if tracking is None:
        later = next_poll_time(shipment.status, shipment.status_at, now)
        _record_if_unchanged([shipment], next_poll_at=later)
        return
    new = _new_events(tracking, known)
    with transaction.atomic():
        if new:
            # After a webhook another worker may be storing the same events.
            lock_statuses([shipment.pk])
            known = _known_events([shipment])[shipment.pk]
            new = _new_events(tracking, known)
        moved = _move(shipment, tracking, known, now)
        if moved and not tracking.scans:
            new = [TrackingEvent(tracking.status, "", now)]
        ShipmentEvent.objects.bulk_create([_build_event(shipment, event) for event in new])
        _store_state(shipment, tracking, now)
        further_parcels.record_statuses(shipment, tracking.further)
    if moved and shipment.status in UNDERWAY:
        send_handover_mail(shipment)


def _new_events(tracking: Tracking, known: set[tuple[str, datetime]]) -> list[TrackingEvent]:
    return [
        event
        for event in tracking.scans
        if event.status not in OWN_STATUSES and (event.code[:20], event.at) not in known
    ]


def _move(shipment: Shipment, tracking: Tracking, known: set[tuple[str, datetime]], now: datetime) -> bool:
    """Compare-and-swap to the status; False when it is not new or the state table does not allow the move."""
    path = _path(shipment, _targets(tracking, known, now))
    for target, at in path:
        changes = {"status_at": min(at, now)}
        if target == ShipmentStatus.DELIVERED:
            changes["delivered_at"] = changes["status_at"]
        if Shipment.objects.filter(pk=shipment.pk).move(target, **changes) != 1:
            return False
        for name, value in {"status": target, **changes}.items():
            setattr(shipment, name, value)
    return bool(path)


def _targets(tracking: Tracking, known: set[tuple[str, datetime]], now: datetime) -> Iterator[Target]:
    """Where the events lead that followed the last known one, then the status itself.

    A status that ends the journey counts wherever it stands: it may be an old one that was passed over. The events of
    a shipment of several parcels are those of its first one, so they do not say where the shipment is.
    """
    events = () if tracking.further else tracking.scans
    places = [place for place, event in enumerate(events) if (event.code[:20], event.at) in known]
    for place, event in enumerate(events):
        target = STATUS_OF_TRACKING.get(event.status)
        if target is not None and (target in TERMINAL or place > max(places, default=-1)):
            yield target, event.at
    if target := STATUS_OF_TRACKING.get(tracking.status):
        yield target, max((event.at for event in tracking.scans if event.status == tracking.status), default=now)


def _path(shipment: Shipment, targets: Iterable[Target]) -> list[Target]:
    """The moves the state table allows one after another; a single one where it allows that too."""
    start = status = ShipmentStatus(shipment.status)
    path: list[Target] = []
    for target, at in targets:
        if target in TRANSITIONS[status]:
            status = target
            path.append((target, at))
    if status == start:
        return []
    return path[-1:] if status in TRANSITIONS[start] else path


def _store_state(shipment: Shipment, tracking: Tracking, now: datetime) -> None:
    shipment.tracking_status = tracking.status
    shipment.delayed = tracking.delayed and shipment.status in UNDERWAY
    later = None if tracking.is_final else next_poll_time(shipment.status, shipment.status_at, now)
    _record_if_unchanged(
        [shipment],
        tracking_status=tracking.status,
        carrier_status_code=tracking.code,
        delayed=shipment.delayed,
        next_poll_at=later,
    )


def _build_event(shipment: Shipment, event: TrackingEvent) -> ShipmentEvent:
    status = "" if event.status.message is None else event.status
    text = {} if status else _carrier_text(event)
    kind = ShipmentEvent.Kind.CARRIER
    return ShipmentEvent(
        shipment=shipment, kind=kind, at=event.at, code=event.code[:20], text=text, tracking_status=status
    )


def _carrier_text(event: TrackingEvent) -> dict[str, str]:
    """The carrier's own words, or that there are none."""
    if event.description:
        return {code: event.description for code, _name in settings.LANGUAGES}
    return in_all_languages(UNKNOWN_MESSAGE)


def accept_webhook(gateway: str, webhook_token: UUID, headers: Mapping[str, str], body: bytes) -> bool:
    """Make the shipments that the webhook names due now. False for an unknown token or an invalid signature.

    May be repeated, in any order. The status in the body is not used.
    """
    account = GatewayAccount.objects.select_related("shop").filter(webhook_token=webhook_token, gateway=gateway).first()
    if account is None or gateway not in GATEWAYS:
        return False
    try:
        external_ids = get_gateway(gateway).parse_webhook(headers, body, decrypt_api_key(account))
    except (ApiError, InvalidWebhook):
        return False
    further = FurtherParcel.objects.filter(shipment__shop=account.shop_id, external_id__in=external_ids)
    # Read first: with a subquery in the OR no index is used.
    named = Q(external_id__in=external_ids) | Q(pk__in=list(further.values_list("shipment", flat=True)))
    shipments = Shipment.objects.filter(named, shop=account.shop_id, gateway=gateway)
    # Also those that are no longer asked about: a message says that there is something new.
    waiting = ~Q(next_poll_at=None) | Q(status__in=(*WITH_LABEL, *UNDERWAY))
    if external_ids and shipments.filter(waiting).update(next_poll_at=timezone.now()):
        wake_worker(POLL_TASK)
    return True


def poll_now(shop_ids: Sequence[int]) -> int:
    """Make every shipment of these shops that is still polled due; returns their number."""
    waiting = Shipment.objects.filter(shop__in=shop_ids).exclude(next_poll_at=None)
    return waiting.update(next_poll_at=timezone.now())
