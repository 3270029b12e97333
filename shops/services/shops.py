"""Shops that merchants open themselves."""

import uuid

from django.db import transaction

from accounts.models import User
from shops.models import Membership, Role, Shop
from shops.services.preferences import get_preferences


def open_shop(user: User, name: str, key: uuid.UUID) -> Membership:
    """A new shop of this user's own, with the default preferences; ``key`` becomes its public id.

    May be repeated: the same key opens one shop, however often the button is pressed. A key of somebody else's shop
    opens nothing there: the shop gets an id of its own.
    """
    if Shop.objects.filter(public_id=key).exclude(memberships__user=user).exists():
        key = uuid.uuid4()
    with transaction.atomic():
        shop = Shop.objects.get_or_create(public_id=key, defaults={"name": name})[0]
        get_preferences(shop)
        return Membership.objects.get_or_create(shop=shop, user=user, defaults={"role": Role.OWNER})[0]
