"""Secrets at rest: sealed with rotating keys and bound to the row they belong to."""

import json

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class DecryptionError(Exception):
    """Sealed with a key we no longer have, damaged, or moved here from another row."""


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])


def encrypt(text: str, context: str) -> str:
    """Encrypt with the newest key; only ``decrypt`` with the same ``context`` reads it back."""
    return _keys().encrypt(json.dumps([context, text]).encode()).decode()


def decrypt(token: str, context: str) -> str:
    """The sealed text. Raises DecryptionError."""
    try:
        owner, text = json.loads(_keys().decrypt(token.encode()))
    except (InvalidToken, ValueError, TypeError) as error:
        raise DecryptionError from error
    if owner != context:
        raise DecryptionError
    return str(text)


def uses_newest_key(token: str) -> bool:
    """Whether the newest key sealed it."""
    try:
        Fernet(settings.FIELD_KEYS[0]).decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def rotate_token(token: str) -> str:
    """The same text, bound to the same row, sealed with the newest key. Raises DecryptionError."""
    try:
        return _keys().rotate(token.encode()).decode()
    except InvalidToken as error:
        raise DecryptionError from error
