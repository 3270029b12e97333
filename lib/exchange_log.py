"""The last calls to others, for support: which, when, what came back and how long it took. No bodies, no questions.

An ``ApiClient`` tells ``listener`` of each call. Whose call it is was said before by ``calls_are_for``, in the same
thread, where a token or a key is taken out for it. Calls are collected in memory, so that a call costs no statement;
``shops.services.exchanges`` stores them.
"""

import re
import time
from collections import deque
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from lib.http import Exchange as OnExchange

# What is collected and not stored yet; older calls give way.
MAX_COLLECTED = 500
# With so many, or after so many seconds, the collected calls are to be stored.
STORE_ROWS, STORE_SECONDS = 50, 5.0
MAX_PATH, MAX_REQUEST_ID = 200, 100
# Parts of a path that name no person: words of the API, versions, ids.
HARMLESS = re.compile(r"[A-Za-z_.-]{1,40}|v\d(\.\d)?|[0-9a-fA-F-]{32,36}|\d[\d;]{0,80}|order-\d+")


@dataclass(frozen=True, slots=True)
class Account:
    """``code`` is its reference code."""

    shop_id: int
    code: str


@dataclass(frozen=True, slots=True)
class Exchange:
    account: Account
    at: datetime
    method: str
    path: str
    status: int
    milliseconds: int
    request_id: str


_accounts: ContextVar[Mapping[str, Account]] = ContextVar("accounts")
_collected: deque[Exchange] = deque(maxlen=MAX_COLLECTED)
_stored_at = time.monotonic()


def calls_are_for(service: str, account: Account | None) -> None:
    """The calls of this thread to this service, from now on. None is for nobody we know yet: they are not kept."""
    others = {name: one for name, one in _accounts.get({}).items() if name != service}
    _accounts.set(others | ({service: account} if account else {}))


def listener(service: str) -> OnExchange:
    """For an ``ApiClient`` of this service."""

    def heard(method: str, path: str, status: int, milliseconds: int, request_id: str) -> None:
        account = _accounts.get({}).get(service)
        if account is not None:
            found = Exchange(
                account,
                timezone.now(),
                method,
                harmless_path(path),
                status,
                milliseconds,
                request_id[:MAX_REQUEST_ID],
            )
            _collected.append(found)

    return heard


def harmless_path(path: str) -> str:
    """Without its query, and without parts that could be more than a word or an id."""
    parts = path.split("?")[0].split("#")[0].split("/")
    return "/".join(part if not part or HARMLESS.fullmatch(part) else "…" for part in parts)[:MAX_PATH]


def should_store() -> bool:
    return len(_collected) >= STORE_ROWS or (bool(_collected) and time.monotonic() - _stored_at >= STORE_SECONDS)


def take_collected() -> list[Exchange]:
    global _stored_at
    _stored_at, taken = time.monotonic(), []
    while _collected:
        taken.append(_collected.popleft())
    return taken
