"""Changes of a site: new orders, installing and removing the app, duplicating."""

import itertools
import random
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from sandbox import sample_data, switches, webhooks
from sandbox.history import drop_empty, format_time, merge
from sandbox.models import Order, Site, Token, new_id

# Orders a batch, and the largest number of new orders that webhooks are sent for.
ORDER_BATCH_SIZE, MAX_ORDERS_WITH_EVENTS = 1000, 1000


def build_row(site: Site, data: dict[str, Any], created: datetime) -> Order:
    """Build an order's row without saving it."""
    created = created.replace(microsecond=created.microsecond // 1000 * 1000)
    data = drop_empty({"id": new_id(), **data})
    data |= {"createdDate": format_time(created), "updatedDate": format_time(created)}
    for activity in data.get("activities", []):
        activity |= {"id": new_id(), "createdDate": format_time(created)}
    row = Order(site=site, order_id=data["id"], number=data["number"], created=created, updated=created, data=data)
    row.update_columns()
    return row


def allocate_numbers(site: Site, count: int) -> range:
    with transaction.atomic():
        Site.objects.filter(pk=site.pk).update(next_number=F("next_number") + count)
        site.refresh_from_db(fields=["next_number"])
    return range(site.next_number - count, site.next_number)


def add_orders(site: Site, count: int, overrides: dict[str, Any] | None = None, seed: int | None = None) -> list[Order]:
    """Add paid, open orders, placed now, a millisecond apart. Above MAX_ORDERS_WITH_EVENTS no events are sent."""
    rng = random.Random(seed)  # noqa: S311 - people are invented, nothing here is secret
    now, made = timezone.now(), []
    numbers = allocate_numbers(site, count)
    for start in range(0, count, ORDER_BATCH_SIZE):
        rows = []
        for number in numbers[start : start + ORDER_BATCH_SIZE]:
            data = sample_data.plain_order(str(number), rng)
            merge(data, overrides or {})
            rows.append(build_row(site, data, now - timedelta(milliseconds=numbers[-1] - number)))
        _delay_visibility(rows, now)
        with transaction.atomic():
            Order.objects.bulk_create(rows, batch_size=200)
            if count <= MAX_ORDERS_WITH_EVENTS:
                _enqueue_events(rows)
        made += rows
    return made


def _delay_visibility(rows: list[Order], now: datetime) -> None:
    delay = switches.read()["visible_after_ms"]
    for row in rows if delay else []:
        row.visible_at = now + timedelta(milliseconds=delay)


def _enqueue_events(rows: list[Order]) -> None:
    webhooks.enqueue_all([(row, webhooks.buyer_actor(row), _placed_events(row)) for row in rows])


def _placed_events(row: Order) -> list[webhooks.Event]:
    """Of an order just placed, as far as it got: created, approved, paid."""
    events = [webhooks.created()]
    if row.data.get("status") == "APPROVED":
        events.append(webhooks.action("approved"))
    if row.data.get("paymentStatus") == "PAID":
        events.append(webhooks.action("payment_status_updated", previousPaymentStatus="NOT_PAID"))
    return events


def install_app(site: Site) -> None:
    """Install the app. A reinstall keeps the instance id and deletes earlier tokens."""
    with transaction.atomic():
        if Site.objects.filter(pk=site.pk, installed=False).update(installed=True):
            Token.objects.filter(site=site).delete()
        webhooks.enqueue_app_event(site, "AppInstalled")


def remove_app(site: Site, *, silently: bool = False) -> None:
    """Delete the app, which invalidates its tokens. ``silently``, without an event, as when the site is deleted."""
    with transaction.atomic():
        Site.objects.filter(pk=site.pk).update(installed=False)
        if not silently:
            webhooks.enqueue_app_event(site, "AppRemoved")


def expire_tokens(site: Site) -> int:
    """Expire every token of the site; returns their number."""
    return Token.objects.filter(site=site).update(expires_at=timezone.now())


def duplicate(site: Site) -> Site:
    """Duplicate a site: the copy has the app, with an instance id of its own, and no orders."""
    with transaction.atomic():
        copy = Site.objects.create(
            name=_free_name(f"Copy of {site.name}"[:90]),
            url=site.url,
            has_stores=site.has_stores,
            installed=site.installed,
            origin_instance_id=site.instance_id,
        )
        if copy.installed:
            webhooks.enqueue_app_event(copy, "AppInstalled")
    return copy


def _free_name(wanted: str) -> str:
    names = set(Site.objects.values_list("name", flat=True))
    return next(name for n in itertools.count(1) if (name := wanted if n == 1 else f"{wanted} {n}") not in names)
