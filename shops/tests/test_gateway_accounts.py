"""A shop's key at MyParcel: checked at once, kept sealed, never shown again; owners and admins touch it."""

import pytest

from accounts.tests.makers import make_user
from shops.models import LabelAccount, Shop
from shops.services import gateway_accounts
from shops.tests.makers import make_member
from tests.stand_in import StandIn

pytestmark = pytest.mark.django_db
GENERAL = "/instellingen/algemeen/"
PAGE = GENERAL + "myparcel/"


@pytest.fixture(autouse=True)
def _at_the_stand_in(settings, stand_in: StandIn):
    settings.MYPARCEL_API_URL = stand_in.api


def test_a_good_key_is_kept_sealed_and_only_its_end_is_shown(browser_of, shop: Shop, owner, stand_in: StandIn):
    page = browser_of(owner).post(PAGE, {"api_key": f"  {stand_in.key}\n"}, follow=True).content.decode()
    account = LabelAccount.objects.get()
    assert f"eindigt op {stand_in.key[-4:]}" in page
    assert stand_in.key not in page
    assert stand_in.key not in account.key_sealed
    assert gateway_accounts.key_of(account) == stand_in.key


def test_a_wrong_key_changes_nothing_and_says_what_to_do(browser_of, shop: Shop, owner, stand_in: StandIn):
    gateway_accounts.save_key(shop, stand_in.key)
    answer = browser_of(owner).post(PAGE, {"api_key": "a-wrong-key-altogether"})
    assert answer.status_code == 422
    assert "MyParcel accepteert deze sleutel niet." in answer.content.decode()
    assert gateway_accounts.key_of(LabelAccount.objects.get()) == stand_in.key


@pytest.mark.parametrize("rubbish", ["", "   ", "short", "sleutel-met-é-erin", "x" * 201])
def test_what_is_no_key_is_not_even_asked_about(browser_of, shop: Shop, owner, rubbish):
    answer = browser_of(owner).post(PAGE, {"api_key": rubbish})
    assert "Dit lijkt geen API-sleutel." in answer.content.decode()
    assert not LabelAccount.objects.exists()


def test_a_silent_myparcel_is_said_and_nothing_is_saved(browser_of, shop: Shop, owner, stand_in: StandIn):
    stand_in.turn(fault="500")
    page = browser_of(owner).post(PAGE, {"api_key": stand_in.key}).content.decode()
    assert "MyParcel antwoordt nu niet" in page
    assert not LabelAccount.objects.exists()


def test_the_key_can_be_taken_away_twice(browser_of, shop: Shop, owner, stand_in: StandIn):
    gateway_accounts.save_key(shop, stand_in.key)
    browser = browser_of(owner)
    for _twice in range(2):
        assert browser.post(PAGE + "verwijderen/").status_code == 302
    assert not LabelAccount.objects.exists()
    assert "testlabels" in browser.get(GENERAL).content.decode()


def test_staff_see_the_account_and_cannot_change_it(browser_of, shop: Shop, owner, stand_in: StandIn):
    gateway_accounts.save_key(shop, stand_in.key)
    member = make_user(email="staff@example.com")
    make_member(shop, member)
    browser = browser_of(member)
    page = browser.get(GENERAL).content.decode()
    assert f"eindigt op {stand_in.key[-4:]}" in page
    assert 'name="api_key"' not in page
    assert browser.post(PAGE, {"api_key": stand_in.key}).status_code == 403
    assert browser.post(PAGE + "verwijderen/").status_code == 403
    assert LabelAccount.objects.exists()


def test_over_https_myparcel_is_asked_to_tell_us_and_over_http_we_say_that_we_ask(
    browser_of, shop: Shop, owner, stand_in: StandIn, settings
):
    page = browser_of(owner).post(PAGE, {"api_key": stand_in.key}, follow=True).content.decode()
    assert "We vragen ze zelf op" in page
    settings.BASE_URL = "https://Backoffice.example"
    account = gateway_accounts.save_key(shop, stand_in.key)
    (subscription,) = stand_in.ask("state.json")["subscriptions"]
    assert subscription["url"] == f"https://backoffice.example/webhooks/labels/myparcel/{account.hook_key}/"
    assert account.hooks == {"shipment_status_change": subscription["id"]}
    gateway_accounts.remove_key(shop)
    assert stand_in.ask("state.json")["subscriptions"] == []


@pytest.mark.parametrize("gateway", ["local", "postbode"])
def test_only_a_gateway_that_takes_keys_has_an_account(browser_of, shop: Shop, owner, gateway):
    browser = browser_of(owner)
    assert browser.post(f"{GENERAL}{gateway}/", {"api_key": "a-key-of-some-length"}).status_code == 404
    assert browser.post(f"{GENERAL}{gateway}/verwijderen/").status_code == 404
    assert not LabelAccount.objects.exists()


def test_a_key_moved_to_another_shop_cannot_be_read(shop: Shop, rival: Shop, stand_in: StandIn):
    account = gateway_accounts.save_key(shop, stand_in.key)
    account.shop = rival
    account.save()
    with pytest.raises(gateway_accounts.ApiUnauthorized):
        gateway_accounts.key_of(account)
