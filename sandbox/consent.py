"""The install flow: installs the app on the chosen site and builds the signed redirect."""

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
    """Return ``signature.data``, both base64url without padding; the encoded data is what is signed."""
    data = _base64(json.dumps(payload, separators=(",", ":")).encode())
    return f"{_base64(hmac.new(secret.encode(), data.encode(), hashlib.sha256).digest())}.{data}"


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def install(site: Site, back: str, wrong: str = "") -> str:
    """Install the app on the site and return the redirect URL.

    ``wrong``, one of INSTALL_ERRORS, makes the redirect invalid; so does the switch ``next_install``, once.
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
    """The URL that opens the app's page from inside Wix: ``page`` with a signed ``instance`` parameter."""
    return with_query(page, instance=signed_instance(site, wrong))


def signed_instance(site: Site, wrong: str = "") -> str:
    """The signed instance: who opened the app on which site, signed with the app's secret."""
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
    """The redirect URL after the merchant canceled: it carries the app's id alone."""
    return with_query(back, appId=switches.current_app().app_id)


def with_query(url: str, **extra: str) -> str:
    """Append parameters to the URL's query."""
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query, keep_blank_values=True), *extra.items()]
    return urlunsplit(parts._replace(query=urlencode(query)))
