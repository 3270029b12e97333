"""Where the articles of a shop lie."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shops.tenancy import ShopOwned


class ShelfText(ShopOwned):
    """``shelf`` is a text of the shop's own, such as "B2", and is never empty."""

    sku = models.CharField(max_length=100)
    shelf = models.CharField(_("shelf"), max_length=30)

    class Meta:
        verbose_name, verbose_name_plural = _("shelf of an article"), _("shelves of articles")
        constraints = [
            models.UniqueConstraint(fields=["shop", "sku"], name="shelf_text_once"),
            models.CheckConstraint(condition=~models.Q(sku="") & ~models.Q(shelf=""), name="shelf_text_said"),
        ]

    def __str__(self) -> str:
        return f"{self.sku} {self.shelf}"
