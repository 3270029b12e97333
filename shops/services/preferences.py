"""A shop's parcel preferences."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from audit import trail
from carriers.delivery_days import ShippingHabits
from carriers.parcels import ContactSharing, ParcelChoice
from shops.models import PackagePreferences, Shop


def get_preferences(shop: Shop) -> PackagePreferences:
    """Creates them with the defaults when the shop has none. No query when they were loaded with the shop."""
    try:
        return shop.preferences
    except PackagePreferences.DoesNotExist:
        return PackagePreferences.objects.get_or_create(shop=shop)[0]


def save_preferences(
    shop: Shop,
    choice: ParcelChoice,
    default_weight: int,
    insurance_percent: int = 0,
    sharing: ContactSharing | None = None,
    *,
    item_weight: int | None = None,
    box_weights: Mapping[str, int] | None = None,
    by: trail.Actor = None,
) -> None:
    """Weights are grams; ``insurance_percent`` is of the order value, 0 for the amount in ``choice``.

    ``box_weights`` are by package type. What is None stays as it is.
    """
    fields = {name: getattr(choice, name) for name in PackagePreferences.CHOICE_FIELDS}
    numbers: dict[str, object] = {"default_weight": default_weight, "insurance_percent": insurance_percent}
    weights = {"item_weight": item_weight, "box_weights": box_weights}
    numbers |= {name: value for name, value in weights.items() if value is not None}
    shared = {"contact_sharing": sharing} if sharing else {}
    _save(shop, {**fields, **numbers, **shared}, by, saved_at=timezone.now())


def save_shipping_habits(shop: Shop, habits: ShippingHabits, *, by: trail.Actor = None) -> None:
    """When the shop hands its parcels over; may be repeated."""
    columns = {
        "closed_weekdays": "".join(str(weekday) for weekday in sorted(habits.closed_weekdays)),
        "closed_periods": [[first.isoformat(), last.isoformat()] for first, last in habits.closed_periods],
        "cutoff_time": habits.cutoff,
    }
    _save(shop, columns, by)


def _save(shop: Shop, columns: Mapping[str, object], by: trail.Actor, **more: object) -> None:
    """With an entry of the trail about what is not as it was."""
    with transaction.atomic():
        before = trail.field_values(get_preferences(shop), columns)
        shop.preferences = PackagePreferences.objects.update_or_create(shop=shop, defaults={**columns, **more})[0]
        trail.record_changes(shop.preferences, before, by=by, shop=shop)
