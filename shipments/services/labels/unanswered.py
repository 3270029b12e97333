"""Labels of which it is unknown whether they exist: the gateway is asked until it answers.

A call to create a label whose answer was lost may have created it. Such a shipment stays REGISTERING, so that nobody
edits it or buys a second label, and ``next_poll_at`` says when its gateway is asked again. A call may also arrive
after it was given up, so a label that is not there is made again only when LABEL_SETTLE_SECONDS have passed.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Min, QuerySet, prefetch_related_objects
from django.utils import timezone

from carriers.gateways import LOCAL
from carriers.gateways.base import LabelGateway, RecentFinder
from carriers.parcels import Registration
from lib.http import ApiError
from lib.leases import claim_by_time, still_claimed, wake_worker
from lib.turns import Turns, take_turns
from shipments.models import Shipment, ShipmentEvent
from shipments.services.drafts.reopen import release
from shipments.services.labels.claim import LEASE, still_registering
from shipments.services.labels.files import build_consignment
from shipments.services.labels.gateway import open_gateway
from shipments.services.labels.registration import apply_registration, store
from shipments.states import ShipmentStatus, next_poll_time
from shops.services.gateway_accounts import record_failure, record_success

log = logging.getLogger(__name__)
LOOK_UP_TASK = "shipments.look_up_unanswered"
LOOK_UP_BATCH_SIZE = 25
TURNS = Turns[int]()


def look_up_due(*, seconds: float = 30) -> int:
    """Ask the gateways for the labels that are due; returns how many were asked for. Safe to run concurrently."""
    return take_turns(TURNS, _next_shop, _look_up_shop, seconds=seconds, wake=LOOK_UP_TASK)


def _next_shop(skip: Collection[int]) -> int | None:
    due = Shipment.objects.filter(status=ShipmentStatus.REGISTERING, next_poll_at__lte=timezone.now())
    return due.exclude(shop__in=skip).order_by("next_poll_at").values_list("shop_id", flat=True).first()


def _look_up_shop(shop_id: int) -> int:
    claimed = _claim(Shipment.objects.filter(shop=shop_id), LOOK_UP_BATCH_SIZE)
    _look_up(claimed, actor_id=None)
    return len(claimed)


def look_up_now(
    shipment_ids: Sequence[int],
    *,
    actor_id: int | None = None,
    creates_missing: bool = False,
    renew_lease: Callable[[], None] = lambda: None,
) -> ApiError | None:
    """Ask for these now. Afterwards each is registered, a draft, or still REGISTERING; returns the last error.

    ``creates_missing``: the caller creates those that do not exist, so that their log says nothing of it.
    ``renew_lease`` is called before each call to a gateway. May be repeated.
    """
    waiting = Shipment.objects.filter(pk__in=shipment_ids, status=ShipmentStatus.REGISTERING)
    waiting.update(next_poll_at=timezone.now())
    error = None
    for start in range(0, len(shipment_ids), LOOK_UP_BATCH_SIZE):
        renew_lease()
        some = shipment_ids[start : start + LOOK_UP_BATCH_SIZE]
        claimed = _claim(Shipment.objects.filter(pk__in=some), LOOK_UP_BATCH_SIZE)
        error = _look_up(claimed, actor_id=actor_id, logs_missing=not creates_missing) or error
    return error


def keep_asking(shipment_ids: Iterable[int], *, actor_id: int | None) -> None:
    """Leave these to the sweep, and say so in their log. Runs in the caller's transaction."""
    waiting = Shipment.objects.filter(pk__in=list(shipment_ids), status=ShipmentStatus.REGISTERING)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True))
    waiting.update(next_poll_at=timezone.now())
    ShipmentEvent.objects.bulk_create(
        [ShipmentEvent(shipment_id=pk, kind=ShipmentEvent.Kind.NO_ANSWER, actor_id=actor_id) for pk in ids],
        batch_size=500,
    )
    wake_worker(LOOK_UP_TASK)


def _claim(candidates: QuerySet[Shipment], limit: int) -> list[Shipment]:
    due = candidates.filter(status=ShipmentStatus.REGISTERING, next_poll_at__lte=timezone.now())
    related = ("shop", "parent", "order__connection", "fulfillment")
    return claim_by_time(
        due.order_by("next_poll_at"), "next_poll_at", LEASE.total_seconds(), limit=limit, related=related
    )


def _look_up(claimed: Sequence[Shipment], *, actor_id: int | None, logs_missing: bool = True) -> ApiError | None:
    by_gateway: dict[tuple[int, str], list[Shipment]] = defaultdict(list)
    for shipment in claimed:
        by_gateway[shipment.shop_id, shipment.gateway or LOCAL].append(shipment)
    error = None
    for (shop_id, gateway), shipments in by_gateway.items():
        answer = _ask_gateway(shop_id, gateway, shipments)
        _store_answers(answer, actor_id, logs_missing)
        error = answer.error or error
    return error


