"""Connecting sites with the merchant's consent, reactivating and revoking them."""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import User
from audit import trail
from audit.actions import AuditAction
from integrations.messages import (
    Message,
    connection_message,
    permission_message,
    store_unknown_message,
    uncertain_permission_message,
)
from integrations.models import Connection, ConsentRequest, Fulfillment, Installation, SyncRun
from integrations.providers import base, get_provider
from integrations.providers.base import AccessToken, InvalidInstall, OrderProvider, PlatformSession, PlatformSite
from integrations.services.circuit_breaker import error_kind
from integrations.services.fulfillments import resume_fulfillments
from integrations.services.sync import request_sync
from integrations.services.tokens import FreshTokens, store_token
from lib.http import ApiError, ApiUnavailable
from lib.stored_messages import in_all_languages
from shops.models import Shop
from shops.permissions import ShopPermission, roles_with

# States that end when the app works again; a revoked connection is not reactivated.
RECOVERABLE_STATES = ("reconnect", "permission", "removed")
# Those that end when a call succeeds. A removed app comes back by being installed again only.
REFUSED_STATES = ("reconnect", "permission")


class ConsentRejected(Exception):
    """Nothing was connected. ``code`` says why; ``shop`` is where consent was started, if known.

    ``holder`` is the shop that has the site, if the user may know.
    """

    def __init__(self, code: str, *, shop: Shop | None = None, holder: Shop | None = None) -> None:
        super().__init__(code)
        self.code, self.shop, self.holder = code, shop, holder


def start_consent(shop: Shop, user: User, platform: str, *, session_key: str) -> str:
    """The URL of the platform's consent page. Its callback works once, for ten minutes, for this user and session."""
    state = secrets.token_urlsafe(32)
    ConsentRequest.objects.filter(expires_at__lt=timezone.now() - timedelta(days=1)).delete()
    ConsentRequest.objects.create(
        shop=shop,
        user=user,
        platform=platform,
        state_hash=_sha256(state),
        session_hash=_sha256(session_key),
        expires_at=timezone.now() + timedelta(minutes=settings.CONSENT_MINUTES),
    )
    callback = reverse("integrations:consent_callback", args=[platform])
    back = settings.BASE_URL + callback + "?" + urlencode({"state": state})
    return get_provider(platform).install_url(back)


def finish_consent(user: User, *, session_key: str, params: Mapping[str, str]) -> Connection:
    """Turn a callback into a connection and request its first sync. Raises ConsentRejected.

    A callback works once. The site is fetched before anything is stored.
    """
    request = _consume_consent(user, session_key, params.get("state", ""))
    provider, shop = get_provider(request.platform), request.shop
    try:
        installation = provider.verify_install(params, now=timezone.now())
    except InvalidInstall as refusal:
        raise ConsentRejected(refusal.code, shop=shop) from refusal
    return connect(shop, user, provider, installation)


def connect(shop: Shop, user: User, provider: OrderProvider, installation: base.VerifiedInstall) -> Connection:
    """Connect a verified installation after fetching its site.

    An earlier connection of this shop keeps its history. A copy of another site waits for confirmation. Only a platform
    that says that its store is missing keeps a site out; a doubt is noted in ``Connection.checks``. Raises
    ConsentRejected; may be repeated.
    """
    try:
        token, site, session = _fetch_site(provider, installation)
    except ApiError as error:
        code = "unreachable" if isinstance(error, ApiUnavailable) else "rejected"
        raise ConsentRejected(code, shop=shop) from error
    if site.installation_id != installation.installation_id:
        raise ConsentRejected("site_mismatch", shop=shop)
    if installation.site_id and site.site_id != installation.site_id:
        raise ConsentRejected("site_mismatch", shop=shop)
    try:
        if not session.has_store():
            raise ConsentRejected("no_store", shop=shop)
        doubts = find_doubts(provider.platform, site)
    except ApiError as error:
        # Nothing that says no to the store: the first sync asks again.
        doubts = {"store": _unanswered_message(provider.platform, error)}
    connection = _connect(shop, user, provider.platform, site, token)
    connection.checks = [
        {"code": code, "ok": True, "doubt": True, "text": in_all_languages(text)} for code, text in doubts.items()
    ]
    connection.save(update_fields=["checks"])
    return connection


def _unanswered_message(platform: str, error: ApiError) -> Message:
    if error_kind(error) == "permission" and error.code:
        return permission_message(platform, error.code)
    return store_unknown_message(platform)


