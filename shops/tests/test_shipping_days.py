"""The settings of shipping days: their page, and what may be typed."""

from datetime import date, time

import pytest

from accounts.tests.factories import make_user
from carriers.delivery_days import ShippingHabits
from shops.models import PackagePreferences, Shop
from shops.services.preferences import get_preferences
from shops.shipping_days_form import ShippingDaysForm
from shops.tests.factories import make_member

pytestmark = pytest.mark.django_db
PAGE = "/instellingen/zendingen/dagen/"
PERIOD = (date(2026, 12, 24), date(2027, 1, 3))


def test_the_page_keeps_what_is_typed_and_the_preferences_say_it(client_for, owner, shop: Shop):
    merchant = client_for(owner)
    overview = merchant.get("/instellingen/zendingen/").content.decode()
    assert "Niets ingesteld: pakketten gaan mee op de dag van hun label." in overview
    assert PAGE in overview
    typed = {
        "closed_weekdays": ["5", "6"],
        "cutoff_time": "16:30",
        "closed_days": "24-12-2026 t/m 3-1-2027\n\n5-5-2027\n",
    }
    answer = merchant.post(PAGE, typed)
    assert answer["Location"] == "/instellingen/zendingen/"
    preferences = PackagePreferences.objects.get(shop=shop)
    day = date(2027, 5, 5)
    assert preferences.habits == ShippingHabits(frozenset({5, 6}), (PERIOD, (day, day)), time(16, 30))
    page = merchant.get(PAGE).content.decode()
    assert "24-12-2026 t/m 03-01-2027" in page
    assert 'value="16:30"' in page
    overview = " ".join(merchant.get("/instellingen/zendingen/").content.decode().split())
    assert "Niet op zaterdag, zondag." in overview
    assert "Labels tot 16:30 gaan dezelfde dag mee." in overview
    assert "Gesloten in nog 2 periodes." in overview


@pytest.mark.parametrize(
    "line",
    [
        "24-12-2026 t/m 3-1-2027",
        "24-12-2026 tot en met 03-01-2027",
        "24-12-2026 - 3-1-2027",
        "24-12-2026 – 3-1-2027",
        "24/12/2026 t/m 3/1/2027",
        "24.12.2026 T/M 3.1.2027",
        "2026-12-24 to 2027-01-03",
        "  24-12-2026\u00a0t/m  3-1-2027  ",
    ],
)
def test_a_period_may_be_typed_in_several_ways(line):
    form = ShippingDaysForm({"closed_days": line})
    assert form.is_valid(), form.errors
    assert form.habits().closed_periods == (PERIOD,)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"closed_days": "24-12-2026\nkerst"}, "Regel 2, “kerst”, is geen dag."),
        ({"closed_days": "31-2-2027"}, "Regel 1, “31-2-2027”, is geen dag."),
        ({"closed_days": "24-12-1026"}, "is geen dag"),
        ({"closed_days": "24-12-26"}, "is geen dag"),
        ({"closed_days": "3-1-2027 t/m 24-12-2026"}, "eindigt voordat hij begint"),
        ({"closed_days": "\n".join("24-12-2026" for _line in range(61))}, "meer dan 60 regels"),
        ({"closed_days": "<script>alert(1)</script>"}, "is geen dag"),
        ({"cutoff_time": "half vijf"}, "Vul een tijd in, zoals 16:30"),
        ({"closed_weekdays": list("0123456")}, "Laat minstens één dag over"),
    ],
)
def test_what_cannot_be_days_is_said_and_nothing_is_saved(client_for, owner, shop: Shop, typed, said):
    answer = client_for(owner).post(PAGE, typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "<script>alert" not in page
    assert get_preferences(shop).habits == ShippingHabits()


def test_who_may_not_change_settings_reads_them_only(client_for, shop: Shop):
    member = make_user()
    make_member(shop, member)
    reader = client_for(member)
    assert "disabled" in reader.get(PAGE).content.decode()
    assert reader.post(PAGE, {"cutoff_time": "16:00"}).status_code == 403
    assert get_preferences(shop).cutoff_time is None


def test_a_shop_that_set_nothing_hands_over_at_any_time(shop: Shop):
    assert get_preferences(shop).habits == ShippingHabits()
