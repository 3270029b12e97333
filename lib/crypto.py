"""Encryption of secrets in the database, with rotating keys. Each token is bound to the row it belongs to."""

import json

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class DecryptionError(Exception):
    """Encrypted with a key that FIELD_KEYS no longer has, damaged, or copied from another row."""


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])


def encrypt(text: str, context: str) -> str:
    """Encrypt with the newest key. ``context`` identifies the row; ``decrypt`` needs the same one."""
    return _keys().encrypt(json.dumps([context, text]).encode()).decode()


def decrypt(token: str, context: str) -> str:
    """Raises DecryptionError."""
    try:
        encrypted_context, text = json.loads(_keys().decrypt(token.encode()))
    except (InvalidToken, ValueError, TypeError) as error:
        raise DecryptionError from error
    if encrypted_context != context:
        raise DecryptionError
    return str(text)


def uses_newest_key(token: str) -> bool:
    try:
        Fernet(settings.FIELD_KEYS[0]).decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def rotate_token(token: str) -> str:
    """The same text and context, encrypted with the newest key. Raises DecryptionError."""
    try:
        return _keys().rotate(token.encode()).decode()
    except InvalidToken as error:
        raise DecryptionError from error
