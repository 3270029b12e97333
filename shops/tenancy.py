"""Rows of a shop carry the shop itself; views start at ``request.shop`` and never look further."""

from typing import TYPE_CHECKING

from django.db import models

from accounts.requests import UserRequest

if TYPE_CHECKING:
    from shops.models import Membership, Shop


class ShopOwned(models.Model):
    """A row of one shop: reachable as ``shop.<model name>s``."""

    shop = models.ForeignKey("shops.Shop", on_delete=models.CASCADE, related_name="%(class)ss")

    class Meta:
        abstract = True


class ShopRequest(UserRequest):
    """A request of a signed-in merchant, as views see it behind CurrentShopMiddleware."""

    shop: "Shop"
    membership: "Membership"
    memberships: "list[Membership]"
