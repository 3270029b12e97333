"""Reads and sets the switches, and holds the app's keys."""

import secrets
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import transaction

from sandbox.models import App
from sandbox.remembered import forget, remembered
from sandbox.switch_definitions import GROUPS, SWITCHES

DEFAULTS: dict[str, Any] = {name: switch.default for name, switch in SWITCHES.items()}


def current_app() -> App:
    """Created on the first call."""
    return App.objects.first() or create_app("", "")


def create_app(app_id: str, secret: str) -> App:
    """Create the app with a key pair of its own; an empty id or secret is generated."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    fields = {"app_id": app_id} if app_id else {}
    return App.objects.create(
        secret=secret or secrets.token_hex(24), private_key=private.decode(), public_key=public.decode(), **fields
    )


@remembered
def read() -> dict[str, Any]:
    """Every switch by name, with its current value."""
    changed = App.objects.values_list("switches", flat=True).first()
    values: dict[str, Any] = DEFAULTS | (changed if changed is not None else current_app().switches)
    return values


def descriptions() -> list[dict[str, Any]]:
    """Every switch with its value, choices and help text."""
    values = read()
    return [
        {
            "name": switch.name,
            "group": group,
            "value": values[switch.name],
            "default": switch.default,
            "choices": list(switch.choices),
            "point": switch.point or None,
            "help": switch.help,
        }
        for group, rows in GROUPS.items()
        for switch in rows
    ]


def set_switches(changes: dict[str, Any]) -> dict[str, Any]:
    """Set some switches and return the values of all. Raises ValueError, and then sets none."""
    checked = {name: _checked(name, value) for name, value in changes.items()}
    with transaction.atomic():
        app = current_app()
        app.switches = app.switches | checked
        app.save(update_fields=["switches"])
    forget()
    values: dict[str, Any] = DEFAULTS | app.switches
    return values


def reset() -> None:
    App.objects.update(switches={})
    forget()


def _checked(name: str, value: Any) -> Any:
    if name not in DEFAULTS:
        raise ValueError(f"there is no switch {name!r}; there are {', '.join(DEFAULTS)}")
    choices = SWITCHES[name].choices
    if choices and value not in choices:
        raise ValueError(f"{name} is one of {', '.join(repr(choice) for choice in choices)}")
    kind = type(DEFAULTS[name])
    if kind is bool:
        return str(value).lower() in {"true", "on", "1"}
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
    """The fault for this call, empty for none. Counts ``fault_count`` down."""
    if not read()["fault"]:
        return ""
    with transaction.atomic():
        forget()
        values = read()
        fault, left = str(values["fault"]), values["fault_count"]
        if values["fault_path"] not in path or (fault == "bulk_partial" and "/bulk/" not in path):
            return ""
        if left == 1:
            set_switches({"fault": "", "fault_path": "", "fault_count": 0})
        elif left > 1:
            set_switches({"fault_count": left - 1})
    return fault
