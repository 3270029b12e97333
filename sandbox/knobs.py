"""The knobs: how the stand-in misbehaves on request, and the app it stands in for."""

import secrets
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.db import transaction

from sandbox.models import App

DEFAULTS: dict[str, Any] = {
    "fault": "",
    "fault_path": "",
    "fault_count": 0,
    "slow_ms": 0,
    "next_install": "",
    "token_seconds": 14_400,
    "permissions": "full",
    "visible_after_ms": 0,
    "unknown_value": "",
    "tracking_scope": "order",
    "rate_limit": 200,
    "retry_after": True,
    "webhook_url": settings.WEBHOOK_URL,
    "webhook_time_scale": 1.0,
    "webhook_delay_ms": 0,
    "webhook_fault": "",
}
BEFORE = ("401", "403", "429", "500", "503", "504", "html", "drop")
"""Faults that answer in place of the call; it takes no effect."""
AFTER = ("lost_answer", "truncated", "bulk_partial")
"""Faults of a call that did take effect, bulk_partial for every second order."""
INSTALLS = ("tampered", "stale", "wrong_app", "other_instance", "other_site", "visitor")
CHOICES = {
    "fault": ("", *BEFORE, *AFTER),
    "next_install": ("", *INSTALLS),
    "permissions": ("full", "read_only", "none"),
    "unknown_value": ("", "status", "paymentStatus", "fulfillmentStatus", "channelInfo.type", "weightUnit"),
    "tracking_scope": ("order", "site"),
    "webhook_fault": ("", "duplicate", "reorder", "drop", "bad_signature", "unsigned", "expired"),
}
HELP = {
    "fault": "what the next calls to the API answer; lost_answer, truncated and bulk_partial happen after the call "
    "took effect, the others in its place; drop closes the connection, html is a gateway's 502",
    "fault_path": "fault and slow_ms only hit calls whose path contains this",
    "fault_count": "how many calls misbehave; 0 while a fault is chosen means until it is cleared",
    "slow_ms": "every API call waits this long before it is carried out",
    "next_install": "how the next Add to Site comes back wrong",
    "token_seconds": "how long a new token lives",
    "permissions": "what an old app version may do: read_only cannot manage orders, none cannot even read them; "
    "both answer 403 with an empty body",
    "visible_after_ms": "how long searches show an order as it was before a change (a new one not at all)",
    "unknown_value": "the field that holds a value nobody has heard of, in every order answered",
    "tracking_scope": "where a tracking number must be unique",
    "rate_limit": "calls a minute for each installation; 0 is no limit",
    "retry_after": "whether a 429 says how long to wait",
    "webhook_url": "where events are posted to; none while empty",
    "webhook_time_scale": "how long a minute of the retry schedule takes, in minutes: 0.001 is 60 milliseconds",
    "webhook_delay_ms": "how long an event waits before its first delivery",
    "webhook_fault": "how deliveries misbehave; reorder holds every second event back for a second",
}


def the_app() -> App:
    """The app, made on the first call."""
    return App.objects.first() or make_app("", "")


def make_app(app_id: str, secret: str) -> App:
    """An app with keys of its own; an empty id or secret is invented."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    fields = {"app_id": app_id} if app_id else {}
    return App.objects.create(
        secret=secret or secrets.token_hex(24), private_key=private.decode(), public_key=public.decode(), **fields
    )


def read() -> dict[str, Any]:
    """Every knob with its value."""
    values: dict[str, Any] = DEFAULTS | the_app().knobs
    return values


def turn(changes: dict[str, Any]) -> dict[str, Any]:
    """Set some knobs and answer all of them; ValueError names what is wrong, and nothing is set."""
    checked = {name: _checked(name, value) for name, value in changes.items()}
    with transaction.atomic():
        app = the_app()
        app.knobs = app.knobs | checked
        app.save(update_fields=["knobs"])
    values: dict[str, Any] = DEFAULTS | app.knobs
    return values


def reset() -> None:
    """Every knob as it was in the beginning."""
    App.objects.update(knobs={})


def _checked(name: str, value: Any) -> Any:
    if name not in DEFAULTS:
        raise ValueError(f"there is no knob {name!r}; there are {', '.join(DEFAULTS)}")
    if name in CHOICES and value not in CHOICES[name]:
        raise ValueError(f"{name} is one of {', '.join(repr(one) for one in CHOICES[name])}")
    kind = type(DEFAULTS[name])
    if kind is bool:
        return value in (True, "true", "on", "1")
    if kind is str:
        return str(value)
    try:
        number = kind(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} is a number, not {value!r}") from error
    if number < 0:
        raise ValueError(f"{name} cannot be less than 0")
    return number


def take_fault(path: str) -> str:
    """The fault this call must show, counted down; empty for none."""
    if not read()["fault"]:
        return ""
    with transaction.atomic():
        knobs = read()
        fault, left = str(knobs["fault"]), knobs["fault_count"]
        if knobs["fault_path"] not in path or (fault == "bulk_partial" and "/bulk/" not in path):
            return ""
        if left == 1:
            turn({"fault": "", "fault_path": "", "fault_count": 0})
        elif left > 1:
            turn({"fault_count": left - 1})
    return fault
