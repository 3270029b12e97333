"""Saved filters of the shipments list."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from shops.tenancy import ShopOwned


class SavedFilter(ShopOwned):
    """The query string of a list, for one person in one shop."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(max_length=1000)

    class Meta:
        verbose_name, verbose_name_plural = _("saved filter"), _("saved filters")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["shop", "user", "name"], name="saved_filter_once")]

    def __str__(self) -> str:
        return self.name
