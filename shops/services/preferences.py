"""How a shop wants its parcels."""

from django.utils import timezone

from carriers.parcels import ParcelChoice
from shops.models import PackagePreferences, Shop


def get_preferences(shop: Shop) -> PackagePreferences:
    """The shop's preferences, as they were read with it; made with the defaults when it has none yet."""
    try:
        return shop.preferences
    except PackagePreferences.DoesNotExist:
        return PackagePreferences.objects.get_or_create(shop=shop)[0]


def save_preferences(shop: Shop, choice: ParcelChoice, default_weight: int, insurance_percent: int = 0) -> None:
    """Keep how orders become concepts from now on. ``default_weight`` is grams. May be repeated.

    ``insurance_percent`` (0-100) of an order's value is insured; 0 insures what ``choice`` says.
    """
    fields = {name: getattr(choice, name) for name in PackagePreferences.CHOICE_FIELDS}
    numbers = {"default_weight": default_weight, "insurance_percent": insurance_percent}
    kept, _made = PackagePreferences.objects.update_or_create(
        shop=shop, defaults={**fields, **numbers, "saved_at": timezone.now()}
    )
    shop.preferences = kept
