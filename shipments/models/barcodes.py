"""Barcode ranges."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shops.tenancy import ShopOwned


class BarcodeBlock(ShopOwned):
    """A range of a barcode series reserved for one shop, ``first`` to ``last``; ``next`` is the first unused number."""

    series = models.CharField(max_length=20)
    first = models.PositiveBigIntegerField()
    last = models.PositiveBigIntegerField()
    next = models.PositiveBigIntegerField()

    class Meta:
        verbose_name, verbose_name_plural = _("barcode block"), _("barcode blocks")
        constraints = [
            models.UniqueConstraint(fields=["series", "first"], name="barcode_block_once"),
            models.CheckConstraint(
                condition=Q(next__lte=models.F("last") + 1) & Q(next__gte=models.F("first")),
                name="barcode_block_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.first}–{self.last}"
