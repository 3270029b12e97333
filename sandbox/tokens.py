"""POST /oauth2/token, and whose token a call carries."""

import secrets
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from sandbox import knobs
from sandbox.errors import WixError, unauthenticated
from sandbox.models import App, Site, Token

READ, MANAGE, OWN = "SCOPE.DC-STORES.READ-ORDERS", "SCOPE.DC-STORES.MANAGE-ORDERS", "SCOPE.DC.MANAGE-YOUR-APP"
GRANTED = {"full": [READ, MANAGE, OWN], "read_only": [READ, OWN], "none": [OWN]}
"""What the merchant agreed to, for each position of the knob ``permissions``."""


class RateLimited(Exception):
    """This installation used up its calls of this minute."""


def mint(body: dict[str, Any]) -> dict[str, Any]:
    """A token for one installation. WixError 400 in OAuth's words; after uninstalling too (our convention)."""
    if body.get("grant_type") != "client_credentials":
        raise _refused("unsupported_grant_type", "Only client_credentials is supported")
    site = Site.objects.filter(instance_id=str(body.get("instance_id")), installed=True).first()
    if not _is_the_app(knobs.the_app(), body) or site is None:
        raise _refused("invalid_client", "Client authentication failed")
    seconds, now = knobs.read()["token_seconds"], timezone.now()
    Token.objects.filter(site=site, expires_at__lte=now - timedelta(days=1)).delete()
    token = Token.objects.create(
        value="OauthNG.JWS." + secrets.token_urlsafe(32), site=site, expires_at=now + timedelta(seconds=seconds)
    )
    return {"access_token": token.value, "token_type": "Bearer", "expires_in": seconds}


def _is_the_app(app: App, body: dict[str, Any]) -> bool:
    return bool(body.get("client_id") == app.app_id and body.get("client_secret") == app.secret)


def _refused(code: str, words: str) -> WixError:
    return WixError(400, {"error": code, "error_description": words})


def info(body: dict[str, Any]) -> dict[str, Any]:
    token = Token.objects.select_related("site").filter(value=str(body.get("token"))).first()
    if token is None or token.expires_at <= timezone.now():
        return {"active": False}
    app, seconds = knobs.the_app(), knobs.read()["token_seconds"]
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


def site_of(request: HttpRequest, scope: str) -> Site:
    """The site a call is about. WixError 401, or 403 with an empty body; RateLimited when it calls too often."""
    value = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    token = Token.objects.select_related("site").filter(value=value, expires_at__gt=timezone.now()).first()
    if token is None:
        raise unauthenticated()
    settings = knobs.read()
    _count(token.site, settings["rate_limit"])
    if scope not in GRANTED[settings["permissions"]]:
        raise WixError(403, None)
    return token.site


def _count(site: Site, limit: int) -> None:
    key = f"calls:{site.pk}:{int(timezone.now().timestamp()) // 60}"
    cache.add(key, 0, 120)
    if cache.incr(key) > limit > 0:
        raise RateLimited


def granted() -> list[str]:
    return GRANTED[knobs.read()["permissions"]]
