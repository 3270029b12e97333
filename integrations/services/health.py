"""What a failed or a successful call means for the connection it was made with."""

from datetime import timedelta

from django.utils import timezone

from integrations.models import Connection
from integrations.wording import trouble_sentence
from lib.http import ApiError, ApiUnauthorized, ApiUnreachable
from lib.languages import in_every_language

FAILURES_BEFORE_PAUSE = 5
FIRST_PAUSE, LONGEST_PAUSE = 30, 600
"""Seconds that calls rest after so many failures in a row; doubles with each further one."""


def kind_of(error: ApiError) -> str:
    """Which sentence of integrations.wording fits."""
    if isinstance(error, ApiUnauthorized):
        return "permission" if error.status == 403 else "reconnect"
    if isinstance(error, ApiUnreachable):
        return "rate_limited" if error.status == 429 else "unreachable"
    return "refused" if error.status else "broken"


def note_failure(connection: Connection, error: ApiError) -> None:
    """Remember that a call failed: consent gone, permission missing, or trouble that passes by itself."""
    now, kind = timezone.now(), kind_of(error)
    fields = {
        "trouble": in_every_language(trouble_sentence(kind)),
        "trouble_since": connection.trouble_since or now,
        "failures": connection.failures + 1,
    }
    if kind in {"reconnect", "permission"}:
        fields |= {"state": kind, "state_since": now, "token_sealed": "", "token_expires_at": None}
    elif isinstance(error, ApiUnreachable):
        fields["paused_until"] = now + _pause(connection.failures + 1, error)
    _write(connection, **fields)


def note_success(connection: Connection) -> None:
    """Forget the trouble; writes only when there was some."""
    if connection.trouble or connection.failures or connection.paused_until:
        _write(connection, trouble={}, trouble_since=None, failures=0, paused_until=None)


def _pause(failures: int, error: ApiUnreachable) -> timedelta:
    """Being asked to slow down always pauses; other failures only when they keep coming."""
    seconds = error.retry_after or 0
    if failures >= FAILURES_BEFORE_PAUSE and error.status != 429:
        seconds = max(seconds, min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (failures - FAILURES_BEFORE_PAUSE)))
    return timedelta(seconds=seconds)


def _write(connection: Connection, **fields: object) -> None:
    """Only a connection the merchant has not revoked meanwhile may change."""
    Connection.objects.connected().filter(pk=connection.pk).update(**fields)
    for name, value in fields.items():
        setattr(connection, name, value)
