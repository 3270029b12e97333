"""What was asked of others for a shop, for support."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shops.tenancy import ShopOwned


class Exchange(ShopOwned):
    """A call to a platform or a gateway, for support; the last ones of each account are kept, without what was said."""

    # The reference code of the connection or the gateway account.
    code = models.CharField(_("reference"), max_length=40)
    at = models.DateTimeField(_("at"))
    method = models.CharField(_("method"), max_length=10)
    path = models.CharField(_("path"), max_length=200)
    # 0 without an answer.
    status = models.PositiveSmallIntegerField(_("status"))
    milliseconds = models.PositiveIntegerField(_("milliseconds"))
    request_id = models.CharField(_("request ID"), max_length=100, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("exchange"), _("exchanges")
        indexes = [models.Index(fields=["code", "shop", "-id"], name="exchange_ring")]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"
