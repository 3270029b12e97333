"""Ceilings: how often something may be tried in a window of time, counted in the database.

Redis may be away or emptied without anybody being locked out or let in: what must hold is counted in a row. An attempt
is counted before it is made, so that a hundred at the same time are no way around, and given back when it succeeds.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import AttemptCount

MINUTES, HOURS, DAYS = 60, 3600, 24 * 3600


@dataclass(frozen=True, slots=True)
class Ceiling:
    """At most ``amount`` attempts in ``seconds`` for whatever ``key`` names. The window starts with the first one."""

    name: str
    amount: int
    seconds: int
    key: tuple[str, ...] = ()

    def of(self, *key: object) -> "Ceiling":
        return Ceiling(self.name, self.amount, self.seconds, tuple(map(str, key)))

    @property
    def digest(self) -> str:
        return salted_hmac("accounts.ceilings", "\0".join((self.name, *self.key)), algorithm="sha256").hexdigest()


class CeilingReached(Exception):
    """``retry_after`` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


# Wrong passwords at the sign-in page: of one account from one address, from one address, and of one account.
PASSWORD_HERE = Ceiling("password, account and address", 10, 15 * MINUTES)
PASSWORD_ADDRESS = Ceiling("password, address", 50, 15 * MINUTES)
PASSWORD_ACCOUNT = Ceiling("password, account", 100, HOURS)
# A device on which this account was signed in before is counted by itself.
PASSWORD_DEVICE = Ceiling("password, device", 10, 15 * MINUTES)
# Wrong codes of the second step: of 1,000,000 codes three are right at any time.
CODE_HERE = Ceiling("code, account and address", 10, 15 * MINUTES)
CODE_ACCOUNT = Ceiling("code, account", 50, DAYS)
CODE_DEVICE = Ceiling("code, device", 10, 15 * MINUTES)
CODE_DEVICE_DAY = Ceiling("code, device, day", 50, DAYS)
# Wrong present passwords and codes of somebody who is signed in.
PRESENT_SESSION = Ceiling("present, session", 10, 15 * MINUTES)
PRESENT_SESSION_DAY = Ceiling("present, session, day", 30, DAYS)
PRESENT_ACCOUNT = Ceiling("present, account", 100, DAYS)
PASSKEY_ADDRESS = Ceiling("passkey, address", 50, 15 * MINUTES)
# Requests for a link to choose a new password.
RESET_EMAIL = Ceiling("reset, email", 3, HOURS)
RESET_EMAIL_DAY = Ceiling("reset, email, day", 10, DAYS)
RESET_ADDRESS = Ceiling("reset, address", 20, HOURS)
# Links to confirm a new email address: of one account, and to one address.
EMAIL_CHANGE_ACCOUNT = Ceiling("email change, account", 5, DAYS)
EMAIL_CHANGE_RECIPIENT = Ceiling("email change, recipient", 3, DAYS)
# Mails with an invitation: of one inviter, for one shop, and to one address from all shops together.
INVITATIONS_PERSON = Ceiling("invitations, person", 50, DAYS)
INVITATIONS_SHOP = Ceiling("invitations, shop", 100, DAYS)
INVITATIONS_RECIPIENT = Ceiling("invitations, recipient", 5, DAYS)


def at_sign_in(account: str, address: str, device: str) -> tuple[Ceiling, ...]:
    """``account`` is the email address that was typed, ``device`` names a known device of it or is empty."""
    if device:
        return (PASSWORD_DEVICE.of(account, device),)
    return PASSWORD_ADDRESS.of(address), PASSWORD_HERE.of(account, address), PASSWORD_ACCOUNT.of(account)


def at_second_step(user_pk: int, address: str, device: str) -> tuple[Ceiling, ...]:
    if device:
        return CODE_DEVICE.of(user_pk, device), CODE_DEVICE_DAY.of(user_pk, device)
    return CODE_HERE.of(user_pk, address), CODE_ACCOUNT.of(user_pk)


def in_session(user_pk: int, session_key: str, device: str) -> tuple[Ceiling, ...]:
    own = PRESENT_SESSION.of(session_key), PRESENT_SESSION_DAY.of(session_key)
    return own if device else (*own, PRESENT_ACCOUNT.of(user_pk))


def at_reset(email: str, address: str) -> tuple[Ceiling, ...]:
    return RESET_ADDRESS.of(address), RESET_EMAIL.of(email), RESET_EMAIL_DAY.of(email)


def for_email_change(user_pk: int, email: str) -> tuple[Ceiling, ...]:
    return EMAIL_CHANGE_ACCOUNT.of(user_pk), EMAIL_CHANGE_RECIPIENT.of(email)


def for_invitation(user_pk: int, shop_pk: int, email: str) -> tuple[Ceiling, ...]:
    return INVITATIONS_PERSON.of(user_pk), INVITATIONS_SHOP.of(shop_pk), INVITATIONS_RECIPIENT.of(email)


def take(ceilings: Sequence[Ceiling]) -> None:
    """Count an attempt at each of them. Raises CeilingReached, and then none is counted."""
    for number, ceiling in enumerate(ceilings):
        if not _take(ceiling):
            give_back(ceilings[:number])
            raise CeilingReached(seconds_left(ceiling))


def give_back(ceilings: Sequence[Ceiling]) -> None:
    """The attempt succeeded: it does not count."""
    for ceiling in ceilings:
        _rows(ceiling).filter(count__gt=0, ends_at__gt=timezone.now()).update(count=F("count") - 1)


def clear(ceilings: Sequence[Ceiling]) -> None:
    """As if nothing was tried yet."""
    AttemptCount.objects.filter(key__in=[ceiling.digest for ceiling in ceilings]).delete()


def attempts_left(ceiling: Ceiling) -> int:
    now = timezone.now()
    used = _rows(ceiling).filter(ends_at__gt=now).values_list("count", flat=True).first() or 0
    return max(0, ceiling.amount - used)


def seconds_left(ceiling: Ceiling) -> int:
    """Until the window ends; at least 1."""
    ends_at = _rows(ceiling).values_list("ends_at", flat=True).first()
    return max(1, math.ceil((ends_at - timezone.now()).total_seconds())) if ends_at else 1


def delete_ended_counts() -> int:
    return AttemptCount.objects.filter(ends_at__lte=timezone.now()).delete()[0]


def _rows(ceiling: Ceiling) -> "QuerySet[AttemptCount]":
    return AttemptCount.objects.filter(key=ceiling.digest)


def _take(ceiling: Ceiling) -> bool:
    """Each way of counting is one compare-and-swap; a lost race is tried again."""
    rows = _rows(ceiling)
    for _try in range(5):
        now = timezone.now()
        if rows.filter(ends_at__gt=now, count__lt=ceiling.amount).update(count=F("count") + 1):
            return True
        ends_at = now + timedelta(seconds=ceiling.seconds)
        if rows.filter(ends_at__lte=now).update(count=1, ends_at=ends_at):
            return True
        if rows.filter(ends_at__gt=now, count__gte=ceiling.amount).exists():
            return False
        try:
            with transaction.atomic():
                AttemptCount.objects.create(key=ceiling.digest, ends_at=ends_at)
            return True
        except IntegrityError:
            continue
    return False
