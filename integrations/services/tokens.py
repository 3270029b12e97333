"""Access tokens of a connection, stored encrypted and minted by one process at a time, and its call limit."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from enum import IntEnum

from django.conf import settings
from django.utils import timezone

from integrations.models import Connection
from integrations.providers import get_provider
from integrations.providers.base import AccessToken, OrderProvider, PlatformSession
from integrations.services.circuit_breaker import (
    PROBE_LEASE_SECONDS,
    PROBE_WAIT_SECONDS,
    TOKENS,
    CallsPaused,
    TokenUnavailable,
    check_host,
    host_answered,
)
from lib import exchange_log, rate_limit
from lib.crypto import DecryptionError, decrypt, encrypt
from lib.http import ApiRejected, ApiUnauthorized, ApiUnavailable
from lib.leases import row_lock

RENEWAL_MARGIN = timedelta(minutes=5)
# Longer than the four tries of a mint can take, so that no other process mints meanwhile.
MINT_LEASE_SECONDS = 40
MINT_WAIT_SECONDS = 6
WINDOW_SECONDS = 60
_is_without_database: ContextVar[bool] = ContextVar("is_without_database", default=False)


class NeedsDatabase(Exception):
    """A token must be minted, or a pause probed. No call was made or counted."""


@contextmanager
def without_database() -> Iterator[None]:
    """For a thread that only calls: whatever of a token needs the database raises NeedsDatabase in this block."""
    before = _is_without_database.set(True)
    try:
        yield
    finally:
        _is_without_database.reset(before)


class Lane(IntEnum):
    """For whom a call is made. The value is how many calls of a minute, in tenths of all, it leaves to the others."""

    # Somebody pressed, an event came in, or the webshop is told what was promised.
    PRESS = 0
    # What was asked for by nobody: the schedule and its reconciliations, audits and checks.
    HISTORY = 3


class FreshTokens:
    """A TokenSource for an installation without a connection: the token stays in memory."""

    def __init__(self, provider: OrderProvider, installation_id: str) -> None:
        self._provider, self._installation_id = provider, installation_id
        self.minted: AccessToken | None = None

    def token(self) -> str:
        exchange_log.calls_are_for(self._provider.platform, None)
        if self.minted is None:
            self.minted = mint(self._provider, self._installation_id)
        return self.minted.value

    def renew(self, stale: str) -> str:
        if self.minted is not None and self.minted.value == stale:
            self.minted = None
        return self.token()


class ConnectionTokens:
    """The TokenSource of a stored connection. Called before every API call, so it also holds pauses and the call limit.

    With ``ignore_pause`` a pause does not stop calls.
    """

    def __init__(self, connection: Connection, *, ignore_pause: bool = False, lane: Lane = Lane.PRESS) -> None:
        self._connection, self._lane = connection, lane
        self._ignores_pauses = self._may_call = self._host_answers = ignore_pause

    def token(self) -> str:
        """A token believed valid. Raises CallsPaused during a pause, ApiUnavailable when no calls are left."""
        stored = ""
        if _is_without_database.get():
            stored = self._stored()
            if not (stored and self._host_answers) or self._must_probe:
                raise NeedsDatabase
        self._check_pause()
        name_calls_of(self._connection)
        consume_call(self._connection, self._lane)
        return stored or self._stored() or self._mint_with_lock(stale="")

    def renew(self, stale: str) -> str:
        if _is_without_database.get():
            raise NeedsDatabase
        name_calls_of(self._connection)
        consume_call(self._connection, self._lane)
        self._connection.refresh_from_db(fields=["token_encrypted", "token_expires_at"])
        stored = self._stored()
        return stored if stored and stored != stale else self._mint_with_lock(stale)

    @property
    def _must_probe(self) -> bool:
        """Whether calls were paused and nobody knows yet that they succeed again."""
        return bool(self._connection.times_opened) and not self._may_call

    def _check_pause(self) -> None:
        """During a pause nobody calls. After it one caller probes, until its result is recorded or its lease ends."""
        connection, now = self._connection, timezone.now()
        if not self._host_answers:
            check_host(connection.platform)
            self._host_answers = True
        if self._may_call:
            return
        if connection.paused_until is not None and connection.paused_until > now:
            left = (connection.paused_until - now).total_seconds()
            raise CallsPaused("the connection rests", sent=False, retry_after=left)
        if self._must_probe:
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
        """A process that does not get the lock waits for the other's token."""
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
            token = self._mint()
            store_token(connection, token)
            locked.holding_site().update(
                token_encrypted=connection.token_encrypted, token_expires_at=connection.token_expires_at
            )
            return token.value
        finally:
            locked.update(token_lease_until=None)

    def _mint(self) -> AccessToken:
        connection = self._connection
        if not self._ignores_pauses:
            check_host(connection.platform, TOKENS)
        try:
            token = mint(get_provider(connection.platform), connection.external_id)
        except ApiUnavailable as error:
            if error.status == 429:
                raise
            raise TokenUnavailable(
                error.message, sent=False, retry_after=error.retry_after, status=error.status
            ) from error
        host_answered(connection, TOKENS)
        return token


def open_session(connection: Connection, *, ignore_pause: bool = False, lane: Lane = Lane.PRESS) -> PlatformSession:
    """Makes no call yet."""
    tokens = ConnectionTokens(connection, ignore_pause=ignore_pause, lane=lane)
    return get_provider(connection.platform).open(connection.external_id, tokens)


def name_calls_of(connection: Connection) -> None:
    """The calls that follow in this thread are kept for support as those of this connection."""
    account = exchange_log.Account(connection.shop_id, connection.reference_code)
    exchange_log.calls_are_for(connection.platform, account)


def store_token(connection: Connection, token: AccessToken) -> None:
    """The caller saves the connection."""
    connection.token_encrypted = encrypt(token.value, str(connection.public_id))
    connection.token_expires_at = timezone.now() + timedelta(seconds=token.expires_in)


def mint(provider: OrderProvider, installation_id: str) -> AccessToken:
    """Mint a token, twice before ApiUnauthorized is believed."""
    try:
        return provider.mint_token(installation_id)
    except (ApiRejected, ApiUnauthorized):
        pass
    try:
        return provider.mint_token(installation_id)
    except (ApiRejected, ApiUnauthorized) as rejection:
        raise ApiUnauthorized(rejection.message, status=401, code=rejection.code) from rejection


def consume_call(connection: Connection, lane: Lane = Lane.PRESS) -> None:
    """Count one call. Raises ApiUnavailable (not sent) at the limit of the last minute."""
    limit = settings.REQUESTS_PER_MINUTE
    rate_limit.acquire(limit, WINDOW_SECONDS, *_limit_key(connection), keep=limit * lane // 10)


def remaining_calls(connection: Connection) -> int:
    return rate_limit.remaining(settings.REQUESTS_PER_MINUTE, WINDOW_SECONDS, *_limit_key(connection))


def _limit_key(connection: Connection) -> tuple[str, str]:
    return "connection", str(connection.public_id)
