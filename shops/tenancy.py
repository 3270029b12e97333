"""Rows that belong to a shop. Views reach them through ``request.shop`` only."""

from typing import TYPE_CHECKING

from django.db import models

from accounts.requests import UserRequest

if TYPE_CHECKING:
    from shops.models import Membership, Shop


class ShopOwned(models.Model):
    """The related name is the model's name and an s: ``shop.jobs``."""

    shop = models.ForeignKey("shops.Shop", on_delete=models.CASCADE, related_name="%(class)ss")

    class Meta:
        abstract = True


class ShopRequest(UserRequest):
    """A request as views get it from CurrentShopMiddleware."""

    shop: "Shop"
    membership: "Membership"
    memberships: "list[Membership]"
