"""The periods of a shop."""

from collections.abc import Mapping

from shops.models import Retention, Shop


def save_retention(shop: Shop, days: Mapping[str, int]) -> None:
    """``days`` by column of Retention, within the bounds of ``shops.periods``. Takes effect with the next tidying."""
    shop.retention = Retention.objects.update_or_create(shop=shop, defaults=days)[0]
