"""Wix's webhooks: accepted only with a valid signature, parsed in every format, stored without personal data."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from integrations.events import EventKind, PlatformEvent
from integrations.providers.base import InvalidWebhook
from integrations.providers.wix import webhooks
from integrations.providers.wix.tests.bodies import body

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
APP = "6a182861-aca8-4916-9044-5cff61335cc8"
INSTANCE = "6fa5b0f2-aa5f-4dba-9c31-2532ddf4b2a3"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SMALL = rsa.generate_private_key(public_exponent=65537, key_size=1024)
PEM = (
    KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
)
KEYS = webhooks.load_keys([PEM])
RECORDED = (
    "app_installed", "app_removed", "fulfillments_updated", "order_approved", "order_canceled", "order_created",
    "order_fulfilled", "order_payment_status_updated", "order_updated",
)  # fmt: skip


def claims(name: str = "order_payment_status_updated", **changes: object) -> dict:
    """Recorded claims, signed a moment ago."""
    moments = {"iat": NOW - timedelta(seconds=1), "exp": NOW + timedelta(hours=1)}
    return body(f"webhook_{name}.jwt_claims") | moments | changes


def signed(content: dict, key: object = KEY, algorithm: str = "RS256", **headers: object) -> bytes:
    return jwt.encode(content, key, algorithm=algorithm, headers=headers or None).encode()


def read(token: bytes, now: datetime = NOW, keys: tuple = KEYS) -> PlatformEvent:
    return webhooks.parse(token, keys=keys, app_id=APP, now=now)


def redressed(name: str, change) -> dict:
    """The recorded claims with their event changed."""
    content = claims(name)
    envelope = json.loads(content["data"])
    envelope["data"] = json.dumps(change(json.loads(envelope["data"])))
    return content | {"data": json.dumps(envelope)}


def part(value: object) -> bytes:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def glued(header: object, payload: object, signature: bytes = b"") -> bytes:
    return b".".join([part(header), part(payload), part(signature)])


def hs256_with_the_public_key() -> bytes:
    """The classic: the public key taken for a shared secret."""
    moments = {"iat": int(NOW.timestamp()), "exp": int(NOW.timestamp()) + 3600}
    start = b".".join([part({"alg": "HS256", "typ": "JWT"}), part(claims() | moments)])
    return start + b"." + part(hmac.new(PEM.encode(), start, hashlib.sha256).digest())


@pytest.mark.parametrize("name", RECORDED)
def test_every_recorded_event_is_read(name):
    event = read(signed(claims(name)))
    assert event.installation == INSTANCE
    assert not event.unreadable
    assert event.type.removeprefix("wix.ecom.v1.") == json.loads(claims(name)["data"])["eventType"].removeprefix(
        "wix.ecom.v1."
    )


def test_an_order_event_names_the_order_and_its_own_moment_of_change():
    event = read(signed(claims()))
    assert (event.kind, event.order_id) == (EventKind.ORDER, "22729cdc-134d-42ed-bfe9-ab771d939b09")
    assert event.event_id == "c3f9d28b-fcd2-4eb0-83bf-f2dce89d79f0"
    assert event.changed_at == datetime(2026, 11, 19, 8, 13, 2, 904000, UTC)
    assert not event.by_us


def test_fulfillments_name_their_order_and_that_we_caused_them():
    event = read(signed(claims("fulfillments_updated")))
    assert (event.kind, event.order_id) == (EventKind.ORDER, "22729cdc-134d-42ed-bfe9-ab771d939b09")
    assert event.by_us


@pytest.mark.parametrize(("name", "kind"), [("app_installed", EventKind.INSTALLED), ("app_removed", EventKind.REMOVED)])
def test_events_of_the_app_have_no_id_so_their_signature_is_one(name, kind):
    token = signed(claims(name))
    event = read(token)
    assert event.kind is kind
    assert event.event_id == read(token + b"\n").event_id
    assert event.event_id != read(signed(claims(name, iat=NOW))).event_id


def test_a_copied_site_says_of_which_it_is_a_copy():
    token = signed(redressed("app_installed", lambda event: event | {"originInstanceId": "original"}))
    assert read(token).origin_installation == "original"


def test_erasing_is_asked_for_by_a_mark_of_its_own():
    erasing = redressed("order_updated", lambda event: event | {"triggeredByAnonymizeRequest": True})
    assert read(signed(erasing)).erases
    assert not read(signed(claims("order_updated"))).erases


def as_json(event: dict) -> dict:
    """The same event with its payload in a string, as Wix's types have it."""
    for outer, inner in (("updatedEvent", "currentEntity"), ("createdEvent", "entity"), ("actionEvent", "body")):
        if outer in event:
            event = event | {outer: {inner + "AsJson": json.dumps(event[outer][inner])}}
    return event


