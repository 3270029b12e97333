"""Tombstones: what was erased, as keyed hashes, in a file that outlives a restored database.

A restored dump brings erased people back. The journal lies outside the database, one line of JSON an entry, without
personal data; ``manage.py replay_erasures`` erases again whom it names. Keep its backup apart from the database's.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone


class Kind(StrEnum):
    """Of what an entry holds the hash; its scope is the public id of the connection, or the key of the shop."""

    ORDER = "order"
    SHIPMENT = "shipment"
    # A normal form of a name, an e-mail address or a phone number; see ``lib.person_words``.
    WORD = "word"
    SHOP = "shop"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Tombstone:
    kind: Kind
    scope: str
    hash: str
    at: datetime


def make_hash(value: str) -> str:
    """By the newest key: HMAC-SHA256 in hexadecimal figures."""
    return _hash(_keys()[0], value)


def possible_hashes(value: str) -> tuple[str, ...]:
    """By every key, the newest first: an older entry was made with an older key."""
    return tuple(_hash(key, value) for key in _keys())


def _hash(key: bytes, value: str) -> str:
    return hmac.digest(key, value.encode(errors="replace"), "sha256").hex()


def _keys() -> tuple[bytes, ...]:
    return _derive(tuple(settings.TOMBSTONE_KEYS) or (f"tombstones:{settings.SECRET_KEY}",))


@lru_cache(maxsize=8)
def _derive(keys: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(hashlib.sha256(key.encode()).digest() for key in keys)


def journal_path() -> Path:
    path: Path = settings.ERASURE_JOURNAL
    return path


def record(kind: Kind, scope: object, values: Iterable[str]) -> None:
    """Append an entry for each value and wait until the disk has them. Raises OSError.

    Call it before the transaction that erases commits: an entry too many erases what was asked to be erased, an entry
    too few brings a person back.
    """
    now = timezone.now().isoformat(timespec="seconds")
    entries = [{"at": now, "kind": kind.value, "scope": str(scope), "hash": make_hash(value)} for value in values]
    if not entries:
        return
    path = journal_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(entry) + "\n" for entry in entries)
    # One write in append mode, so that lines of two processes never mix.
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, lines.encode())
        os.fsync(file)
    finally:
        os.close(file)


def read_journal() -> Iterator[Tombstone]:
    """The entries, oldest first; a line that a crash cut off is left out."""
    path = journal_path()
    if not path.exists():
        return
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                entry = json.loads(line)
                yield Tombstone(Kind(entry["kind"]), entry["scope"], entry["hash"], datetime.fromisoformat(entry["at"]))
            except (ValueError, KeyError, TypeError):
                continue
