"""Webhook deliveries of the shop double, and what became of them."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from integrations.models import WebhookEvent
from integrations.services import inbox
from integrations.tests.shop_double import ShopDouble, an_event

DOOR = "/webhooks/acme/"
LONG_AGO = an_event().happened_at - timedelta(days=1)


def deliver(acme: ShopDouble, name: str = "event-1", **changes: object) -> int:
    """Post one event to the door; answers the status."""
    acme.events[name] = an_event(name, **changes)
    return post(name)


def post(body: str | bytes) -> int:
    return Client().generic("POST", DOOR, body, content_type="text/plain").status_code


def states() -> list[tuple[str, str]]:
    return list(WebhookEvent.objects.order_by("pk").values_list("state", "reason"))


def apply() -> None:
    """As a worker does, after whatever it waited for."""
    WebhookEvent.objects.filter(state="received").update(next_at=timezone.now())
    inbox.apply_due()
