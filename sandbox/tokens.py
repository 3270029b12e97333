"""POST /oauth2/token, and whose token a call carries."""

import secrets
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from sandbox import knobs
from sandbox.errors import WixError, unauthenticated
from sandbox.models import Site, Token

SCOPES = (
    "SCOPE.DC-STORES.READ-ORDERS",
    "SCOPE.DC-STORES.MANAGE-ORDERS",
    "SCOPE.DC.MANAGE-YOUR-APP",
)


class RateLimited(Exception):
    """This installation used up its calls of this minute."""


def mint(body: dict[str, Any]) -> dict[str, Any]:
    app = knobs.the_app()
    site = Site.objects.filter(instance_id=body.get("instance_id", ""), installed=True).first()
    right_secret = body.get("client_id") == app.app_id and body.get("client_secret") == app.secret
    if body.get("grant_type") != "client_credentials" or not right_secret or site is None:
        raise WixError(400, {"error": "invalid_client", "error_description": "unknown client or instance"})
    seconds = knobs.read()["token_seconds"]
    token = Token.objects.create(
        value="OauthNG.JWS." + secrets.token_urlsafe(32),
        site=site,
        expires_at=timezone.now() + timedelta(seconds=seconds),
    )
    return {"access_token": token.value, "token_type": "Bearer", "expires_in": seconds}


def info(body: dict[str, Any]) -> dict[str, Any]:
    token = Token.objects.select_related("site").filter(value=body.get("token", "")).first()
    if token is None or token.expires_at <= timezone.now():
        return {"active": False}
    app = knobs.the_app()
    return {
        "active": True,
        "subjectType": "APP",
        "subjectId": app.app_id,
        "exp": str(int(token.expires_at.timestamp())),
        "clientId": app.app_id,
        "siteId": token.site.site_id,
        "instanceId": token.site.instance_id,
    }


def site_of(request: HttpRequest, *, managing: bool = False) -> Site:
    """The site a call is about. WixError 401 or 403; RateLimited when it calls too often."""
    value = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    token = Token.objects.select_related("site").filter(value=value, expires_at__gt=timezone.now()).first()
    if token is None or not token.site.installed:
        raise unauthenticated()
    settings = knobs.read()
    _count(token.site, settings["rate_limit"])
    if managing and settings["permissions"] == "read_only":
        raise WixError(403, None)
    return token.site


def _count(site: Site, limit: int) -> None:
    key = f"calls:{site.pk}:{int(timezone.now().timestamp()) // 60}"
    cache.add(key, 0, 120)
    if cache.incr(key) > limit:
        raise RateLimited


def granted() -> list[str]:
    return list(SCOPES) if knobs.read()["permissions"] == "full" else [SCOPES[0], SCOPES[2]]
