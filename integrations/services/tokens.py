"""Access tokens of a connection: sealed in its row, minted by one process at a time. And how often it may be called."""

import time
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from integrations.models import Connection
from integrations.providers import get_provider
from integrations.providers.base import AccessToken, OrderProvider, PlatformSession
from integrations.services.circuit_breaker import CallsPaused
from lib import rate_limit
from lib.crypto import DecryptionError, decrypt, encrypt
from lib.http import ApiRejected, ApiUnauthorized
from lib.leases import row_lock

RENEWAL_MARGIN = timedelta(minutes=5)
MINT_LEASE_SECONDS = 40
"""How long one process may take to mint: longer than its four tries can last, so nobody else mints meanwhile."""
MINT_WAIT_SECONDS = 6
WINDOW_SECONDS = 60
PROBE_LEASE_SECONDS = 30
PROBE_WAIT_SECONDS = 2
"""So long others wait for the answer of the one that tries; waiting for its lock to end would cost another rest."""


class FreshTokens:
    """Tokens for an installation that has no connection yet: one is minted, kept in memory only."""

    def __init__(self, provider: OrderProvider, installation_id: str) -> None:
        self._provider, self._installation_id = provider, installation_id
        self.minted: AccessToken | None = None

    def token(self) -> str:
        if self.minted is None:
            self.minted = mint(self._provider, self._installation_id)
        return self.minted.value

    def renew(self, stale: str) -> str:
        if self.minted is not None and self.minted.value == stale:
            self.minted = None
        return self.token()


class ConnectionTokens:
    """The TokenSource of a stored connection. It is asked before every call, so it also keeps rests and budget.

    ``ignore_pause`` is a person who wants to know now: a rest does not stop that one call.
    """

    def __init__(self, connection: Connection, *, ignore_pause: bool = False) -> None:
        self._connection = connection
        self._may_call = ignore_pause

    def token(self) -> str:
        """A token believed valid. Raises CallsPaused while the connection rests, ApiUnavailable when its calls are spent."""
        self._check_pause()
        consume_call(self._connection)
        return self._stored() or self._mint_with_lock(stale="")

    def renew(self, stale: str) -> str:
        consume_call(self._connection)
        self._connection.refresh_from_db(fields=["token_encrypted", "token_expires_at"])
        stored = self._stored()
        return stored if stored and stored != stale else self._mint_with_lock(stale)

    def _check_pause(self) -> None:
        """During a rest nobody calls; after it one caller tries, until the answer is noted or its time is up."""
        connection, now = self._connection, timezone.now()
        if self._may_call:
            return
        if connection.paused_until is not None and connection.paused_until > now:
            left = (connection.paused_until - now).total_seconds()
            raise CallsPaused("the connection rests", sent=False, retry_after=left)
        if connection.times_opened:
            if row_lock(Connection.objects.filter(pk=connection.pk), "probe_lease_until", PROBE_LEASE_SECONDS) is None:
                raise CallsPaused("somebody else is trying", sent=False, retry_after=PROBE_WAIT_SECONDS)
            self._may_call = True

    def _stored(self) -> str:
        connection = self._connection
        expires_at = connection.token_expires_at
        if not connection.token_encrypted or expires_at is None or expires_at - RENEWAL_MARGIN <= timezone.now():
            return ""
        try:
            return decrypt(connection.token_encrypted, str(connection.public_id))
        except DecryptionError:
            # A lost key costs one new token, never a crash.
            return ""

    def _mint_with_lock(self, stale: str) -> str:
        """Mint while the row is locked; a process that does not get the lock waits for the token of the other one."""
        deadline = time.monotonic() + MINT_WAIT_SECONDS
        row = Connection.objects.filter(pk=self._connection.pk)
        while (lock := row_lock(row, "token_lease_until", MINT_LEASE_SECONDS)) is None:
            if time.monotonic() > deadline:
                raise CallsPaused("another process is renewing the token", sent=False)
            time.sleep(0.2)
            self._connection.refresh_from_db(fields=["token_encrypted", "token_expires_at"])
            stored = self._stored()
            if stored and stored != stale:
                return stored
        return self._mint_locked(stale, lock)

    def _mint_locked(self, stale: str, lock: datetime) -> str:
        connection = self._connection
        locked = Connection.objects.filter(pk=connection.pk, token_lease_until=lock)
        try:
            connection.refresh_from_db(fields=["token_encrypted", "token_expires_at", "state"])
            stored = self._stored()
            if stored and stored != stale:
                return stored
            if connection.is_inactive:
                raise ApiUnauthorized("consent was revoked", status=401)
            token = mint(get_provider(connection.platform), connection.external_id)
            store_token(connection, token)
            locked.holding_site().update(
                token_encrypted=connection.token_encrypted, token_expires_at=connection.token_expires_at
            )
            return token.value
        finally:
            locked.update(token_lease_until=None)


def open_session(connection: Connection, *, ignore_pause: bool = False) -> PlatformSession:
    """A session with the connected site; no call is made yet."""
    tokens = ConnectionTokens(connection, ignore_pause=ignore_pause)
    return get_provider(connection.platform).open(connection.external_id, tokens)


def store_token(connection: Connection, token: AccessToken) -> None:
    """Seal a token onto the connection; the caller saves it."""
    connection.token_encrypted = encrypt(token.value, str(connection.public_id))
    connection.token_expires_at = timezone.now() + timedelta(seconds=token.expires_in)


def mint(provider: OrderProvider, installation_id: str) -> AccessToken:
    """A new token, asked for twice before we believe that consent is gone (ApiUnauthorized)."""
    try:
        return provider.mint_token(installation_id)
    except (ApiRejected, ApiUnauthorized):
        pass
    try:
        return provider.mint_token(installation_id)
    except (ApiRejected, ApiUnauthorized) as rejection:
        raise ApiUnauthorized(rejection.message, status=401, code=rejection.code) from rejection


def consume_call(connection: Connection) -> None:
    """Count one call; raises ApiUnavailable (not sent) when as many were made in the last minute as we allow."""
    rate_limit.acquire(settings.REQUESTS_PER_MINUTE, WINDOW_SECONDS, *_limit_key(connection))


def remaining_calls(connection: Connection) -> int:
    """How many calls this connection may still make now."""
    return rate_limit.remaining(settings.REQUESTS_PER_MINUTE, WINDOW_SECONDS, *_limit_key(connection))


def _limit_key(connection: Connection) -> tuple[str, str]:
    return "connection", str(connection.public_id)