def find_doubts(platform: str, site: PlatformSite) -> dict[str, Message]:
    """What the site's description leaves open, by the codes of ``connection_check``. None of it stops a connection."""
    doubts: dict[str, Message] = {}
    if site.lists_store is False:
        doubts["store"] = get_provider(platform).messages.store_unlisted
    if site.uncertain_permissions:
        doubts["permissions"] = uncertain_permission_message(platform, " + ".join(site.uncertain_permissions))
    return doubts


def confirm_copy(connection: Connection) -> bool:
    """Start importing from a copied site. False when it was answered before."""
    now, asked = timezone.now(), Connection.objects.filter(pk=connection.pk, state=Connection.State.COPY)
    if asked.update(state=Connection.State.ACTIVE, state_since=now, copy_confirmed_at=now) != 1:
        return False
    connection.refresh_from_db()
    request_sync(connection)
    return True


def check_installed(connection: Connection) -> None:
    """Raises the errors of lib.http when the app is not on the site or the platform does not answer."""
    known = base.VerifiedInstall(connection.external_id, connection.site_id)
    _fetch_site(get_provider(connection.platform), known)


def reactivate(connection: Connection, *, states: Collection[str] = RECOVERABLE_STATES) -> bool:
    """Resume a connection whose app works again, with all that waited for it.

    False when it was in none of ``states`` or another shop has the site. A copy that nobody confirmed waits for that.
    """
    now = timezone.now()
    unconfirmed_copy = bool(connection.origin_installation) and connection.copy_confirmed_at is None
    state = Connection.State.COPY if unconfirmed_copy else Connection.State.ACTIVE
    try:
        with transaction.atomic():
            found = Connection.objects.filter(pk=connection.pk, state__in=states)
            reactivated = found.update(
                state=state,
                state_since=now,
                disconnected_at=None,
                last_error={},
                failing_since=None,
                paused_until=None,
                consecutive_failures=0,
                recent_calls="",
                times_opened=0,
                retry_at=None,
            )
            if reactivated == 1:
                resume_fulfillments(connection)
    except IntegrityError:
        return False
    if reactivated != 1:
        return False
    _mark_claimed(connection)
    connection.refresh_from_db()
    if connection.is_active:
        request_sync(connection)
    return True


def mark_removed(connection: Connection) -> None:
    """The app was removed at the platform: delete the token, stop syncing and pushing. May be repeated.

    Fulfillments that are due wait for a reconnect.
    """
    with transaction.atomic():
        sentence = in_all_languages(connection_message(connection.platform, "removed"))
        if _deactivate(connection, Connection.State.REMOVED, last_error=sentence, failing_since=timezone.now()):
            trail.record(AuditAction.DISCONNECTED, by=None, shop=connection.shop, target=connection)
    connection.refresh_from_db()


def revoke(connection: Connection, *, by: User | None) -> None:
    """Delete the token and stop syncing and pushing; orders and shipments stay. May be repeated.

    Fulfillments that are due need attention afterwards.
    """
    with transaction.atomic():
        if _deactivate(connection, Connection.State.DISCONNECTED, last_error={}, failing_since=None):
            trail.record(AuditAction.DISCONNECTED, by=by, shop=connection.shop, target=connection)
        connection.fulfillments.filter(state__in=["due", "sending", "unknown"]).update(
            state=Fulfillment.State.NEEDS_ATTENTION,
            next_at=None,
            lease_token=None,
            lease_until=None,
            last_error=in_all_languages(connection_message(connection.platform, "revoked")),
        )
    connection.refresh_from_db()


def _deactivate(connection: Connection, state: str, **changes: object) -> bool:
    """False when it was in this state already."""
    now = timezone.now()
    changed = (
        Connection.objects.connected()
        .filter(pk=connection.pk)
        .exclude(state=state)
        .update(
            state=state,
            state_since=now,
            disconnected_at=now,
            token_encrypted="",
            token_expires_at=None,
            paused_until=None,
            consecutive_failures=0,
            recent_calls="",
            times_opened=0,
            **changes,
        )
    )
    connection.syncs.filter(state__in=["queued", "running"]).update(
        state=SyncRun.State.FAILED, next_at=None, lease_token=None, lease_until=None, finished_at=now
    )
    return changed == 1


def set_auto_import(connection: Connection, enabled: bool, *, by: trail.Actor) -> None:
    """May be repeated."""
    with transaction.atomic():
        others = Connection.objects.filter(pk=connection.pk, auto_import=not enabled)
        if others.update(auto_import=enabled):
            changes = {"auto_import": (not enabled, enabled)}
            trail.record(
                AuditAction.CONNECTION_CHANGED, by=by, shop=connection.shop, target=connection, changes=changes
            )


