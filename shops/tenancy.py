"""What belongs to a shop carries the shop itself; views start at ``request.shop`` and never look further."""

from typing import TYPE_CHECKING

from django.db import models
from django.http import HttpRequest

if TYPE_CHECKING:
    from accounts.models import Membership, Shop, User


class ShopOwned(models.Model):
    """A row of one shop: reachable as ``shop.<model name>s``."""

    shop = models.ForeignKey("accounts.Shop", on_delete=models.CASCADE, related_name="%(class)ss")

    class Meta:
        abstract = True


class ShopRequest(HttpRequest):
    """A request of a signed-in merchant, as views see it behind CurrentShopMiddleware."""

    user: "User"
    shop: "Shop"
    membership: "Membership"
    memberships: "list[Membership]"
    htmx: bool
