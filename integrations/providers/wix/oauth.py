"""Consent at Wix.

Source: Wix's pages on the external install flow and on parsing the encoded app instance.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from integrations.providers.base import InvalidInstall, VerifiedInstall

# The maximum age of a signature and difference of clocks.
CALLBACK_MAX_AGE = timedelta(minutes=20)


def install_url(web_url: str, app_id: str, callback_url: str, share_url_id: str = "") -> str:
    """``callback_url`` is called with its own query unchanged."""
    query = {"appId": app_id, "postInstallationUrl": callback_url}
    if share_url_id:
        query["shareUrlId"] = share_url_id
    return f"{web_url}/app-installer?{urlencode(query)}"


def verify(params: Mapping[str, str], *, app_id: str, secret: str, now: datetime) -> VerifiedInstall:
    """Check the callback's parameters against their signature. Raises InvalidInstall."""
    instance_id, signed = params.get("instanceId", ""), params.get("signedInstance", "")
    if not instance_id or not signed:
        raise InvalidInstall("cancelled")
    if params.get("appId", "") != app_id:
        raise InvalidInstall("app")
    payload = _verify_payload(signed, app_id=app_id, secret=secret, now=now)
    if payload.get("instanceId") != instance_id:
        raise InvalidInstall("instance")
    return VerifiedInstall(instance_id, params.get("tenantId", ""))


def verify_signed_link(signed: str, *, app_id: str, secret: str, now: datetime) -> VerifiedInstall:
    """Check the ``instance`` parameter with which Wix opens our page. Raises InvalidInstall."""
    if not signed:
        raise InvalidInstall("cancelled")
    payload = _verify_payload(signed, app_id=app_id, secret=secret, now=now)
    if not isinstance(payload.get("instanceId"), str) or not payload["instanceId"]:
        raise InvalidInstall("instance")
    return VerifiedInstall(payload["instanceId"], "")


def _verify_payload(signed: str, *, app_id: str, secret: str, now: datetime) -> dict[str, Any]:
    """Signed by the app for the site's owner or staff, and recent. Raises InvalidInstall."""
    payload = read_signed(signed, secret)
    if payload.get("aid"):
        raise InvalidInstall("visitor")
    if payload.get("appDefId", app_id) != app_id:
        raise InvalidInstall("app")
    if not _is_fresh(payload.get("signDate"), now):
        raise InvalidInstall("stale")
    return payload


def read_signed(signed: str, secret: str) -> dict[str, Any]:
    """The JSON inside ``signature.data``. Raises InvalidInstall when the signature is not the app's."""
    signature, dot, data = signed.partition(".")
    expected = hmac.new(secret.encode(), data.encode(), hashlib.sha256).digest()
    try:
        given = _unbase64(signature)
        if not dot or "." in data or not hmac.compare_digest(given, expected):
            raise InvalidInstall("signature")
        payload = json.loads(_unbase64(data))
    except ValueError as error:
        raise InvalidInstall("signature") from error
    if not isinstance(payload, dict):
        raise InvalidInstall("signature")
    return payload


def _unbase64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _is_fresh(sign_date: object, now: datetime) -> bool:
    try:
        signed_at = datetime.fromisoformat(str(sign_date))
    except ValueError:
        return False
    return signed_at.tzinfo is not None and abs(now - signed_at) <= CALLBACK_MAX_AGE