def _sha256(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def _consume_consent(user: User, session_key: str, state: str) -> ConsentRequest:
    """The request this callback answers, marked as used."""
    request = ConsentRequest.objects.select_related("shop").filter(state_hash=_sha256(state)).first()
    if request is None:
        raise ConsentRejected("unknown_state")
    shop = request.shop if request.user_id == user.pk else None
    if request.user_id != user.pk or not secrets.compare_digest(request.session_hash, _sha256(session_key)):
        raise ConsentRejected("other_session", shop=shop)
    if not user.memberships.filter(shop=request.shop, role__in=roles_with(ShopPermission.MANAGE_CONNECTIONS)).exists():
        raise ConsentRejected("other_session")
    now = timezone.now()
    if request.expires_at < now:
        raise ConsentRejected("expired", shop=shop)
    if ConsentRequest.objects.filter(pk=request.pk, used_at=None).update(used_at=now) != 1:
        raise ConsentRejected("expired", shop=shop)
    return request


def _fetch_site(
    provider: OrderProvider, installation: base.VerifiedInstall
) -> tuple[AccessToken, PlatformSite, PlatformSession]:
    tokens = FreshTokens(provider, installation.installation_id)
    session = provider.open(installation.installation_id, tokens)
    site = session.describe()
    if tokens.minted is None:
        raise ApiUnavailable("no token was asked for")
    return tokens.minted, site, session


def _connect(
    shop: Shop, user: User, platform: str, site: PlatformSite, token: AccessToken, *, is_repeated: bool = False
) -> Connection:
    same_site = Q(external_id=site.installation_id) | (Q(site_id=site.site_id) if site.site_id else Q())
    known = Connection.objects.filter(same_site, platform=platform)
    taken = known.holding_site().exclude(shop=shop).select_related("shop").first()
    if taken is not None:
        raise ConsentRejected("other_shop", shop=shop, holder=_visible_to(user, taken.shop))
    own = sorted(known.filter(shop=shop), key=lambda row: (row.is_inactive, -row.pk))
    connection = own[0] if own else Connection(shop=shop)
    _apply_site(connection, user, site, token)
    connection.platform, connection.external_id = platform, site.installation_id
    try:
        with transaction.atomic():
            connection.save()
            trail.record(AuditAction.CONNECTED, by=user, shop=shop, target=connection)
            resume_fulfillments(connection)
            _mark_claimed(connection)
    except IntegrityError as clash:
        if is_repeated:
            raise ConsentRejected("other_shop", shop=shop) from clash
        # Somebody connected it at the same moment, perhaps this shop itself.
        return _connect(shop, user, platform, site, token, is_repeated=True)
    if connection.is_active:
        request_sync(connection)
    return connection


def _mark_claimed(connection: Connection) -> None:
    Installation.objects.update_or_create(
        platform=connection.platform,
        external_id=connection.external_id,
        defaults={"state": Installation.State.CLAIMED, "state_since": timezone.now()},
    )


def _visible_to(user: User, shop: Shop) -> Shop | None:
    return shop if user.memberships.filter(shop=shop).exists() else None


def _apply_site(connection: Connection, user: User, site: PlatformSite, token: AccessToken) -> None:
    now = timezone.now()
    if connection.pk is None or connection.is_inactive:
        connection.connected_at, connection.connected_by = now, user
        connection.synced_through = None
    copied = bool(site.origin_installation) and connection.copy_confirmed_at is None
    connection.state = Connection.State.COPY if copied else Connection.State.ACTIVE
    connection.state_since, connection.disconnected_at = now, None
    connection.origin_installation = site.origin_installation[:64]
    connection.last_error, connection.failing_since = {}, None
    connection.paused_until, connection.consecutive_failures, connection.retry_at = None, 0, None
    connection.times_opened, connection.recent_calls = 0, ""
    store_site_details(connection, site)
    store_token(connection, token)


def store_site_details(connection: Connection, site: PlatformSite) -> None:
    """The caller saves the connection."""
    connection.site_id, connection.site_name = site.site_id[:64], site.name[:200]
    connection.site_url, connection.app_version = site.url[:500], site.app_version[:40]
    connection.permissions, connection.clock_offset = list(site.permissions), site.clock_offset
    connection.checked_at = timezone.now()
