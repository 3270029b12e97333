"""Rows with valid defaults; every field can be overridden."""

import itertools

from accounts.models import User

COUNTER = itertools.count(1)


def make_user(**fields: object) -> User:
    email = str(fields.pop("email", f"user{next(COUNTER)}@example.com"))
    return User.objects.create_user(email, "a long password", **fields)
