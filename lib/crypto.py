"""Secrets at rest: sealed with rotating keys and bound to the row they belong to."""

import json

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Unreadable(Exception):
    """Sealed with a key we no longer have, damaged, or moved here from another row."""


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])


def seal(text: str, bound_to: str) -> str:
    """Encrypt with the newest key; only ``unseal`` with the same ``bound_to`` reads it back."""
    return _keys().encrypt(json.dumps([bound_to, text]).encode()).decode()


def unseal(token: str, bound_to: str) -> str:
    """The sealed text. Raises Unreadable."""
    try:
        owner, text = json.loads(_keys().decrypt(token.encode()))
    except (InvalidToken, ValueError, TypeError) as error:
        raise Unreadable from error
    if owner != bound_to:
        raise Unreadable
    return str(text)


def is_newest(token: str) -> bool:
    """Whether the newest key sealed it."""
    try:
        Fernet(settings.FIELD_KEYS[0]).decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def reseal(token: str) -> str:
    """The same text, bound to the same row, sealed with the newest key. Raises Unreadable."""
    try:
        return _keys().rotate(token.encode()).decode()
    except InvalidToken as error:
        raise Unreadable from error
