"""Rows with valid defaults; every field can be overridden."""

import itertools

from accounts.models import Membership, PackagePreferences, Shop, User

COUNTER = itertools.count(1)


def make_user(**fields: object) -> User:
    email = str(fields.pop("email", f"user{next(COUNTER)}@example.com"))
    return User.objects.create_user(email, "a long password", **fields)


def make_shop(**fields: object) -> Shop:
    """A shop with preferences and without a sender address."""
    shop = Shop.objects.create(**({"name": f"Shop {next(COUNTER)}"} | fields))
    PackagePreferences.objects.create(shop=shop)
    return shop


def make_member(shop: Shop, user: User, role: str = "member") -> Membership:
    return Membership.objects.create(shop=shop, user=user, role=role)