def settle_time() -> timedelta:
    return timedelta(seconds=settings.LABEL_SETTLE_SECONDS)


def is_settled(shipment: Shipment) -> bool:
    """Whether a label that its gateway does not have is not to come any more: what was sent may arrive late."""
    return shipment.gateway == LOCAL or shipment.status_at <= timezone.now() - settle_time()


def seconds_until_settled(shipment_ids: Sequence[int]) -> float:
    """Until the first of these that are REGISTERING is settled; 0 when one is, or none is REGISTERING."""
    registering = Shipment.objects.filter(pk__in=shipment_ids, status=ShipmentStatus.REGISTERING)
    first = registering.aggregate(first=Min("status_at"))["first"]
    return max(0.0, (first + settle_time() - timezone.now()).total_seconds()) if first else 0.0


def _log_missing(shipments: Sequence[Shipment]) -> None:
    kind = ShipmentEvent.Kind.NO_LABEL
    ShipmentEvent.objects.bulk_create([ShipmentEvent(shipment=shipment, kind=kind) for shipment in shipments])


@dataclass
class LookUp:
    """What a gateway said: ``found`` by reference, as ``LabelGateway.find_registrations`` has it.

    Of ``asked`` everything is known that can be known now; the others are asked for later, because of ``error``. Those
    whose references are ``missing`` are not there, and will not come any more.
    """

    found: dict[str, Registration | None] = field(default_factory=dict)
    asked: list[Shipment] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)
    error: ApiError | None = None


def _ask_gateway(shop_id: int, gateway: str, shipments: Sequence[Shipment]) -> LookUp:
    """Outside a transaction."""
    prefetch_related_objects(shipments, "customs_items")
    answer = LookUp()
    try:
        _ask(open_gateway(shop_id, gateway), shipments, answer)
    except ApiError as error:
        log.warning("A label could not be looked up: %s", type(error).__name__)
        record_failure(shop_id, error)
        answer.error = error
        _ask_later([shipment for shipment in shipments if shipment not in answer.asked], error)
    else:
        record_success(shop_id)
    return answer


def _ask(gateway: LabelGateway, shipments: Sequence[Shipment], answer: LookUp) -> None:
    """A label costs a call of its own, so of several the newest labels are asked for first. As long as what was sent
    may still arrive a no means nothing, and nobody is asked again. What counts is the time before the call.
    """
    consignments = {shipment.pk: build_consignment(shipment) for shipment in shipments}
    left = list(shipments)
    if len(shipments) > 1 and isinstance(gateway, RecentFinder):
        answer.found |= gateway.find_recent(list(consignments.values()))
        left = [one for one in shipments if consignments[one.pk].reference not in answer.found and is_settled(one)]
        answer.asked += [shipment for shipment in shipments if shipment not in left]
    for shipment in left:
        may_come, reference = not is_settled(shipment), consignments[shipment.pk].reference
        answer.found |= gateway.find_registrations([consignments[shipment.pk]])
        answer.asked.append(shipment)
        if not may_come and reference not in answer.found:
            answer.missing.add(reference)


def _ask_later(shipments: Sequence[Shipment], error: ApiError) -> None:
    now = timezone.now()
    for shipment in shipments:
        later = next_poll_time(shipment.status, shipment.status_at, now)
        asked_to_wait = now + timedelta(seconds=error.retry_after)
        still_claimed([shipment], "next_poll_at").update(next_poll_at=later and max(later, asked_to_wait))


def _store_answers(answer: LookUp, actor_id: int | None, logs_missing: bool) -> None:
    """Skips shipments that another worker claimed or changed meanwhile."""
    with transaction.atomic():
        held = still_registering(answer.asked)
        answered, unlabeled = [], []
        registrations: dict[int, Registration] = {}
        for shipment in held:
            reference = str(shipment.public_id)
            found = answer.found.get(reference)
            if isinstance(found, Registration):
                apply_registration(shipment, found)
                registrations[shipment.pk] = found
            elif reference in answer.missing:
                release(shipment)
                unlabeled.append(shipment)
            elif reference not in answer.found:
                shipment.next_poll_at = shipment.status_at + settle_time()
            else:
                # It exists, and its barcode is not ready.
                shipment.next_poll_at = next_poll_time(shipment.status, timezone.now(), timezone.now())
            answered.append(shipment)
        store(answered, registrations, actor_id)
        _log_missing(unlabeled if logs_missing else [])
