"""Following the shop: what happens to an order after its import reaches its parcels, once, and nothing is overwritten.

A draft nobody edited becomes what the order is now. A draft somebody edited, and a label, only warn. An order that
was cancelled blocks its draft and flags its label.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from carriers.problems import Problem
from integrations.models import ExternalOrder
from integrations.orders import NEVER_SENT
from integrations.wording import verdict_sentence
from lib.stored_messages import in_all_languages
from shipments.content import ABOUT_ORDER, blocker_of, serialize_problems
from shipments.models import Shipment, ShipmentEvent
from shipments.services.drafts.remembered_customs import remembered
from shipments.services.drafts.save import EditedElsewhere, NotAConcept, save_content
from shipments.services.imports.order_alerts import (
    alert_of,
    alert_sentence,
    changed_parts,
    changes_sentence,
    fingerprint,
)
from shipments.services.imports.order_to_draft import customs_skus, draft
from shipments.services.locks import locked_statuses
from shipments.states import Blocker, OrderAlert, ShipmentStatus

BATCH = 200
OVER = frozenset({ShipmentStatus.DELIVERED, ShipmentStatus.RETURNED, ShipmentStatus.CANCELLED})
Kind = ShipmentEvent.Kind


def follow_due() -> int:
    """Look what every order that changed means for its parcels; answers how many. Safe to call at any time."""
    last = handled = 0
    while orders := _changed_orders(last):
        last, handled = orders[-1].pk, handled + len(orders)
        _follow_all(orders)
    return handled


def _changed_orders(last: int) -> list[ExternalOrder]:
    rows = ExternalOrder.objects.filter(unfollowed=True, pk__gt=last)
    return list(rows.select_related("connection").order_by("pk")[:BATCH])


def _follow_all(orders: Sequence[ExternalOrder]) -> None:
    ids = [order.pk for order in orders]
    parcels: dict[int, list[Shipment]] = {}
    rows = (
        Shipment.objects.filter(order__in=ids)
        .select_related("shop__preferences", "fulfillment")
        .prefetch_related("customs_items")
    )
    for shipment in rows:
        parcels.setdefault(shipment.order_id or 0, []).append(shipment)
    without = ExternalOrder.objects.filter(pk__in=[pk for pk in ids if pk not in parcels], unfollowed=True)
    without.exclude(Exists(Shipment.objects.filter(order=OuterRef("pk")))).update(unfollowed=False)
    _note_mails([shipment for mine in parcels.values() for shipment in mine])
    settled = {}
    for order in orders:
        mine = parcels.get(order.pk, [])
        results = [follow(shipment, order, alone=len(mine) == 1) for shipment in mine]
        if mine and all(results):
            settled[order.pk] = order.changed_at
    _settle(settled)


def _settle(settled: dict[int, datetime]) -> None:
    """These versions were followed; an order that changed again meanwhile is not."""
    with transaction.atomic():
        rows = (
            ExternalOrder.objects.order_by("pk")
            .select_for_update()
            .filter(pk__in=settled)
            .values_list("pk", "changed_at")
        )
        same = [pk for pk, changed_at in rows if settled[pk] == changed_at]
        ExternalOrder.objects.filter(pk__in=same).update(unfollowed=False)


def _note_mails(shipments: Sequence[Shipment]) -> None:
    """The log says once that the shop mailed the buyer."""
    mailed = {one.pk: one.fulfillment.mailed_at for one in shipments if one.fulfillment and one.fulfillment.mailed_at}
    if not mailed:
        return
    with transaction.atomic():
        locked = locked_statuses(mailed)
        known = ShipmentEvent.objects.filter(shipment__in=locked, kind=Kind.MAILED).values_list(
            "shipment_id", flat=True
        )
        new = [ShipmentEvent(shipment_id=pk, kind=Kind.MAILED, at=mailed[pk]) for pk in set(locked) - set(known)]
        ShipmentEvent.objects.bulk_create(new, batch_size=500)


def follow(shipment: Shipment, order: ExternalOrder, *, alone: bool = True) -> bool:
    """Hold one parcel against its order as it is now; False when somebody is busy with it, to be tried again.

    ``alone`` says that no other parcel shares the order. May be repeated: what was seen is not told twice.
    """
    if shipment.status == ShipmentStatus.REGISTERING:
        return False
    if shipment.status in OVER:
        return True
    now = fingerprint(order.order)
    if now == shipment.order_seen:
        return True
    shipment.order = order
    return _follow_draft(shipment, now, alone=alone) if shipment.is_concept else _follow_label(shipment, now)


def _follow_label(shipment: Shipment, now: dict[str, object]) -> bool:
    order = shipment.order
    assert order is not None  # noqa: S101 - only parcels of an order are followed
    before, parts = shipment.order_seen, changed_parts(shipment.order_seen, now)
    alert = alert_of(order.order, before, now, labelled=True)
    event = None
    if alert and (alert != shipment.order_alert or parts):
        event = ShipmentEvent(
            kind=Kind.ORDER_ALERT, text=_words(alert_sentence(order.connection.platform, alert, labelled=True), parts)
        )
    return _save(shipment, event, order_seen=now, order_alert=_standing(shipment, order, alert))


def _standing(shipment: Shipment, order: ExternalOrder, alert: OrderAlert) -> str:
    """An alert stays until somebody has seen it, but a cancellation that was undone is no longer one."""
    over = shipment.order_alert == OrderAlert.CANCELED and order.verdict not in NEVER_SENT
    return alert or ("" if over else shipment.order_alert)


def _words(sentence: object, parts: Sequence[str]) -> dict[str, str]:
    told = in_all_languages(sentence)
    more = in_all_languages(changes_sentence(list(parts))) if parts else {}
    return {language: f"{text} {more.get(language, '')}".strip() for language, text in told.items()}


def _follow_draft(shipment: Shipment, now: dict[str, object], *, alone: bool) -> bool:
    order = shipment.order
    assert order is not None  # noqa: S101 - only parcels of an order are followed
    parts = changed_parts(shipment.order_seen, now)
    alert = alert_of(order.order, shipment.order_seen, now, labelled=False)
    if order.verdict in NEVER_SENT or not order.order.lines_to_ship and order.verdict != "fulfilled":
        return _block(shipment, now, alert or OrderAlert.EDITED)
    if shipment.edited_at is None and alone and order.order.lines_to_ship:
        return _refresh(shipment, now, OrderAlert.REFUNDED if alert == OrderAlert.REFUNDED else OrderAlert.NONE)
    event = None
    if alert and (alert != shipment.order_alert or parts):
        event = ShipmentEvent(
            kind=Kind.ORDER_ALERT, text=_words(alert_sentence(order.connection.platform, alert, labelled=False), parts)
        )
    return _save(
        shipment, event, order_seen=now, order_alert=_standing(shipment, order, alert), **_without_block(shipment)
    )


def _block(shipment: Shipment, now: dict[str, object], alert: OrderAlert) -> bool:
    """No label can be made any more, and the draft says why."""
    order = shipment.order
    assert order is not None  # noqa: S101 - only parcels of an order are followed
    verdict, platform = order.verdict, order.connection.platform
    reason = verdict_sentence(platform, verdict) or verdict_sentence(platform, "nothing_to_ship")
    problem = serialize_problems([Problem(ABOUT_ORDER, verdict or "order", reason)])
    others = [one for one in shipment.problems if one["field"] != ABOUT_ORDER]
    event = ShipmentEvent(kind=Kind.ORDER_ALERT, text=in_all_languages(reason))
    return _save(
        shipment, event, order_seen=now, order_alert=alert, blocked_by=Blocker.ORDER, problems=problem + others
    )


def _without_block(shipment: Shipment) -> dict[str, object]:
    """The order can be sent again: what else the draft misses is worked out anew."""
    if not any(one["field"] == ABOUT_ORDER for one in shipment.problems):
        return {}
    problems = shipment.content.problems()
    return {"problems": serialize_problems(problems), "blocked_by": blocker_of(problems)}


def _refresh(shipment: Shipment, now: dict[str, object], alert: OrderAlert) -> bool:
    """A draft nobody edited becomes what the order is now; who has it open notices."""
    order = shipment.order
    assert order is not None  # noqa: S101 - only parcels of an order are followed
    parts = changed_parts(shipment.order_seen, now) or (["pieces"] if shipment.order_seen else [])
    known = remembered(shipment.shop_id, customs_skus(order.order))
    plan = draft(order.order, shipment.shop.preferences, known)
    seen = {"order_seen": now, "order_alert": alert}
    notes, problems = serialize_problems(plan.notes), serialize_problems(plan.problems)
    if (shipment.content, shipment.notes, shipment.problems) == (plan.content, notes, problems):
        return _save(shipment, None, **seen)
    event = ShipmentEvent(kind=Kind.ORDER_CHANGED, text=in_all_languages(changes_sentence(parts)) if parts else {})
    # The order can be sent again, so nothing about it stands in the way any more.
    shipment.problems = []
    also = seen | {"notes": notes}
    try:
        save_content(
            shipment,
            plan.content,
            expected_version=shipment.version,
            event=event,
            counts_as_edit=False,
            problems=plan.problems,
            also=also,
        )
    except (EditedElsewhere, NotAConcept):
        return False
    return True


def _save(shipment: Shipment, event: ShipmentEvent | None, **changes: object) -> bool:
    """Compare and swap: only a parcel that is still in the state and version we looked at changes."""
    mine = Shipment.objects.filter(pk=shipment.pk, status=shipment.status, version=shipment.version)
    with transaction.atomic():
        if mine.update(**changes) != 1:
            return False
        if event is not None:
            event.shipment = shipment
            event.save()
    for name, value in changes.items():
        setattr(shipment, name, value)
    return True


def acknowledge(shipment: Shipment) -> None:
    """Somebody has seen what happened to the order; a blocked draft stays blocked. May be repeated."""
    Shipment.objects.filter(pk=shipment.pk).exclude(order_alert="").update(order_alert=OrderAlert.NONE)
