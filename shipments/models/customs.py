"""Customs data of a shipment, and the customs data remembered per article."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from carriers.parcels import CustomsLine
from shipments.models.shipments import Shipment
from shops.tenancy import ShopOwned


class CustomsItem(models.Model):
    """One line of a customs declaration. Weight and value are per unit."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="customs_items")
    description = models.CharField(_("description"), max_length=50, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    weight = models.PositiveIntegerField(_("grams each"), default=0)
    value = models.PositiveIntegerField(_("value each"), default=0, help_text=_("Cents."))
    hs_code = models.CharField(_("HS code"), max_length=10, blank=True)
    origin = models.CharField(_("origin"), max_length=2, blank=True)
    sku = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("customs item"), _("customs items")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(quantity__gte=1), name="customs_item_quantity")]

    def __str__(self) -> str:
        return f"{self.quantity}× {self.description}"

    @property
    def line(self) -> CustomsLine:
        return CustomsLine(
            self.description, self.quantity, self.weight, self.value, self.hs_code, self.origin, self.sku
        )


class ProductCustoms(ShopOwned):
    """What the shop filled in for an article, used as the default for its next shipment."""

    sku = models.CharField(max_length=40)
    description = models.CharField(_("description"), max_length=50, blank=True)
    hs_code = models.CharField(_("HS code"), max_length=10, blank=True)
    origin = models.CharField(_("origin"), max_length=2, blank=True)
    # Of an article of which the webshop gives no weight.
    weight = models.PositiveIntegerField(_("grams each"), null=True, blank=True)
    # Of a free article, which has a value for customs only.
    value = models.PositiveIntegerField(_("value each"), null=True, blank=True, help_text=_("Cents."))
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name, verbose_name_plural = _("customs data of a product"), _("customs data of products")
        constraints = [models.UniqueConstraint(fields=["shop", "sku"], name="product_customs_once")]

    def __str__(self) -> str:
        return f"{self.sku} {self.hs_code}"