@pytest.mark.parametrize("name", ["order_created", "order_updated", "order_approved", "fulfillments_updated"])
def test_both_dresses_of_an_event_say_the_same(name):
    plain, dressed = read(signed(claims(name))), read(signed(redressed(name, as_json)))
    assert (dressed.order_id, dressed.changed_at) == (plain.order_id, plain.changed_at)


def test_layers_may_be_objects_instead_of_strings():
    content = claims()
    envelope = json.loads(content["data"])
    envelope["data"], envelope["identity"] = json.loads(envelope["data"]), json.loads(envelope["identity"])
    assert read(signed(content | {"data": envelope})) == read(signed(claims()))


@pytest.mark.parametrize(
    ("event_type", "entity", "kind"),
    [
        ("created", {"createdEvent": {"entity": {}}}, EventKind.INSTALLED),
        ("deleted", {"deletedEvent": {"deletedEntity": {}}}, EventKind.REMOVED),
        ("updated", {"updatedEvent": {"currentEntity": {"status": "UNINSTALLED"}}}, EventKind.REMOVED),
        ("updated", {"updatedEvent": {"currentEntity": {"status": "INSTALLED"}}}, EventKind.OTHER),
    ],
)
def test_the_newer_installation_events_are_understood(event_type, entity, kind):
    kind_text = "wix.app.installations.v1.app_installation_" + event_type
    envelope = {"data": json.dumps({"id": "e"} | entity), "instanceId": INSTANCE, "eventType": kind_text}
    assert read(signed(claims(data=json.dumps(envelope)))).kind is kind


@pytest.mark.parametrize("event_type", ["PaidPlanPurchased", "wix.ecom.v1.order_imported", "wix.new.v9.thing"])
def test_what_is_none_of_our_business_is_told_apart(event_type):
    envelope = {"data": "{}", "instanceId": INSTANCE, "eventType": event_type}
    assert read(signed(claims(data=json.dumps(envelope)))).kind is EventKind.OTHER


@pytest.mark.parametrize(
    "data",
    [None, 7, "", "[]", "null", "{", '{"data": "["}', '{"instanceId": "i"}', '{"eventType": "x"}', "[" * 100_000,
     json.dumps({"data": "{}", "instanceId": "i", "eventType": "wix.ecom.v1.order_updated"}),
     json.dumps({"data": json.dumps({"entityId": "o", "updatedEvent": {"currentEntityAsJson": "?"}}),
                 "instanceId": "i", "eventType": "wix.ecom.v1.order_updated"})],
)  # fmt: skip
def test_signed_nonsense_is_kept_for_a_person_and_crashes_nothing(data):
    event = read(signed(claims(data=data)))
    assert event.unreadable
    assert event.event_id


