"""The periods of a shop."""

from collections.abc import Mapping

from django.db import transaction

from accounts.models import User
from audit import trail
from audit.actions import AuditAction
from shops.models import Retention, Shop
from shops.retention import get_retention


def save_retention(shop: Shop, days: Mapping[str, int], *, by: User) -> None:
    """``days`` by column of Retention, within the bounds of ``shops.periods``. Takes effect with the next tidying."""
    before = trail.field_values(get_retention(shop), days)
    with transaction.atomic():
        shop.retention = Retention.objects.update_or_create(shop=shop, defaults=days)[0]
        if changes := trail.field_changes(shop.retention, before):
            trail.record(AuditAction.SETTINGS_CHANGED, by=by, shop=shop, target=shop.retention, changes=changes)
