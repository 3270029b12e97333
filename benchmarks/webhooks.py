"""Webhooks as Wix posts them, and the minimal cost of a request."""

import json
from datetime import timedelta

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.test import Client
from django.utils import timezone

from integrations.models import WebhookEvent
from integrations.providers import get_provider

# An order's payload is about this long; we verify all of it and keep none.
FILLING = "x" * 8000


class WebhookDeliveries:
    """``count`` signed deliveries of different events."""

    def __init__(self, count: int) -> None:
        self.count, self.browser = count, Client(SERVER_NAME="127.0.0.1")
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        settings.WIX_WEBHOOK_PUBLIC_KEYS = [public.decode()]
        get_provider.cache_clear()
        self.bodies = [_body(number, key) for number in range(count)]

    def post(self) -> None:
        for body in self.bodies:
            self.browser.generic("POST", "/webhooks/wix/", body, content_type="text/plain")

    def ask_health(self) -> None:
        """The floor: as many requests with one query each."""
        for _number in range(self.count):
            self.browser.get("/healthz")

    def check(self) -> None:
        kept = WebhookEvent.objects.filter(state="received").count()
        if kept != self.count:
            raise SystemExit(f"{kept} of {self.count} webhooks were kept")


def _body(number: int, key: rsa.RSAPrivateKey) -> str:
    order = {"id": f"order-{number}", "note": FILLING}
    event = {"id": f"event-{number}", "entityId": order["id"], "actionEvent": {"body": {"order": order}}}
    envelope = {"data": json.dumps(event), "instanceId": "bench", "eventType": "wix.ecom.v1.order_approved"}
    now = timezone.now()
    claims = {"data": json.dumps(envelope), "iat": now, "exp": now + timedelta(hours=1)}
    return jwt.encode(claims, key, algorithm="RS256")
