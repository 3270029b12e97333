"""Applies changes of orders to their shipments, without overwriting edits.

An unedited draft is replaced by the current order. An edited draft or a label gets an alert. A canceled order blocks
its draft and sets an alert on its label.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from carriers.problems import Problem
from integrations.messages import eligibility_message
from integrations.models import ExternalOrder
from integrations.orders import UNSHIPPABLE
from lib.stored_messages import in_all_languages
from shipments.content import ORDER_FIELD, blocker_for, serialize_problems
from shipments.models import Shipment, ShipmentEvent
from shipments.services.drafts.remembered_customs import find_remembered_customs
from shipments.services.drafts.reopen import RELEASED_FIELDS, discard_test_labels
from shipments.services.drafts.save import EditConflict, NotADraft, save_content
from shipments.services.imports.order_alerts import (
    alert_message,
    changed_parts,
    changes_message,
    classify_change,
    fingerprint,
)
from shipments.services.imports.order_customs import skus_to_look_up
from shipments.services.imports.order_to_draft import draft_from_order
from shipments.services.imports.shipping_rules import load_rules
from shipments.services.row_locks import lock_statuses
from shipments.states import Blocker, OrderAlert, ShipmentStatus

ORDER_BATCH_SIZE = 200
FINISHED = frozenset({ShipmentStatus.DELIVERED, ShipmentStatus.RETURNED, ShipmentStatus.CANCELED})
Kind = ShipmentEvent.Kind


def apply_due() -> int:
    """Apply every changed order to its shipments; returns the number of orders. Safe to run concurrently."""
    last = handled = 0
    while orders := _changed_orders(last):
        last, handled = orders[-1].pk, handled + len(orders)
        _apply_all(orders)
    return handled


def _changed_orders(last: int) -> list[ExternalOrder]:
    rows = ExternalOrder.objects.filter(changes_pending=True, pk__gt=last)
    return list(rows.select_related("connection").order_by("pk")[:ORDER_BATCH_SIZE])


def _apply_all(orders: Sequence[ExternalOrder]) -> None:
    ids = [order.pk for order in orders]
    parcels: dict[int, list[Shipment]] = {}
    rows = (
        Shipment.objects.filter(order__in=ids)
        .select_related("shop__preferences", "shop__gateway_account", "fulfillment")
        .prefetch_related("customs_items")
    )
    for shipment in rows:
        parcels.setdefault(shipment.order_id or 0, []).append(shipment)
    _mark_without_shipments([pk for pk in ids if pk not in parcels])
    _log_buyer_mails([shipment for shipments in parcels.values() for shipment in shipments])
    applied = {}
    for order in orders:
        shipments = parcels.get(order.pk, [])
        results = [apply_to_shipment(shipment, order, alone=len(shipments) == 1) for shipment in shipments]
        if shipments and all(results):
            applied[order.pk] = order.changed_at
    _mark_applied(applied)


def _mark_without_shipments(ids: Sequence[int]) -> None:
    """Locked before it is asked for shipments, so that an import that is about to end is seen or waits."""
    with transaction.atomic():
        locked = ExternalOrder.objects.order_by("pk").select_for_update().filter(pk__in=ids, changes_pending=True)
        rows = ExternalOrder.objects.filter(pk__in=list(locked.values_list("pk", flat=True)))
        rows.exclude(Exists(Shipment.objects.filter(order=OuterRef("pk")))).update(changes_pending=False)


def _mark_applied(applied: dict[int, datetime]) -> None:
    with transaction.atomic():
        rows = (
            ExternalOrder.objects.order_by("pk")
            .select_for_update()
            .filter(pk__in=applied)
            .values_list("pk", "changed_at")
        )
        same = [pk for pk, changed_at in rows if applied[pk] == changed_at]
        ExternalOrder.objects.filter(pk__in=same).update(changes_pending=False)


def _log_buyer_mails(shipments: Sequence[Shipment]) -> None:
    mailed = {
        shipment.pk: shipment.fulfillment.buyer_mailed_at
        for shipment in shipments
        if shipment.fulfillment and shipment.fulfillment.buyer_mailed_at
    }
    if not mailed:
        return
    with transaction.atomic():
        locked = lock_statuses(mailed)
        known = ShipmentEvent.objects.filter(shipment__in=locked, kind=Kind.MAILED).values_list(
            "shipment_id", flat=True
        )
        new = [ShipmentEvent(shipment_id=pk, kind=Kind.MAILED, at=mailed[pk]) for pk in set(locked) - set(known)]
        ShipmentEvent.objects.bulk_create(new, batch_size=500)


def apply_to_shipment(shipment: Shipment, order: ExternalOrder, *, alone: bool = True) -> bool:
    """Apply the current order to one shipment. False when another process uses the shipment; try again later.

    ``alone`` means that the order has no other parcel. May be repeated: a known change creates no second event.
    """
    if shipment.status == ShipmentStatus.REGISTERING:
        return False
    if shipment.status in FINISHED or not order.order.is_readable:
        return True
    now = fingerprint(order.order)
    if now == shipment.order_fingerprint:
        return True
    shipment.order = order
    if shipment.is_test:
        # A test label is worth nothing, so it does not keep its draft from following the order.
        if not discard_test_labels([shipment.pk]):
            return False
        shipment.refresh_from_db(fields=RELEASED_FIELDS)
    return _apply_to_draft(shipment, now, alone=alone) if shipment.is_draft else _apply_to_label(shipment, now)


def _apply_to_label(shipment: Shipment, now: dict[str, object]) -> bool:
    order = shipment.order
    assert order is not None  # noqa: S101 - callers pass shipments of an order only
    before, parts = shipment.order_fingerprint, changed_parts(shipment.order_fingerprint, now)
    alert = classify_change(order.order, before, now, labeled=True)
    event = None
    if alert and (alert != shipment.order_alert or parts):
        event = ShipmentEvent(
            kind=Kind.ORDER_ALERT,
            text=_alert_text(alert_message(order.connection.platform, alert, labeled=True), parts),
        )
    return _save(shipment, event, order_fingerprint=now, order_alert=_remaining_alert(shipment, order, alert))


def _remaining_alert(shipment: Shipment, order: ExternalOrder, alert: OrderAlert) -> str:
    """Alerts stay until they are acknowledged, except for a cancellation that was undone."""
    is_undone = shipment.order_alert == OrderAlert.CANCELED and order.eligibility not in UNSHIPPABLE
    return alert or ("" if is_undone else shipment.order_alert)


def _alert_text(message: object, parts: Sequence[str]) -> dict[str, str]:
    texts = in_all_languages(message)
    more = in_all_languages(changes_message(list(parts))) if parts else {}
    return {language: f"{text} {more.get(language, '')}".strip() for language, text in texts.items()}


def _apply_to_draft(shipment: Shipment, now: dict[str, object], *, alone: bool) -> bool:
    order = shipment.order
    assert order is not None  # noqa: S101 - callers pass shipments of an order only
    parts = changed_parts(shipment.order_fingerprint, now)
    alert = classify_change(order.order, shipment.order_fingerprint, now, labeled=False)
    is_over = not order.order.lines_to_ship and order.eligibility != "fulfilled"
    if (is_over or alert == OrderAlert.FULFILLED) and order.fulfillments.being_withdrawn().exists():
        # Only a canceled label still says there that it was sent, and this draft may be what replaces it.
        is_over, alert = False, OrderAlert.NONE
    if order.eligibility in UNSHIPPABLE or is_over:
        return _block(shipment, now, alert or OrderAlert.EDITED)
    if shipment.edited_at is None and alone and order.order.lines_to_ship:
        return _refresh(shipment, now, OrderAlert.REFUNDED if alert == OrderAlert.REFUNDED else OrderAlert.NONE)
    event = None
    if alert and (alert != shipment.order_alert or parts):
        event = ShipmentEvent(
            kind=Kind.ORDER_ALERT,
            text=_alert_text(alert_message(order.connection.platform, alert, labeled=False), parts),
        )
    return _save(
        shipment,
        event,
        order_fingerprint=now,
        order_alert=_remaining_alert(shipment, order, alert),
        **_clear_block(shipment),
    )


def _block(shipment: Shipment, now: dict[str, object], alert: OrderAlert) -> bool:
    order = shipment.order
    assert order is not None  # noqa: S101 - callers pass shipments of an order only
    eligibility, platform = order.eligibility, order.connection.platform
    reason = eligibility_message(platform, eligibility) or eligibility_message(platform, "nothing_to_ship")
    blocking = serialize_problems([Problem(ORDER_FIELD, eligibility or "order", reason)])
    others = [problem for problem in shipment.problems if problem["field"] != ORDER_FIELD]
    event = ShipmentEvent(kind=Kind.ORDER_ALERT, text=in_all_languages(reason))
    return _save(
        shipment, event, order_fingerprint=now, order_alert=alert, blocked_by=Blocker.ORDER, problems=blocking + others
    )


def _clear_block(shipment: Shipment) -> dict[str, object]:
    if not any(problem["field"] == ORDER_FIELD for problem in shipment.problems):
        return {}
    problems = shipment.content.problems(shipment.shop.capabilities)
    return {"problems": serialize_problems(problems), "blocked_by": blocker_for(problems)}


def _refresh(shipment: Shipment, now: dict[str, object], alert: OrderAlert) -> bool:
    order = shipment.order
    assert order is not None  # noqa: S101 - callers pass shipments of an order only
    parts = changed_parts(shipment.order_fingerprint, now) or (["pieces"] if shipment.order_fingerprint else [])
    known = find_remembered_customs(shipment.shop_id, skus_to_look_up(order.order))
    preferences = shipment.shop.preferences
    plan = draft_from_order(order.order, preferences, known, load_rules(preferences))
    fingerprint_columns = {"order_fingerprint": now, "order_alert": alert}
    notes, problems = serialize_problems(plan.notes), serialize_problems(plan.problems)
    if (shipment.content, shipment.notes, shipment.problems) == (plan.content, notes, problems):
        return _save(shipment, None, **fingerprint_columns)
    event = ShipmentEvent(kind=Kind.ORDER_CHANGED, text=in_all_languages(changes_message(parts)) if parts else {})
    # The order can be shipped again, so remove the problem with the order itself.
    shipment.problems = []
    also = fingerprint_columns | {"notes": notes}
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
    except (EditConflict, NotADraft):
        return False
    return True


def _save(shipment: Shipment, event: ShipmentEvent | None, **changes: object) -> bool:
    """Compare-and-swap on status and version, and on the alert, which a person may have acknowledged meanwhile."""
    seen = {name: getattr(shipment, name) for name in ("status", "version", "order_alert")}
    unchanged = Shipment.objects.filter(pk=shipment.pk, **seen)
    with transaction.atomic():
        if unchanged.update(**changes) != 1:
            return False
        if event is not None:
            event.shipment = shipment
            event.save()
    for name, value in changes.items():
        setattr(shipment, name, value)
    return True


def acknowledge(shipment: Shipment) -> None:
    """A blocked draft stays blocked. May be repeated."""
    Shipment.objects.filter(pk=shipment.pk).exclude(order_alert="").update(order_alert=OrderAlert.NONE)
