"""How a shop wants its parcels."""

from django.utils import timezone

from accounts.models import PackagePreferences, Shop
from carriers.parcels import ParcelChoice


def preferences_of(shop: Shop) -> PackagePreferences:
    """The shop's preferences; made with the defaults when it has none yet."""
    return PackagePreferences.objects.get_or_create(shop=shop)[0]


def save_preferences(shop: Shop, choice: ParcelChoice, default_weight: int) -> None:
    """Keep how orders become concepts from now on. ``default_weight`` is grams. May be repeated."""
    fields = {name: getattr(choice, name) for name in PackagePreferences.CHOICE_FIELDS}
    PackagePreferences.objects.update_or_create(
        shop=shop, defaults={**fields, "default_weight": default_weight, "saved_at": timezone.now()}
    )
