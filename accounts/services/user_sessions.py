"""Where somebody is signed in. Each session of Django has a row that says on which device and since when."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import User
from audit import trail
from audit.actions import AuditAction

# The oldest end when somebody signs in more often than this without ever signing out.
MAX_SESSIONS = 50
MAX_USER_AGENT_LENGTH = 200


def record(user: User, session_key: str, address: str, user_agent: str) -> None:
    """A session starts, or goes on under a new key. May be repeated."""
    seen = {"ip": address, "user_agent": user_agent[:MAX_USER_AGENT_LENGTH], "last_seen_at": timezone.now()}
    UserSession.objects.update_or_create(session_key=session_key, defaults={"user": user} | seen)
    newest = UserSession.objects.filter(user=user.pk).order_by("-last_seen_at", "-pk")
    _end(list(newest.values_list("session_key", flat=True)[MAX_SESSIONS:]))


def forget(session_key: str) -> None:
    """The session ended, or goes on under another key. May be repeated."""
    UserSession.objects.filter(session_key=session_key).delete()


def open_sessions(user: User) -> list[UserSession]:
    """The last used first. A session that expired is none."""
    return list(_alive(timezone.now()).filter(user=user.pk).order_by("-last_seen_at", "-pk")[:MAX_SESSIONS])


@transaction.atomic
def end(user: User, pk: int) -> bool:
    """False when the user has no such session."""
    key = UserSession.objects.filter(user=user.pk, pk=pk).values_list("session_key", flat=True).first()
    if key is None:
        return False
    _end([key])
    trail.record(AuditAction.SESSION_ENDED, by=user, target=user)
    return True


@transaction.atomic
def end_all_others(user: User, session_key: str | None) -> None:
    """As the user asked for."""
    if end_others(user, session_key):
        trail.record(AuditAction.SESSIONS_ENDED, by=user, target=user)


def end_others(user: User, session_key: str | None) -> int:
    """All but this one. Returns how many."""
    others = UserSession.objects.filter(user=user.pk).exclude(session_key=session_key or "")
    keys = list(others.values_list("session_key", flat=True))
    _end(keys)
    return len(keys)


def delete_ended() -> int:
    """Rows of sessions that expired or are gone. May be repeated."""
    gone: QuerySet[UserSession] = UserSession.objects.exclude(pk__in=_alive(timezone.now()).values("pk"))
    return gone.delete()[0]


def _alive(now: datetime) -> QuerySet[UserSession]:
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=now)
    rows: QuerySet[UserSession] = UserSession.objects.filter(Exists(alive))
    return rows


def _end(keys: list[str]) -> None:
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