def forged() -> dict[str, bytes]:
    good, content = signed(claims()), claims()
    moments = {"iat": int(NOW.timestamp()), "exp": int(NOW.timestamp()) + 3600}
    head, payload, signature = good.split(b".")
    jwk = {"kty": "RSA", "n": "AQAB", "e": "AQAB"}
    return {
        "unsigned": glued({"alg": "none"}, content | moments),
        "unsigned with capitals": glued({"alg": "NONE"}, content | moments),
        "unsigned but a signature": glued({"alg": "none"}, content | moments, b"x"),
        "no algorithm": glued({}, content | moments, b"x"),
        "algorithm is a list": glued({"alg": ["RS256"]}, content | moments, b"x"),
        "shared secret": signed(content, "a" * 64, "HS256"),
        "empty secret": glued({"alg": "HS256"}, content | moments, b""),
        "public key as secret": hs256_with_the_public_key(),
        "another key": signed(content, STRANGER),
        "another key by jku": signed(content, STRANGER, jku="https://evil.example/keys"),
        "another key by x5u": signed(content, STRANGER, x5u="https://evil.example/cert"),
        "another key by jwk": signed(content, STRANGER, jwk=jwk),
        "another key by kid": signed(content, STRANGER, kid="../../dev/null"),
        "another algorithm": signed(content, KEY, "RS384"),
        "another padding": signed(content, KEY, "PS256"),
        "a small key": signed(content, SMALL),
        "expired": signed(claims(exp=NOW - timedelta(days=3, minutes=1))),
        "expired a month ago": signed(claims(iat=NOW - timedelta(days=30), exp=NOW - timedelta(days=30))),
        "from the future": signed(claims(iat=NOW + timedelta(minutes=6))),
        "without a moment": signed({"data": content["data"], "exp": NOW}),
        "without an end": signed({"data": content["data"], "iat": NOW}),
        "moment is a word": signed(claims(exp="tomorrow")),
        "moment is a truth": signed(claims(exp=True)),
        "moment is a list": signed(claims(iat=[1])),
        "moment is endless": signed(claims(exp=10**40)),
        "moment is null": signed(claims(iat=None)),
        "cut in the signature": good[:-10],
        "cut in the middle": good[: len(good) // 2],
        "one part": head,
        "two parts": head + b"." + payload,
        "four parts": good + b"." + signature,
        "signature of another": signed(claims("order_created")).rsplit(b".", 1)[0] + b"." + signature,
        "changed payload": head + b"." + part(content | moments | {"data": "{}"}) + b"." + signature,
        "changed header": part({"alg": "RS256", "typ": "jwt"}) + b"." + payload + b"." + signature,
        "empty": b"",
        "spaces": b"   ",
        "plain JSON": json.dumps(content | moments).encode(),
        "an envelope": content["data"].encode(),
        "not text": b"\xff\xfe\x00.\x00.\x00",
        "not base64": b"!.!.!",
        "header is nested garbage": part(b"[" * 50_000) + b"." + payload + b"." + signature,
        "header is a number": part(7) + b"." + payload + b"." + signature,
        "twice encoded": base64.b64encode(good),
        "in quotes": b'"' + good + b'"',
        "critical header": signed(content, STRANGER, crit=["exp"]),
    }


FORGED = forged()


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_delivery_is_refused(name):
    with pytest.raises(InvalidWebhook):
        read(FORGED[name])


def test_forty_ways_to_forge_were_tried():
    assert len(FORGED) >= 40


@pytest.mark.parametrize("age", [timedelta(0), timedelta(hours=1, minutes=5), timedelta(hours=47, minutes=11)])
def test_a_retry_with_its_first_signature_is_believed(age):
    assert read(signed(claims()), now=NOW + age)


@pytest.mark.parametrize("off", [timedelta(minutes=-4), timedelta(minutes=4)])
def test_clocks_may_differ_a_little(off):
    assert read(signed(claims(iat=NOW + off)))


def test_while_a_key_is_replaced_both_are_believed():
    old = webhooks.load_keys([_pem(STRANGER)])
    assert read(signed(claims()), keys=old + KEYS)
    assert read(signed(claims(), STRANGER), keys=old + KEYS)


def test_without_keys_nothing_is_believed():
    with pytest.raises(InvalidWebhook):
        read(signed(claims()), keys=())


def _pem(key: rsa.RSAPrivateKey) -> str:
    public = key.public_key()
    return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.mark.parametrize(
    "text", [PEM, PEM.replace("\n", "\\n"), base64.b64encode(PEM.encode()).decode(), "  " + PEM + "\n"]
)
def test_a_key_is_taken_as_the_dashboard_hands_it_over(text):
    assert read(signed(claims()), keys=webhooks.load_keys(["", text]))


@pytest.mark.parametrize("text", ["nonsense", "-----BEGIN PUBLIC KEY-----", base64.b64encode(b"no key").decode()])
def test_what_is_no_key_is_said_at_once(text):
    with pytest.raises(ValueError, match="webhook key"):
        webhooks.load_keys([text])
