"""Connecting a site with the merchant's consent, and letting go of it again."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode

from accounts.models import Shop, User
from integrations.models import Connection, ConsentRequest, Fulfillment, SyncRun
from integrations.providers import get_provider
from integrations.providers.base import AccessToken, Installation, InstallRefused, OrderProvider, ShopSite
from integrations.services.syncing import request_sync
from integrations.services.tokens import FreshTokens, keep_token
from integrations.wording import consent_sentence, trouble_sentence
from lib.http import ApiError, ApiUnreachable
from lib.languages import in_every_language


class ConsentRefused(Exception):
    """Nothing was connected; ``sentence`` says why and what to do, ``shop`` is where it was started, if known."""

    def __init__(self, code: str, *, shop: Shop | None = None, site: str = "") -> None:
        super().__init__(code)
        self.code, self.shop, self.site = code, shop, site

    @property
    def sentence(self) -> Promise:
        return consent_sentence(self.code)


def start_consent(shop: Shop, user: User, platform: str, *, session_key: str) -> str:
    """Where to send the merchant; the way back is open for ten minutes, once, for this user and session."""
    state = secrets.token_urlsafe(32)
    ConsentRequest.objects.filter(expires_at__lt=timezone.now() - timedelta(days=1)).delete()
    ConsentRequest.objects.create(
        shop=shop,
        user=user,
        platform=platform,
        state_hash=_hash(state),
        session_hash=_hash(session_key),
        expires_at=timezone.now() + timedelta(minutes=settings.CONSENT_MINUTES),
    )
    back = settings.BASE_URL + reverse("integrations:callback") + "?" + urlencode({"state": state})
    return get_provider(platform).install_url(back)


def finish_consent(user: User, *, session_key: str, params: Mapping[str, str]) -> Connection:
    """Turn a callback into a connection and ask for its first synchronisation. Raises ConsentRefused.

    A callback works once. The site is asked who it is before anything is kept.
    """
    request = _burn(user, session_key, params.get("state", ""))
    provider, shop = get_provider(request.platform), request.shop
    try:
        installation = provider.verify_install(params, now=timezone.now())
        token, site = _introduce(provider, installation)
    except InstallRefused as refusal:
        raise ConsentRefused(refusal.code, shop=shop) from refusal
    except ApiError as error:
        code = "unreachable" if isinstance(error, ApiUnreachable) else "rejected"
        raise ConsentRefused(code, shop=shop) from error
    if site.installation_id != installation.installation_id or site.site_id != installation.site_id:
        raise ConsentRefused("site_mismatch", shop=shop)
    if not site.has_shop:
        raise ConsentRefused("no_store", shop=shop, site=site.name)
    return _connect(request, site, token)


def revoke(connection: Connection, *, by: User) -> None:
    """Forget the tokens and stop pulling and pushing; orders and shipments stay. May be repeated.

    What was still to be told to the shop is marked, so that nothing ends in silence.
    """
    now = timezone.now()
    with transaction.atomic():
        Connection.objects.connected().filter(pk=connection.pk).update(
            state=Connection.State.DISCONNECTED,
            state_since=now,
            disconnected_at=now,
            token_sealed="",
            token_expires_at=None,
            trouble={},
            trouble_since=None,
            paused_until=None,
            failures=0,
        )
        connection.syncs.filter(state__in=["queued", "running"]).update(
            state=SyncRun.State.FAILED, next_at=None, holder=None, lease_until=None, finished_at=now
        )
        connection.fulfillments.filter(state__in=["due", "sending", "unknown"]).update(
            state=Fulfillment.State.NEEDS_ATTENTION,
            next_at=None,
            holder=None,
            lease_until=None,
            trouble=in_every_language(trouble_sentence("revoked")),
        )
    connection.refresh_from_db()


def _hash(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def _burn(user: User, session_key: str, state: str) -> ConsentRequest:
    """The request this callback answers, used up by asking for it."""
    request = ConsentRequest.objects.select_related("shop").filter(state_hash=_hash(state)).first()
    if request is None:
        raise ConsentRefused("unknown_state")
    shop = request.shop if request.user_id == user.pk else None
    if request.user_id != user.pk or not secrets.compare_digest(request.session_hash, _hash(session_key)):
        raise ConsentRefused("other_session", shop=shop)
    if not user.memberships.filter(shop=request.shop, role="owner").exists():
        raise ConsentRefused("other_session")
    now = timezone.now()
    if request.expires_at < now:
        raise ConsentRefused("expired", shop=shop)
    if ConsentRequest.objects.filter(pk=request.pk, used_at=None).update(used_at=now) != 1:
        raise ConsentRefused("expired", shop=shop)
    return request


def _introduce(provider: OrderProvider, installation: Installation) -> tuple[AccessToken, ShopSite]:
    tokens = FreshTokens(provider, installation.installation_id)
    site = provider.open(installation.installation_id, tokens).describe()
    if tokens.minted is None:
        raise ApiUnreachable("no token was asked for")
    return tokens.minted, site


def _connect(request: ConsentRequest, site: ShopSite, token: AccessToken) -> Connection:
    known = Connection.objects.filter(platform=request.platform, external_id=site.installation_id)
    if known.connected().exclude(shop=request.shop).exists():
        raise ConsentRefused("other_shop", shop=request.shop, site=site.name)
    connection = known.filter(shop=request.shop).first() or Connection(
        shop=request.shop, platform=request.platform, external_id=site.installation_id
    )
    _fill(connection, request.user, site, token)
    try:
        with transaction.atomic():
            connection.save()
    except IntegrityError as clash:
        raise ConsentRefused("other_shop", shop=request.shop, site=site.name) from clash
    request_sync(connection)
    return connection


def _fill(connection: Connection, user: User, site: ShopSite, token: AccessToken) -> None:
    now = timezone.now()
    if connection.pk is None or connection.state == Connection.State.DISCONNECTED:
        connection.connected_at, connection.connected_by = now, user
        connection.synced_through = None
    connection.state, connection.state_since, connection.disconnected_at = Connection.State.ACTIVE, now, None
    connection.site_id, connection.site_name, connection.site_url = (
        site.site_id,
        site.name[:200],
        site.url[:500],
    )
    connection.trouble, connection.trouble_since = {}, None
    connection.paused_until, connection.failures = None, 0
    keep_token(connection, token)
