"""When the next look at a gateway account is due, for each kind of look."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DueTimes(models.Model):
    # When the contracts are read next; in the past until the first attempt.
    contracts_due_at = models.DateTimeField(_("contracts due"), default=timezone.now, db_index=True)
    next_check_at = models.DateTimeField(_("next check"), default=timezone.now, db_index=True)
    # When the gateway is asked for labels that no shipment knows of.
    extra_labels_due_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        abstract = True
