"""Account > Shopinstellingen > Bewaartermijnen."""

import pytest
from django.utils import timezone

from accounts.tests.factories import make_user
from audit.models import AuditEntry
from shops.models import Retention
from shops.periods import PERIODS
from shops.tests.factories import make_member

pytestmark = pytest.mark.django_db
PAGE = "/instellingen/bewaren/"


def days(**changes: int) -> dict[str, str]:
    defaults = {name: getattr(Retention(), name) for name in PERIODS}
    return {name: str(value) for name, value in (defaults | changes).items()}


def test_an_owner_chooses_how_long_recipients_are_kept(client_for, owner, shop):
    browser = client_for(owner)
    assert 'value="90"' in browser.get(PAGE).content.decode()
    assert not Retention.objects.exists()  # looking changes nothing
    assert browser.post(PAGE, days(recipient_days=30), follow=True).status_code == 200
    assert Retention.objects.get(shop=shop).recipient_days == 30
    assert AuditEntry.objects.get(shop=shop).changes == {"recipient_days": [90, 30]}


@pytest.mark.parametrize("name", PERIODS)
def test_no_period_is_shorter_or_longer_than_its_bounds(client_for, owner, shop, name):
    browser, period = client_for(owner), PERIODS[name]
    for wrong in (period.shortest - 1, period.longest + 1):
        page = browser.post(PAGE, days(**{name: wrong}))
        assert page.status_code == 422
        assert "Fout:" in page.content.decode()
    assert not Retention.objects.exists()


def test_only_who_may_change_settings_changes_periods(client_for, shop):
    member = make_member(shop, make_user(), "staff").user
    assert client_for(member).post(PAGE, days()).status_code == 403
    assert "disabled" in client_for(member).get(PAGE).content.decode()


def test_the_page_says_what_went_last_time(client_for, owner, shop):
    Retention.objects.create(shop=shop, tidied_at=timezone.now(), figures={"recipients": 1234})
    page = client_for(owner).get(PAGE).content.decode()
    assert "Ontvangers gewist" in page
    assert "1.234" in page


def test_orders_are_kept_longer_than_they_are_read_again():
    """Otherwise the nightly reconciliation would store tomorrow what was emptied tonight."""
    assert PERIODS["order_days"].shortest > 30
