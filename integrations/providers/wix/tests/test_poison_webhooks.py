"""A signed event with anything in it is answered with 200 and kept, on both databases; only a forged one is refused."""

import json
import time
from collections.abc import Iterator

import jwt
import pytest
from django.test import Client

from integrations.models import WebhookEvent
from integrations.providers import get_provider
from integrations.providers.wix.tests.poison import json_of, put
from integrations.providers.wix.tests.poison_values import CODES, IDS, MISSING, MOMENTS, SHAPES, Raw
from integrations.providers.wix.tests.test_webhooks import INSTANCE, KEY, KEYS, claims
from integrations.services import webhook_inbox
from integrations.views.webhooks import MAX_BODY_BYTES

pytestmark = pytest.mark.django_db
ORDER = "00000000-0000-4000-8000-000000000001"
EVENT = {
    "id": "event",
    "entityId": ORDER,
    "eventTime": "2026-11-23T11:59:00Z",
    "triggeredByAnonymizeRequest": False,
    "originInstanceId": "other",
    "updatedEvent": {"currentEntity": {"id": ORDER, "updatedDate": "2026-11-23T11:59:00Z", "status": "APPROVED"}},
}
ENVELOPE = {"eventType": "wix.ecom.v1.order_updated", "instanceId": INSTANCE, "identity": {"identityType": "APP"}}
EVENT_FIELDS = {
    ("id",): IDS,
    ("entityId",): IDS,
    ("originInstanceId",): IDS,
    ("eventTime",): MOMENTS,
    ("triggeredByAnonymizeRequest",): CODES,
    ("updatedEvent",): SHAPES,
    ("updatedEvent", "currentEntity"): SHAPES,
    ("updatedEvent", "currentEntity", "id"): IDS,
    ("updatedEvent", "currentEntity", "updatedDate"): MOMENTS,
}
ENVELOPE_FIELDS = {("eventType",): CODES, ("instanceId",): IDS, ("identity",): SHAPES}


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(get_provider("wix"), "_webhook_keys", KEYS)


def sign(payload: str) -> bytes:
    return jwt.PyJWS().encode(payload.encode("utf-8", "surrogatepass"), KEY, algorithm="RS256").encode()


def deliver(payload: str) -> int:
    answer = Client().post("/webhooks/wix/", sign(payload), content_type="text/plain")
    return answer.status_code


def token(envelope: object, **changes: object) -> str:
    now = int(time.time())
    return json_of({"data": envelope, "iat": now, "exp": now + 3600} | changes)


def wrapped(event: object) -> str:
    """The event as text in the envelope, which is text in the claims."""
    return json_of(ENVELOPE | {"data": json_of(event)})


def poisoned() -> Iterator[tuple[str, str]]:
    for field, values in EVENT_FIELDS.items():
        for name, value in values.items():
            yield f"{'.'.join(field)} is {name}", token(wrapped(put(EVENT, field, value)))
    for field, values in ENVELOPE_FIELDS.items():
        for name, value in values.items():
            envelope = put(ENVELOPE | {"data": json.dumps(EVENT)}, field, value)
            yield f"{'.'.join(field)} is {name}", token(json_of(envelope))
    for name, value in SHAPES.items():
        if value is not MISSING:
            yield f"the event is {name}", token(json_of(ENVELOPE | {"data": value}))
            yield f"the data are {name}", token(value)
            yield f"a claim more is {name}", token(wrapped(EVENT), more=value)
    yield "endless digits beside it", token(wrapped(EVENT), more=Raw("9" * 5000))


def test_whatever_a_signed_event_says_it_is_kept_and_answered(client: Client):
    wrong = []
    for name, payload in poisoned():
        before = WebhookEvent.objects.count()
        status = deliver(payload)
        if len(sign(payload)) > MAX_BODY_BYTES:
            assert status == 413, name
        elif status != 200 or WebhookEvent.objects.count() < before:
            wrong.append((name, status))
    assert wrong == []
    assert WebhookEvent.objects.filter(state="needs_attention").exists()
    webhook_inbox.apply_due()
    assert not WebhookEvent.objects.filter(state="received").exists(), "none belongs to a site that is connected"


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "[]",
        "null",
        "{",
        '{"data": "x"}',
        json.dumps({"data": "x", "iat": "now", "exp": "later"}),
        json.dumps({"data": "x", "iat": True, "exp": True}),
        '{"data": "x", "iat": 1e999, "exp": 1e999}',
        '{"data": "x", "iat": NaN, "exp": NaN}',
        '{"data": "x", "iat": ' + "9" * 5000 + ', "exp": 1}',
        "[" * 50_000,
    ],
)
def test_claims_without_moments_are_not_believed(payload):
    assert deliver(payload) == 401
    assert not WebhookEvent.objects.exists()


def test_an_event_that_the_database_refuses_is_kept_as_one_that_needs_attention(monkeypatch):
    """Whatever the border let through: sent again it would be the same."""
    build = webhook_inbox._build_row

    def build_with_a_nul(platform, event):
        row = build(platform, event)
        if not event.unreadable:
            row.installation = "a\0b\ud800"
        return row

    monkeypatch.setattr(webhook_inbox, "_build_row", build_with_a_nul)
    assert deliver(json.dumps(claims(iat=int(time.time()), exp=int(time.time()) + 60))) == 200
    assert WebhookEvent.objects.get().state == "needs_attention"
