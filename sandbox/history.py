"""Saving a changed order: its activities, its dates and its webhook events."""

import copy
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from sandbox import switches, webhooks
from sandbox.models import Order, new_id


def format_time(moment: datetime | None = None) -> str:
    """ISO 8601 in UTC with milliseconds, as Wix's API writes times."""
    return (moment or timezone.now()).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def drop_empty(value: Any) -> Any:
    """Remove empty strings, false, zero, null and empty lists, which Wix's API omits."""
    if isinstance(value, dict):
        return {name: kept for name, member in value.items() if (kept := drop_empty(member))}
    return [drop_empty(item) for item in value] if isinstance(value, list) else value


def merge(target: dict[str, Any], changes: dict[str, Any]) -> None:
    """Apply a JSON merge patch in place: objects are merged, null removes."""
    for name, value in changes.items():
        if value is None:
            target.pop(name, None)
        elif isinstance(value, dict) and isinstance(target.get(name), dict):
            merge(target[name], value)
        else:
            target[name] = copy.deepcopy(value)


def record_activity(order: Order, kind: str, moment: datetime | None = None) -> None:
    activity = {"id": new_id(), "createdDate": format_time(moment), "activityType": kind}
    order.data.setdefault("activities", []).append(activity)


def save_order(order: Order, actor: webhooks.Actor, *events: webhooks.Event, as_updated: bool = True) -> None:
    """Save a changed order and enqueue its events, ``updated`` last. Searches show it after ``visible_after_ms``."""
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
    """Now in whole milliseconds, and always later than ``before``."""
    now = timezone.now()
    now = now.replace(microsecond=now.microsecond // 1000 * 1000)
    if before and datetime.fromisoformat(before) >= now:
        return datetime.fromisoformat(before) + timedelta(milliseconds=1)
    return now
