"""Consent: which site the merchant picked, and the way back with its signature."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.utils import timezone

from sandbox import knobs
from sandbox.fulfilling import stamp
from sandbox.models import Site, new_id


def sign(payload: dict[str, object], secret: str) -> str:
    """``signature.data``, both base64url without padding; the message is the encoded data."""
    data = _base64(json.dumps(payload).encode())
    return f"{_base64(hmac.new(secret.encode(), data.encode(), hashlib.sha256).digest())}.{data}"


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def install(site: Site, back: str) -> str:
    """Install the app on the site and answer where the browser goes; a knob can spoil the next one."""
    app, wrong = knobs.the_app(), knobs.read()["next_install"]
    if wrong:
        knobs.turn({"next_install": ""})
    Site.objects.filter(pk=site.pk).update(installed=True)
    signed_at = timezone.now() - timedelta(days=2 if wrong == "stale" else 0)
    payload: dict[str, object] = {
        "instanceId": new_id() if wrong == "other_instance" else site.instance_id,
        "appDefId": app.app_id,
        "signDate": stamp(signed_at),
        "uid": "5b8f0f6e-4f2c-4a55-9d0d-3d8f1a0c7a11",
        "permissions": "OWNER",
    }
    return with_query(
        back,
        appId=new_id() if wrong == "wrong_app" else app.app_id,
        tenantId=new_id() if wrong == "other_site" else site.site_id,
        instanceId=site.instance_id,
        signedInstance=sign(payload, "another secret" if wrong == "tampered" else app.secret),
    )


def with_query(url: str, **extra: str) -> str:
    """The address with its own query kept and ours behind it."""
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query, keep_blank_values=True), *extra.items()]
    return urlunsplit(parts._replace(query=urlencode(query)))
