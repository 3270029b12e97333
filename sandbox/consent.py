"""Consent: which site the merchant picked, and the way back with its signature."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.utils import timezone

from sandbox import sites, switches, webhooks
from sandbox.history import format_time
from sandbox.models import App, Site, new_id


def sign(payload: dict[str, Any], secret: str) -> str:
    """``signature.data``, both base64url without padding; the message is the encoded data."""
    data = _base64(json.dumps(payload, separators=(",", ":")).encode())
    return f"{_base64(hmac.new(secret.encode(), data.encode(), hashlib.sha256).digest())}.{data}"


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def install(site: Site, back: str, wrong: str = "") -> str:
    """Install the app on the site and answer where the browser goes.

    ``wrong``, one of knob_list.INSTALLS, spoils it; so does the switch ``next_install``, once.
    """
    app, turned = switches.current_app(), switches.read()["next_install"]
    if turned:
        switches.set_switches({"next_install": ""})
    wrong = wrong or turned
    sites.install_app(site)
    return with_query(
        back,
        appId=new_id() if wrong == "wrong_app" else app.app_id,
        tenantId=new_id() if wrong == "other_site" else site.site_id,
        instanceId=site.instance_id,
        signedInstance=signed_instance(site, wrong),
    )


def app_page_url(site: Site, page: str, wrong: str = "") -> str:
    """Where the browser goes when somebody opens the app's own page inside Wix: ``page`` with ?instance= behind it."""
    return with_query(page, instance=signed_instance(site, wrong))


def signed_instance(site: Site, wrong: str = "") -> str:
    """Who is there and where, signed with the app's secret now."""
    app = switches.current_app()
    return sign(_payload(app, site, wrong), "another secret" if wrong == "tampered" else app.secret)


def _payload(app: App, site: Site, wrong: str) -> dict[str, Any]:
    payload = {
        "instanceId": new_id() if wrong == "other_instance" else site.instance_id,
        "appDefId": app.app_id,
        "signDate": format_time(timezone.now() - timedelta(days=2 if wrong == "stale" else 0)),
    }
    if site.origin_instance_id:
        payload["originInstanceId"] = site.origin_instance_id
    if wrong == "visitor":
        return payload | {"aid": new_id()}
    fields = switches.read()["signed_fields"]
    if fields == "sparse":
        return payload
    payload |= {"uid": webhooks.OWNER, "permissions": "OWNER", "siteOwnerId": webhooks.OWNER}
    extra = {"vendorProductId": None, "aFieldOfNextYear": {"unknown": True}}
    return payload | (extra if fields == "extra" else {})


def canceled_url(back: str) -> str:
    """The way back without consent: nothing but the app's id."""
    return with_query(back, appId=switches.current_app().app_id)


def with_query(url: str, **extra: str) -> str:
    """The address with its own query kept and ours behind it."""
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query, keep_blank_values=True), *extra.items()]
    return urlunsplit(parts._replace(query=urlencode(query)))
