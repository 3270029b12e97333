"""Evenings are promised for the first day that the parcel can reach, as the shop hands it over."""

from datetime import date, datetime, time, timedelta
from types import SimpleNamespace

import pytest

from carriers.delivery_days import ShippingHabits
from carriers.delivery_options import DeliveryMoment, DeliveryOptions, Offer
from carriers.parcels import Address, ParcelChoice
from shipments.services import delivery_moments
from shops.models import Shop
from shops.services.preferences import save_shipping_habits

pytestmark = pytest.mark.django_db
CHRISTMAS = (date(2026, 12, 24), date(2027, 1, 3))
HOME = Address(street="Lindelaan", number="12", postal_code="3524 KB", city="Utrecht", country="NL")
BELGIUM = Address(street="Molenlaan", number="58", postal_code="1050", city="Brussel", country="BE")


@pytest.fixture
def asked(monkeypatch) -> list[ShippingHabits]:
    """A carrier that offers evenings on every day; with which habits it was asked."""
    habits_asked: list[ShippingHabits] = []

    class Advisor:
        def delivery_options(self, carrier, address, habits):
            habits_asked.append(habits)
            today = delivery_moments.timezone.now().date()
            days = [today + timedelta(days=ahead) for ahead in range(30)]
            return DeliveryOptions(tuple(DeliveryMoment("evening", day) for day in days))

        def pickup_points(self, carrier, near):
            return ()

    monkeypatch.setattr(delivery_moments, "open_gateway", lambda *_: Advisor())
    return habits_asked


@pytest.mark.parametrize(
    ("made_at", "recipient", "habits", "day"),
    [
        ("2026-12-24T10:00:00+01:00", HOME, ShippingHabits(), date(2026, 12, 28)),
        ("2027-04-25T22:30:00+00:00", HOME, ShippingHabits(), date(2027, 4, 28)),
        ("2026-07-20T10:00:00+02:00", BELGIUM, ShippingHabits(), date(2026, 7, 22)),
        ("2026-11-30T17:00:00+01:00", HOME, ShippingHabits(cutoff=time(16)), date(2026, 12, 2)),
        ("2026-12-05T10:00:00+01:00", HOME, ShippingHabits(frozenset({5, 6})), date(2026, 12, 8)),
        ("2026-12-24T10:00:00+01:00", HOME, ShippingHabits(closed_periods=(CHRISTMAS,)), date(2027, 1, 5)),
    ],
)
def test_an_evening_is_promised_for_the_first_day_the_parcel_can_reach(
    shop: Shop, asked, monkeypatch, made_at, recipient, habits, day
):
    save_shipping_habits(shop, habits)
    moment = datetime.fromisoformat(made_at)
    monkeypatch.setattr(delivery_moments, "timezone", SimpleNamespace(now=lambda: moment))
    moments = delivery_moments.Moments(shop.pk, "myparcel")
    answer = moments.ask(ParcelChoice(delivery_type="evening"), recipient)
    assert (answer.offer, answer.day) == (Offer.OFFERED, day)
    assert asked == [habits]


def test_a_shop_closed_for_longer_than_is_known_promises_nothing(shop: Shop, asked):
    save_shipping_habits(shop, ShippingHabits(closed_periods=((date(2026, 1, 1), date(2099, 1, 1)),)))
    answer = delivery_moments.Moments(shop.pk, "myparcel").ask(ParcelChoice(delivery_type="evening"), HOME)
    assert answer.offer == Offer.NOT_OFFERED
