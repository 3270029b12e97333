"""What the result of a call means for its connection: consent, missing permissions, and the circuit breaker.

Five failures in a row, or more than half of the last twenty, pause all calls for half a minute, doubled each time.
After a pause one caller probes while the others wait. A 429 is no failure. A call that was already under way when the
pause began does not lengthen it. A refused token stops the connection and is asked for again by the checks: client
credentials need no new consent, so a refusal that passes heals by itself.

A platform's host has a breaker of its own: when the calls of five connections fail and none succeeds in between, nobody
calls, so that a platform that is down costs one probe and not one time-out a shop. Only silence and errors of the
server count. What a platform refuses one shop says nothing about its host, and one success of any shop closes it. The
host that gives tokens counts by itself, so that whoever has a token goes on.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from integrations.messages import connection_message, permission_message
from integrations.models import Connection, PlatformOutage
from lib.http import ApiError, ApiRejected, ApiUnauthorized, ApiUnavailable
from lib.leases import row_lock
from lib.rate_limit import LimitReached
from lib.stored_messages import in_all_languages

FAILURES_BEFORE_PAUSE = 5
MAX_RECENT_CALLS = 20
# Seconds.
MIN_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 30, 600
MAX_RECONNECT_WAIT = timedelta(hours=6)
SUCCEEDED, FAILED = ".", "x"
PROBE_LEASE_SECONDS = 30
# How long others wait for the result of a probe; waiting for its lease to end would take longer than needed.
PROBE_WAIT_SECONDS = 2
# Connections whose calls must fail before the host is taken to be down.
FAILING_BEFORE_OUTAGE = 5
# A key of ``last_error`` beside the languages: it is about reading orders.
READING = "reading"
# Shorter for tokens: a shop needs one every few hours, so there may be no success that would end the pause.
MAX_TOKEN_PAUSE_SECONDS = 60
API, TOKENS = "", ":tokens"


class CallsPaused(ApiUnavailable):
    """No call was made: the connection is paused, or another worker is probing it."""


class TokenUnavailable(ApiUnavailable):
    """The host that gives tokens did not answer; nothing was sent to the platform itself."""


def error_kind(error: ApiError) -> str:
    """The ``kind`` that integrations.messages.connection_message takes."""
    if isinstance(error, ApiUnauthorized):
        return "permission" if error.status == 403 else "reconnect"
    if isinstance(error, ApiUnavailable):
        return "rate_limited" if error.status == 429 else "unreachable"
    if isinstance(error, ApiRejected) and error.status == 428:
        return "no_store"
    return "refused" if error.status else "broken"


def error_message(connection: Connection, error: ApiError) -> dict[str, str]:
    """In every language; names a missing permission."""
    kind = error_kind(error)
    if kind == "permission" and error.code:
        return in_all_languages(permission_message(connection.platform, error.code))
    return in_all_languages(connection_message(connection.platform, kind))


def record_failure(connection: Connection, error: ApiError, *, reading: bool = False) -> None:
    """``reading``: of orders. That it failed is said until orders were read again, whatever else succeeds meanwhile.

    Reading history to its limit does not pause what it left calls for.
    """
    if isinstance(error, CallsPaused | LimitReached):
        return
    connection.refresh_from_db(
        fields=[
            "consecutive_failures",
            "recent_calls",
            "times_opened",
            "failing_since",
            "last_error",
            "paused_until",
            "state",
            "state_since",
        ]
    )
    now, kind = timezone.now(), error_kind(error)
    is_about_reading = reading or READING in connection.last_error
    fields: dict[str, object] = {
        "last_error": error_message(connection, error) | ({READING: "yes"} if is_about_reading else {}),
        "failing_since": connection.failing_since or now,
        "probe_lease_until": None,
    }
    if kind in {"reconnect", "permission"}:
        since = connection.state_since if connection.state == kind else now
        fields |= {"state": kind, "state_since": since, "token_encrypted": "", "token_expires_at": None}
        fields["retry_at"] = next_attempt_after(since, now)
    elif kind == "rate_limited":
        fields["paused_until"] = now + timedelta(seconds=error.retry_after)
    elif kind in {"unreachable", "broken"}:
        fields |= _count_failure(connection, kind == "unreachable")
    if kind == "unreachable":
        _count_host_failure(connection, TOKENS if isinstance(error, TokenUnavailable) else API)
    elif kind in {"reconnect", "permission", "refused", "no_store"}:
        host_answered(connection)
    _update_connection(connection, **fields)


def record_crash(connection: Connection) -> None:
    """Something of ours went wrong while its orders were read; the next reading that succeeds takes it back."""
    connection.refresh_from_db(fields=["failing_since"])
    _update_connection(
        connection,
        last_error=in_all_languages(connection_message(connection.platform, "crashed")) | {READING: "yes"},
        failing_since=connection.failing_since or timezone.now(),
    )


def next_attempt_after(refused_since: datetime, now: datetime) -> datetime:
    """When a refused connection is asked again: as long as it has been refused until now, at most six hours."""
    shortest = timedelta(seconds=settings.RECONNECT_BASE_SECONDS)
    return now + min(max(now - refused_since, shortest), MAX_RECONNECT_WAIT)


def record_success(connection: Connection, *, reading: bool = False) -> None:
    """Writes only when something changes. ``reading`` as in ``record_failure``."""
    host_answered(connection)
    recent_calls = (connection.recent_calls + SUCCEEDED)[-MAX_RECENT_CALLS:]
    if connection.times_opened or FAILED not in recent_calls:
        recent_calls = ""
    changed = connection.recent_calls != recent_calls or connection.times_opened
    is_over = bool(connection.last_error) and (reading or READING not in connection.last_error)
    taken_back: dict[str, object] = {"last_error": {}, "failing_since": None} if is_over else {}
    if changed or is_over or connection.consecutive_failures or connection.paused_until:
        _update_connection(
            connection,
            **taken_back,
            consecutive_failures=0,
            recent_calls=recent_calls,
            times_opened=0,
            paused_until=None,
            probe_lease_until=None,
        )


def check_host(platform: str, part: str = API) -> None:
    """Raises CallsPaused while the host of the platform is paused, or while somebody else probes it."""
    outage = PlatformOutage.objects.filter(platform=platform + part).first()
    if outage is None or not outage.times_opened:
        return
    now = timezone.now()
    if outage.paused_until is not None and outage.paused_until > now:
        left = (outage.paused_until - now).total_seconds()
        raise CallsPaused("the platform rests", sent=False, retry_after=left)
    if row_lock(PlatformOutage.objects.filter(pk=outage.pk), "probe_lease_until", PROBE_LEASE_SECONDS) is None:
        # Of all shops one probes; the others need not ask as often as those of one connection.
        raise CallsPaused("somebody else is trying", sent=False, retry_after=PROBE_LEASE_SECONDS / 2)


def host_answered(connection: Connection, part: str = API) -> None:
    """Reads first: a statement that deletes nothing still waits for other writers of SQLite."""
    outage = PlatformOutage.objects.filter(platform=connection.platform + part)
    if outage.exists():
        outage.delete()


def _count_host_failure(connection: Connection, part: str) -> None:
    longest = MAX_TOKEN_PAUSE_SECONDS if part == TOKENS else MAX_PAUSE_SECONDS
    with transaction.atomic():
        outage, _created = PlatformOutage.objects.get_or_create(platform=connection.platform + part)
        locked = PlatformOutage.objects.select_for_update().filter(pk=outage.pk).first()
        if locked is None:
            # Somebody's call succeeded at this moment.
            return
        outage, now = locked, timezone.now()
        if outage.paused_until is not None and outage.paused_until > now:
            return
        outage.failing = sorted({*outage.failing, connection.pk})[-FAILING_BEFORE_OUTAGE:]
        outage.probe_lease_until = None
        if outage.times_opened or len(outage.failing) >= FAILING_BEFORE_OUTAGE:
            seconds = min(longest, MIN_PAUSE_SECONDS * 2**outage.times_opened)
            outage.paused_until = now + timedelta(seconds=seconds)
            outage.times_opened = min(outage.times_opened + 1, 10)
        outage.save()


def _count_failure(connection: Connection, unreachable: bool) -> dict[str, object]:
    """Also pauses when there were too many failures, or when a probe failed."""
    consecutive_failures = connection.consecutive_failures + 1
    recent_calls = (connection.recent_calls + FAILED)[-MAX_RECENT_CALLS:]
    counted: dict[str, object] = {"consecutive_failures": consecutive_failures, "recent_calls": recent_calls}
    mostly_bad = len(recent_calls) == MAX_RECENT_CALLS and recent_calls.count(FAILED) * 2 > MAX_RECENT_CALLS
    now = timezone.now()
    is_paused = connection.paused_until is not None and connection.paused_until > now
    too_many = connection.times_opened or consecutive_failures >= FAILURES_BEFORE_PAUSE or mostly_bad
    if unreachable and too_many and not is_paused:
        seconds = min(MAX_PAUSE_SECONDS, MIN_PAUSE_SECONDS * 2**connection.times_opened)
        # Beyond the longest stop there is nothing left to double.
        until = now + timedelta(seconds=seconds)
        counted |= {"times_opened": min(connection.times_opened + 1, 10), "paused_until": until}
    return counted


def _update_connection(connection: Connection, **fields: object) -> None:
    """A connection that was revoked or removed meanwhile is not changed."""
    Connection.objects.holding_site().filter(pk=connection.pk).update(**fields)
    for name, value in fields.items():
        setattr(connection, name, value)
