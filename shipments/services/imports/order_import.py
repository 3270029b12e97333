"""Importing orders. Each order becomes exactly one draft, also when imports are repeated or concurrent."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from integrations.messages import eligibility_message
from integrations.models import Connection, ExternalOrder
from integrations.orders import ONLY_ON_REQUEST, ImportEligibility
from jobs import runner
from jobs.models import Job
from lib.bulk_insert import insert_rows
from lib.leases import DATABASE_IS_AWAY, LeaseLost, claim
from lib.stored_messages import in_all_languages
from shipments.content import serialize_problems
from shipments.job_kinds import JobKind
from shipments.models import CustomsItem, JobItem, Shipment, ShipmentEvent
from shipments.queries.key_pieces import read_keys
from shipments.search_text import shipment_search_text
from shipments.services.drafts.remembered_customs import find_remembered_customs
from shipments.services.drafts.save import customs_rows
from shipments.services.imports.delivery_offers import AskForOrders, Offers, ask_nobody, with_offer
from shipments.services.imports.order_alerts import fingerprint
from shipments.services.imports.order_customs import RememberedCustoms, skus_to_look_up
from shipments.services.imports.order_to_draft import DraftPlan, draft_from_order
from shipments.services.imports.shipping_rules import Rules, load_rules
from shops.models import PackagePreferences, Shop
from shops.services.preferences import get_preferences

log = logging.getLogger(__name__)
# Whoever writes what an order is writes one of these: reading it again the moment, erasing its buyer the decision.
WRITTEN_FIELDS = ("read_at", "eligibility")
AUTOMATIC_MESSAGE = _("Imported from {shop} (automatically)")
NOT_STORED_MESSAGE = _("This order could not be saved. The reason is in our log; the order was not changed.")
NOT_CONNECTED_MESSAGE = _("The connection this order came from is not active. Reconnect it and try again.")


@dataclass(frozen=True, slots=True)
class _Means:
    """What makes a draft of an order of this batch, beside the order itself."""

    preferences: PackagePreferences
    rules: Rules
    offers: Offers


def start_import(
    shop: Shop, user: User | None, *, orders: QuerySet[ExternalOrder], key: str, on_request: bool = False
) -> Job:
    """Queue these orders, in their order. ``user`` is None for an automatic import. The same key returns the same job.

    ``on_request`` also imports orders that are not offered by default, because the merchant chose exactly these.
    """
    items = (JobItem(order_id=pk) for pk in read_keys(orders.filter(shop=shop)))
    payload = {"automatic": True} if user is None else {"on_request": True} if on_request else {}
    return runner.start(shop, user, kind=JobKind.IMPORT, key=key, items=items, payload=payload)


def import_batch(job: Job, items: list[JobItem], *, ask: AskForOrders = ask_nobody) -> None:
    """``ask`` says whether the preferred delivery type is offered; it may call the gateway."""
    preferences = get_preferences(job.shop)
    rules = load_rules(preferences)
    means = _Means(preferences, rules, _ask(job, items, preferences, rules, ask))
    try:
        with transaction.atomic():
            _import(job, items, means)
    except (LeaseLost, *DATABASE_IS_AWAY):
        raise
    except Exception:  # noqa: BLE001 - which order it was is found out one by one
        # One was imported concurrently or cannot be stored.
        for item in items:
            _import_one(job, item, means)


def _ask(job: Job, items: list[JobItem], preferences: PackagePreferences, rules: Rules, ask: AskForOrders) -> Offers:
    """Without an answer the orders keep their preferred delivery type, as when nobody is asked."""
    try:
        return ask(job.shop_id, items, preferences, rules)
    except (LeaseLost, *DATABASE_IS_AWAY):
        raise
    except Exception:
        log.exception("What is offered for the orders of job %s could not be asked.", job.pk)
        return {}


def _import_one(job: Job, item: JobItem, means: _Means) -> None:
    for _attempt in range(2):
        try:
            with transaction.atomic():
                _import(job, [item], means)
            return
        except IntegrityError:
            continue
        except (LeaseLost, *DATABASE_IS_AWAY):
            raise
        except Exception:
            log.exception("Order %s could not be imported.", item.order_id)
            break
    log.error("Order %s is not imported.", item.order_id)
    with transaction.atomic():
        runner.fail_item(item, "not_stored", NOT_STORED_MESSAGE, retryable=True)
        runner.record(job, [item])


def _import(job: Job, items: list[JobItem], means: _Means) -> None:
    existing = dict(
        Shipment.objects.filter(order__in=[item.order_id for item in items], parcel_number=1).values_list(
            "order_id", "pk"
        )
    )
    created: list[tuple[JobItem, DraftPlan]] = []
    capabilities = means.preferences.capabilities
    known = find_remembered_customs(
        job.shop_id, (sku for item in items if item.order for sku in skus_to_look_up(item.order.order))
    )
    for item in items:
        if item.order_id in existing:
            item.state, item.shipment_id = JobItem.State.UNCHANGED, existing[item.order_id]
        elif (plan := _plan_or_fail(job, item, means, known)) is not None:
            plan = with_offer(plan, means.offers.get(item.order_id or 0), capabilities)
            created.append((item, plan))
    _save(job, created)
    runner.record(job, items)


def _plan_or_fail(job: Job, item: JobItem, means: _Means, known: RememberedCustoms) -> DraftPlan | None:
    order = item.order
    if order is None or order.connection.state != Connection.State.ACTIVE:
        runner.fail_item(item, "not_connected", NOT_CONNECTED_MESSAGE, retryable=True)
        return None
    is_requested = order.eligibility in ONLY_ON_REQUEST and job.payload.get("on_request")
    if order.eligibility != ImportEligibility.OPEN and not is_requested:
        runner.fail_item(item, order.eligibility, eligibility_message(order.connection.platform, order.eligibility))
        return None
    plan = draft_from_order(order.order, means.preferences, known, means.rules)
    if plan.blocker is not None:
        runner.fail_item(item, plan.blocker.code, plan.blocker.text, retryable=True)
        return None
    return plan


def _draft_row(job: Job, item: JobItem, plan: DraftPlan) -> dict[str, Any]:
    """The values of the columns of a draft that are not the default."""
    order = item.order
    assert order is not None  # noqa: S101 - _plan_or_fail rejects items without an order
    row: dict[str, Any] = plan.content.columns() | {
        "shop_id": job.shop_id,
        "order_id": order.pk,
        "reference": order.number,
        "listed_at": order.paid_at or order.placed_at,
        "created_by_id": job.started_by_id,
        "order_fingerprint": fingerprint(order.order),
        "problems": serialize_problems(plan.problems),
        "blocked_by": plan.blocked_by,
        "notes": serialize_problems(plan.notes),
    }
    row["search_text"] = shipment_search_text(SimpleNamespace(barcode="", **row))
    return row


def _save(job: Job, created: list[tuple[JobItem, DraftPlan]]) -> None:
    ids = insert_rows(Shipment, [_draft_row(job, item, plan) for item, plan in created])
    _follow_changes([item.order for item, _plan in created if item.order])
    now, is_automatic = timezone.now(), bool(job.payload.get("automatic"))
    shared = {"kind": ShipmentEvent.Kind.IMPORTED, "actor_id": job.started_by_id, "at": now}
    insert_rows(
        ShipmentEvent,
        [
            shared | {"shipment_id": pk, "text": _automatic_note(item) if is_automatic else {}}
            for pk, (item, _plan) in zip(ids, created, strict=True)
        ],
    )
    insert_rows(
        CustomsItem,
        [row for pk, (_item, plan) in zip(ids, created, strict=True) for row in customs_rows(pk, plan.content)],
    )
    for pk, (item, _plan) in zip(ids, created, strict=True):
        item.state, item.shipment_id = JobItem.State.OK, pk


def _follow_changes(orders: Sequence[ExternalOrder]) -> None:
    """Have those followed that were written again since they were read here.

    A change that was applied before there was a draft would otherwise reach nobody. The orders are locked until the
    end of the transaction, so a later change finds the draft. Nothing is written about the others: nearly all are as
    they were read, and to update one costs a fifth of what the database does for its import.
    """
    locked = ExternalOrder.objects.filter(pk__in=[order.pk for order in orders]).order_by("pk")
    now = {pk: written for pk, *written in locked.select_for_update(no_key=True).values_list("pk", *WRITTEN_FIELDS)}
    changed = [order.pk for order in orders if now.get(order.pk) != [getattr(order, name) for name in WRITTEN_FIELDS]]
    if changed:
        ExternalOrder.objects.filter(pk__in=changed).update(changes_pending=True)


def _automatic_note(item: JobItem) -> dict[str, str]:
    platform = item.order.connection.platform_name if item.order else ""
    return _automatic_message(platform)


@cache
def _automatic_message(platform: str) -> dict[str, str]:
    return in_all_languages(format_lazy(AUTOMATIC_MESSAGE, shop=platform))


def import_now(shop: Shop, user: User, *, orders: QuerySet[ExternalOrder], key: str) -> Job:
    """Import orders in this request. Only a delivery type that must be asked for takes a network call.

    The same key returns the same job, which may still be running.
    """
    with transaction.atomic():
        job = start_import(shop, user, orders=orders, key=key)
        own = claim(Job.objects.due().filter(pk=job.pk, state=Job.State.QUEUED), limit=1)
    for claimed in own:
        runner.run(claimed)
    job.refresh_from_db()
    return job
