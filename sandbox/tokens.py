"""Access tokens: POST /oauth2/token, and authentication of calls."""

import secrets
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from sandbox import switches
from sandbox.errors import WixError, application_error, unauthenticated
from sandbox.models import App, Site, Token

READ, MANAGE, OWN = "SCOPE.DC-STORES.READ-ORDERS", "SCOPE.DC-STORES.MANAGE-ORDERS", "SCOPE.DC.MANAGE-YOUR-APP"
# Granted scopes by value of the switch `permissions`.
GRANTED = {"full": [READ, MANAGE, OWN], "read_only": [READ, OWN], "none": [OWN]}


# How ``instance.permissions`` names a scope, by value of the switch `permission_names`; Wix's spelling is unconfirmed.
SPELLINGS: dict[str, dict[str, str]] = {
    "bundles": {READ: "SCOPE.DC-STORES-MEGA.READ-STORES", MANAGE: "SCOPE.DC-ECOM-MEGA.MANAGE-ECOM"},
    "fine": {READ: "ECOM.READ_ORDERS", MANAGE: "ECOM.MODIFY_FULFILLMENTS", OWN: "WIX_DEVELOPERS.MANAGE_APP_INSTANCE"},
    "names": {READ: "Read Orders", MANAGE: "Manage Orders", OWN: "Manage Your App"},
    "lower": {scope: scope.lower() for scope in (READ, MANAGE, OWN)},
    "unknown": {READ: "orders:r", MANAGE: "orders:rw", OWN: "app:rw"},
}


class RateLimited(Exception):
    """The installation has no calls left in this minute."""


class TokenRejected(Exception):
    """No token is issued; ``code`` and ``description`` are the OAuth error and its description."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code, self.description = code, description

    def response(self) -> HttpResponse:
        """The error response in the format that switches choose; Wix's is unconfirmed."""
        values = switches.read()
        status, style = int(values["token_status"]), values["token_error"]
        if style == "html":
            return HttpResponse("<html><body><h1>Bad Request</h1></body></html>", status=status)
        if style == "empty":
            return HttpResponse(status=status)
        bodies: dict[str, dict[str, Any]] = {
            "oauth": {"error": self.code, "error_description": self.description},
            "wix": {"message": self.description, "details": {}},
            "legacy": {"errorDescription": f"invalid_token: {self.description}"},
        }
        return JsonResponse(bodies[style], status=status)


def mint(body: dict[str, Any]) -> dict[str, Any]:
    """Issue a token for an installation. Raises TokenRejected, also after uninstalling (our convention)."""
    values, now = switches.read(), timezone.now()
    if body.get("grant_type") != "client_credentials":
        raise TokenRejected("unsupported_grant_type", "Only client_credentials is supported")
    site = Site.objects.filter(instance_id=str(body.get("instance_id")), installed=True).first()
    if not _credentials_match(switches.current_app(), body) or values["token_refused"] in {"wrong_secret"}:
        raise TokenRejected("invalid_client", "Client authentication failed")
    if site is None or values["token_refused"]:
        raise TokenRejected("invalid_client", "The app is not installed there")
    seconds = values["token_seconds"]
    Token.objects.filter(site=site, expires_at__lte=now - timedelta(days=1)).delete()
    token = Token.objects.create(
        value="OauthNG.JWS." + secrets.token_urlsafe(32), site=site, expires_at=now + timedelta(seconds=seconds)
    )
    answer = {"access_token": token.value, "token_type": "Bearer"}
    return answer if values["omit_expires_in"] else answer | {"expires_in": seconds}


def _credentials_match(app: App, body: dict[str, Any]) -> bool:
    return bool(body.get("client_id") == app.app_id and body.get("client_secret") == app.secret)


def info(body: dict[str, Any]) -> dict[str, Any]:
    token = Token.objects.select_related("site").filter(value=str(body.get("token"))).first()
    if token is None or token.expires_at <= timezone.now() or not token.site.installed:
        return {"active": False}
    app, seconds = switches.current_app(), switches.read()["token_seconds"]
    expires = int(token.expires_at.timestamp())
    return {
        "active": True,
        "subjectType": "APP",
        "subjectId": app.app_id,
        "exp": expires,
        "iat": expires - seconds,
        "clientId": app.app_id,
        "siteId": token.site.site_id,
        "instanceId": token.site.instance_id,
    }


def _value(request: HttpRequest) -> str:
    """The call's token, with or without ``Bearer``."""
    return request.headers.get("Authorization", "").removeprefix("Bearer ").strip()


def instance_id_of(request: HttpRequest) -> str:
    """The instance id of the call's token, valid or expired; empty without a known token."""
    value = _value(request)
    token = Token.objects.select_related("site").filter(value=value).first() if value else None
    return token.site.instance_id if token else ""


def authenticate(request: HttpRequest, scope: str) -> Site:
    """The site of the call's token. Raises WixError 401, 403 or 404, or RateLimited."""
    token = Token.objects.select_related("site").filter(value=_value(request), expires_at__gt=timezone.now()).first()
    if token is None:
        raise unauthenticated()
    values = switches.read()
    request.META["sandbox.instance"] = token.site.instance_id
    if not token.site.installed:
        raise _removed(values["removed_api"])
    _count_call(token.site, values["rate_limit"])
    if scope not in GRANTED[values["permissions"]]:
        raise _forbidden(values["forbidden_body"])
    return token.site


def _removed(status: str) -> WixError:
    """The error for an earlier token after uninstalling, which is unconfirmed."""
    if status == "401":
        return unauthenticated()
    return WixError(403, None) if status == "403" else application_error(404, "INSTANCE_NOT_FOUND", "Not found")


def _forbidden(body: str) -> WixError:
    if body == "empty":
        return WixError(403, None)
    description = "The app instance lacks a permission required by this method"
    return application_error(403, "PERMISSION_DENIED", "Permission denied", description)


def _count_call(site: Site, limit: int) -> None:
    key = f"calls:{site.pk}:{int(timezone.now().timestamp()) // 60}"
    cache.add(key, 0, 120)
    if cache.incr(key) > limit > 0:
        raise RateLimited


def granted() -> dict[str, Any]:
    """``permissions`` of the app instance, as a switch spells them."""
    values = switches.read()
    scopes, style = GRANTED[values["permissions"]], values["permission_names"]
    if style == "absent":
        return {}
    if style == "objects":
        return {"permissions": [{"scopeId": scope} for scope in scopes]}
    names = SPELLINGS.get(style, {})
    return {"permissions": [names.get(scope, scope) for scope in scopes]}
