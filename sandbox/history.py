"""What happens to an order leaves traces: its history, its dates, and the webhooks that tell of it."""

import copy
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from sandbox import switches, webhooks
from sandbox.models import Order, new_id


def format_time(moment: datetime | None = None) -> str:
    """A time as Wix writes it."""
    return (moment or timezone.now()).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def drop_empty(value: Any) -> Any:
    """Wix leaves out empty texts, false, zero, nulls and empty lists."""
    if isinstance(value, dict):
        return {name: kept for name, one in value.items() if (kept := drop_empty(one))}
    return [drop_empty(one) for one in value] if isinstance(value, list) else value


def merge(target: dict[str, Any], changes: dict[str, Any]) -> None:
    """PATCH semantics: objects are merged, null removes."""
    for name, value in changes.items():
        if value is None:
            target.pop(name, None)
        elif isinstance(value, dict) and isinstance(target.get(name), dict):
            merge(target[name], value)
        else:
            target[name] = copy.deepcopy(value)


def record_activity(order: Order, kind: str, moment: datetime | None = None) -> None:
    """Add to the order's history."""
    activity = {"id": new_id(), "createdDate": format_time(moment), "activityType": kind}
    order.data.setdefault("activities", []).append(activity)


def save_order(order: Order, actor: webhooks.Actor, *events: webhooks.Event, as_updated: bool = True) -> None:
    """Save a changed order and tell of it, last as ``updated``; searches follow after the delay a switch asks for."""
    now = _later_than(order.data.get("updatedDate"))
    order.data = drop_empty(order.data | {"updatedDate": format_time(now)})
    delay = switches.read()["visible_after_ms"]
    if delay and order.visible_at is None:
        order.shown = Order.objects.values_list("data", flat=True).get(pk=order.pk)
        order.visible_at = now + timedelta(milliseconds=delay)
    if order.visible_at is None:
        order.updated = now
        order.update_columns()
    order.save()
    webhooks.enqueue(order, actor, *events, *([webhooks.updated()] if as_updated else []))


def _later_than(before: str | None) -> datetime:
    """Now, to the millisecond, and never the same twice for one order."""
    now = timezone.now()
    now = now.replace(microsecond=now.microsecond // 1000 * 1000)
    if before and datetime.fromisoformat(before) >= now:
        return datetime.fromisoformat(before) + timedelta(milliseconds=1)
    return now
