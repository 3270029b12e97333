"""What a failed or a successful call means for the connection it was made with: consent, and the circuit breaker.

Five failures in a row, or more than half of the last twenty, stop all calls for half a minute, each further time twice
as long. After a stop one caller may try; the others wait for what it finds. Being asked to slow down is no failure.
"""

from datetime import timedelta

from django.utils import timezone

from integrations.models import Connection
from integrations.wording import permission_sentence, trouble_sentence
from lib.http import ApiError, ApiRejected, ApiUnauthorized, ApiUnavailable
from lib.stored_messages import in_all_languages

FAILURES_BEFORE_PAUSE = 5
LAST_CALLS = 20
FIRST_PAUSE, LONGEST_PAUSE = 30, 600
"""Seconds."""
GOOD, BAD = ".", "x"


class Held(ApiUnavailable):
    """We did not call: the connection rests, or somebody else is trying it."""


def kind_of(error: ApiError) -> str:
    """Which sentence of integrations.wording fits."""
    if isinstance(error, ApiUnauthorized):
        return "permission" if error.status == 403 else "reconnect"
    if isinstance(error, ApiUnavailable):
        return "rate_limited" if error.status == 429 else "unreachable"
    if isinstance(error, ApiRejected) and error.status == 428:
        return "no_store"
    return "refused" if error.status else "broken"


def sentence_of(connection: Connection, error: ApiError) -> dict[str, str]:
    """What went wrong in every language; a missing permission by its name."""
    kind = kind_of(error)
    if kind == "permission" and error.code:
        return in_all_languages(permission_sentence(connection.platform, error.code))
    return in_all_languages(trouble_sentence(connection.platform, kind))


def note_failure(connection: Connection, error: ApiError) -> None:
    """Remember that a call failed: consent gone, permission missing, or trouble that passes by itself."""
    if isinstance(error, Held):
        return
    connection.refresh_from_db(fields=["failures", "outcomes", "breaks", "failing_since"])
    now, kind = timezone.now(), kind_of(error)
    fields: dict[str, object] = {
        "last_error": sentence_of(connection, error),
        "failing_since": connection.failing_since or now,
        "probing_until": None,
    }
    if kind in {"reconnect", "permission"}:
        fields |= {"state": kind, "state_since": now, "token_encrypted": "", "token_expires_at": None}
    elif kind == "rate_limited":
        fields["paused_until"] = now + timedelta(seconds=error.retry_after)
    elif kind in {"unreachable", "broken"}:
        fields |= _count_failure(connection, kind == "unreachable")
    _write(connection, **fields)


def note_success(connection: Connection) -> None:
    """Forget the trouble; writes only when there was some."""
    outcomes = (connection.outcomes + GOOD)[-LAST_CALLS:]
    if connection.breaks or BAD not in outcomes:
        outcomes = ""
    changed = connection.outcomes != outcomes or connection.breaks
    if changed or connection.last_error or connection.failures or connection.paused_until:
        _write(
            connection,
            last_error={},
            failing_since=None,
            failures=0,
            outcomes=outcomes,
            breaks=0,
            paused_until=None,
            probing_until=None,
        )


def _count_failure(connection: Connection, unreachable: bool) -> dict[str, object]:
    """One more failure; a stop when there were too many, or when it was the one that tried after a stop."""
    failures = connection.failures + 1
    outcomes = (connection.outcomes + BAD)[-LAST_CALLS:]
    counted: dict[str, object] = {"failures": failures, "outcomes": outcomes}
    mostly_bad = len(outcomes) == LAST_CALLS and outcomes.count(BAD) * 2 > LAST_CALLS
    if unreachable and (connection.breaks or failures >= FAILURES_BEFORE_PAUSE or mostly_bad):
        seconds = min(LONGEST_PAUSE, FIRST_PAUSE * 2**connection.breaks)
        # Beyond the longest stop there is nothing left to double.
        until = timezone.now() + timedelta(seconds=seconds)
        counted |= {"breaks": min(connection.breaks + 1, 10), "paused_until": until}
    return counted


def _write(connection: Connection, **fields: object) -> None:
    """Only a connection that was not revoked or removed meanwhile may change."""
    Connection.objects.holding().filter(pk=connection.pk).update(**fields)
    for name, value in fields.items():
        setattr(connection, name, value)
