"""The columns a merchant chose for files with the same titles."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shops.tenancy import ShopOwned


class ColumnMapping(ShopOwned):
    """``titles`` is a digest of the titles of a file, ``keys`` the part of a shipment that each column holds."""

    titles = models.CharField(max_length=64)
    keys = models.JSONField(default=list)
    saved_at = models.DateTimeField(_("saved"), auto_now=True)

    class Meta:
        verbose_name, verbose_name_plural = _("column mapping"), _("column mappings")
        constraints = [models.UniqueConstraint(fields=["shop", "titles"], name="column_mapping_once")]

    def __str__(self) -> str:
        return self.titles[:12]
