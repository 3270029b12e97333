"""Opening shops."""

import uuid
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction

from accounts.models import User
from audit import trail
from audit.actions import AuditAction
from shops.models import Membership, Role, Shop
from shops.services.preferences import get_preferences


def may_open_shops(user: User, memberships: Sequence[Membership]) -> bool:
    """By SHOPS_OPENED_BY: everyone, owners of a shop, or staff only. ``memberships`` are all of the user's."""
    if user.is_staff or settings.SHOPS_OPENED_BY == "everyone":
        return True
    return settings.SHOPS_OPENED_BY == "owners" and any(membership.is_owner for membership in memberships)


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
        membership, is_new = Membership.objects.get_or_create(shop=shop, user=user, defaults={"role": Role.OWNER})
        if is_new:
            trail.record(AuditAction.SHOP_OPENED, by=user, shop=shop)
        return membership
