"""How long a shop keeps what."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shops.periods import PERIODS

if TYPE_CHECKING:
    from shops.models import Shop


def _days(name: str) -> Any:
    period: Any = PERIODS[name]
    bounds = [MinValueValidator(period.shortest), MaxValueValidator(period.longest)]
    return models.PositiveSmallIntegerField(period.title, default=period.default, validators=bounds)


class Retention(models.Model):
    """For how many days a shop keeps each kind of data; one row a shop. ``shops.periods`` says what the days count."""

    shop = models.OneToOneField("shops.Shop", on_delete=models.CASCADE, related_name="retention")
    recipient_days = _days("recipient_days")
    order_days = _days("order_days")
    unfinished_days = _days("unfinished_days")
    answer_days = _days("answer_days")
    job_days = _days("job_days")
    file_days = _days("file_days")
    upload_days = _days("upload_days")
    invitation_days = _days("invitation_days")
    tracking_days = _days("tracking_days")
    # When it is tidied next. While a worker does so, when its claim ends; see ``lib.leases.claim_by_time``.
    tidy_at = models.DateTimeField(_("tidied next"), default=timezone.now, db_index=True)
    tidied_at = models.DateTimeField(_("tidied"), null=True, blank=True)
    # {name of a step: rows or files}, of the last time that was finished.
    figures = models.JSONField(_("tidied last time"), default=dict, blank=True)
    # The same of a time that is not finished yet.
    running_figures = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("retention"), _("retention")

    def __str__(self) -> str:
        return f"{self.shop}"

    def cutoff(self, period: str) -> datetime:
        """What is older is over; ``period`` is a column of days."""
        return timezone.now() - timedelta(days=getattr(self, period))


def get_retention(shop: "Shop") -> Retention:
    """With the defaults, and not stored, when the shop has none yet. No query when it was loaded with the shop."""
    try:
        found: Retention = shop.retention
    except Retention.DoesNotExist:
        return Retention(shop=shop)
    return found
