"""Webhook deliveries of the fake platform, and the rows they left."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from integrations.models import WebhookEvent
from integrations.services import webhook_inbox
from integrations.tests.fake_platform import FakePlatform, make_event

WEBHOOK_PATH = "/webhooks/acme/"
LONG_AGO = make_event().happened_at - timedelta(days=1)


def deliver(acme: FakePlatform, name: str = "event-1", **changes: object) -> int:
    """Post one event to the door; answers the status."""
    acme.events[name] = make_event(name, **changes)
    return post(name)


def post(body: str | bytes) -> int:
    return Client().generic("POST", WEBHOOK_PATH, body, content_type="text/plain").status_code


def states() -> list[tuple[str, str]]:
    return list(WebhookEvent.objects.order_by("pk").values_list("state", "reason"))


def apply() -> None:
    """Apply every received event now, without its waiting time."""
    WebhookEvent.objects.filter(state="received").update(next_at=timezone.now())
    webhook_inbox.apply_due()
