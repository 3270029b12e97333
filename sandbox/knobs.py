"""The knobs: how the stand-in misbehaves on request, and the app it stands in for."""

import secrets
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
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
    "tracking_scope": "order",
    "rate_limit": 200,
    "retry_after": True,
}
FAULTS = ("401", "403", "429", "500", "503", "html", "lost_answer", "truncated", "bulk_partial")
INSTALLS = ("tampered", "stale", "wrong_app", "other_instance", "other_site")
CHOICES = {
    "fault": ("", *FAULTS),
    "next_install": ("", *INSTALLS),
    "permissions": ("full", "read_only"),
    "tracking_scope": ("order", "site"),
}
HELP = {
    "fault": "what the next calls to the API answer; lost_answer and truncated happen after the call took effect",
    "fault_path": "only calls whose path contains this",
    "fault_count": "how many calls misbehave; 0 while a fault is chosen means until it is cleared",
    "slow_ms": "every API call waits this long",
    "next_install": "how the next Add to Site comes back wrong",
    "token_seconds": "how long a new token lives",
    "permissions": "read_only is an old app version: managing orders answers 403 with an empty body",
    "visible_after_ms": "how long a changed order stays invisible to searches",
    "tracking_scope": "where a tracking number must be unique",
    "rate_limit": "calls a minute for each installation",
    "retry_after": "whether a 429 says how long to wait",
}


def the_app() -> App:
    """The app, made on the first call."""
    app = App.objects.first()
    return app or make_app("", "")


def make_app(app_id: str, secret: str) -> App:
    """Keys of its own, unless the environment names them."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    fields = {"app_id": app_id} if app_id else {}
    return App.objects.create(
        secret=secret or secrets.token_hex(24),
        private_key=private.decode(),
        public_key=public.decode(),
        **fields,
    )


def read() -> dict[str, Any]:
    """Every knob with its value."""
    values: dict[str, Any] = DEFAULTS | the_app().knobs
    return values


def turn(changes: dict[str, Any]) -> dict[str, Any]:
    """Set some knobs; ValueError names what is wrong."""
    checked = {}
    for name, value in changes.items():
        if name not in DEFAULTS:
            raise ValueError(f"there is no knob {name!r}; there are {', '.join(DEFAULTS)}")
        if name in CHOICES and value not in CHOICES[name]:
            raise ValueError(f"{name} is one of {', '.join(repr(one) for one in CHOICES[name])}")
        kind = type(DEFAULTS[name])
        checked[name] = value in (True, "true", "on", "1", 1) if kind is bool else kind(value)
    with transaction.atomic():
        app = the_app()
        app.knobs = app.knobs | checked
        app.save(update_fields=["knobs"])
    values: dict[str, Any] = DEFAULTS | app.knobs
    return values


def take_fault(path: str) -> str:
    """The fault this call must show, counted down; empty for none."""
    knobs = read()
    if not knobs["fault"] or knobs["fault_path"] not in path:
        return ""
    left = knobs["fault_count"]
    if left == 1:
        turn({"fault": "", "fault_count": 0})
    elif left > 1:
        turn({"fault_count": left - 1})
    return str(knobs["fault"])
