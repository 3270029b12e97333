"""Opening shops."""

import uuid

from django.db import transaction

from accounts.models import User
from shops.models import Membership, Role, Shop
from shops.services.preferences import get_preferences


def open_shop(user: User, name: str, key: uuid.UUID) -> Membership:
    """Create a shop with the default preferences and this user as its owner.

    ``key`` becomes the shop's public id, so the same key opens one shop. The public id of somebody else's shop gives no
    access to it: the new shop gets another id.
    """
    if Shop.objects.filter(public_id=key).exclude(memberships__user=user).exists():
        key = uuid.uuid4()
    with transaction.atomic():
        shop = Shop.objects.get_or_create(public_id=key, defaults={"name": name})[0]
        get_preferences(shop)
        return Membership.objects.get_or_create(shop=shop, user=user, defaults={"role": Role.OWNER})[0]
