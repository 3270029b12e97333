"""The API key of a shop: checked at once, stored encrypted, never shown again, for owners and admins only."""

import pytest

from accounts.tests.factories import make_user
from shops.models import GatewayAccount, Shop
from shops.services import gateway_accounts
from shops.tests.factories import make_member
from tests.sandbox_server import MyParcelSandbox

pytestmark = pytest.mark.django_db
GENERAL = "/instellingen/algemeen/"
PAGE = GENERAL + "myparcel/"


@pytest.fixture(autouse=True)
def _use_sandbox(settings, sandbox: MyParcelSandbox):
    settings.MYPARCEL_API_URL = sandbox.api


def test_a_good_key_is_kept_sealed_and_only_its_end_is_shown(client_for, shop: Shop, owner, sandbox: MyParcelSandbox):
    page = client_for(owner).post(PAGE, {"api_key": f"  {sandbox.key}\n"}, follow=True).content.decode()
    account = GatewayAccount.objects.get()
    assert f"eindigt op {sandbox.key[-4:]}" in page
    assert sandbox.key not in page
    assert sandbox.key not in account.api_key_encrypted
    assert gateway_accounts.decrypt_api_key(account) == sandbox.key


def test_a_wrong_key_changes_nothing_and_says_what_to_do(client_for, shop: Shop, owner, sandbox: MyParcelSandbox):
    gateway_accounts.save_api_key(shop, sandbox.key)
    answer = client_for(owner).post(PAGE, {"api_key": "a-wrong-key-altogether"})
    assert answer.status_code == 422
    assert "MyParcel accepteert deze sleutel niet." in answer.content.decode()
    assert gateway_accounts.decrypt_api_key(GatewayAccount.objects.get()) == sandbox.key


@pytest.mark.parametrize("rubbish", ["", "   ", "short", "sleutel-met-é-erin", "x" * 201])
def test_what_is_no_key_is_not_even_asked_about(client_for, shop: Shop, owner, rubbish):
    answer = client_for(owner).post(PAGE, {"api_key": rubbish})
    assert "Dit lijkt geen API-sleutel." in answer.content.decode()
    assert not GatewayAccount.objects.exists()


def test_a_silent_myparcel_is_said_and_nothing_is_saved(client_for, shop: Shop, owner, sandbox: MyParcelSandbox):
    sandbox.set_switches(fault="500")
    page = client_for(owner).post(PAGE, {"api_key": sandbox.key}).content.decode()
    assert "MyParcel antwoordt nu niet" in page
    assert not GatewayAccount.objects.exists()


def test_the_key_can_be_taken_away_twice(client_for, shop: Shop, owner, sandbox: MyParcelSandbox):
    gateway_accounts.save_api_key(shop, sandbox.key)
    browser = client_for(owner)
    for _twice in range(2):
        assert browser.post(PAGE + "verwijderen/").status_code == 302
    assert not GatewayAccount.objects.exists()
    assert "testlabels" in browser.get(GENERAL).content.decode()


def test_staff_see_the_account_and_cannot_change_it(client_for, shop: Shop, owner, sandbox: MyParcelSandbox):
    gateway_accounts.save_api_key(shop, sandbox.key)
    member = make_user(email="staff@example.com")
    make_member(shop, member)
    browser = client_for(member)
    page = browser.get(GENERAL).content.decode()
    assert f"eindigt op {sandbox.key[-4:]}" in page
    assert 'name="api_key"' not in page
    assert browser.post(PAGE, {"api_key": sandbox.key}).status_code == 403
    assert browser.post(PAGE + "verwijderen/").status_code == 403
    assert GatewayAccount.objects.exists()


def test_over_https_myparcel_is_asked_to_tell_us_and_over_http_we_say_that_we_ask(
    client_for, shop: Shop, owner, sandbox: MyParcelSandbox, settings
):
    page = client_for(owner).post(PAGE, {"api_key": sandbox.key}, follow=True).content.decode()
    assert "We vragen ze zelf op" in page
    settings.BASE_URL = "https://Backoffice.example"
    account = gateway_accounts.save_api_key(shop, sandbox.key)
    (subscription,) = sandbox.ask("state.json")["subscriptions"]
    assert subscription["url"] == f"https://backoffice.example/webhooks/labels/myparcel/{account.webhook_token}/"
    assert account.webhook_subscriptions == {"shipment_status_change": subscription["id"]}
    gateway_accounts.remove_api_key(shop)
    assert sandbox.ask("state.json")["subscriptions"] == []


@pytest.mark.parametrize("gateway", ["local", "postbode"])
def test_only_a_gateway_that_takes_keys_has_an_account(client_for, shop: Shop, owner, gateway):
    browser = client_for(owner)
    assert browser.post(f"{GENERAL}{gateway}/", {"api_key": "a-key-of-some-length"}).status_code == 404
    assert browser.post(f"{GENERAL}{gateway}/verwijderen/").status_code == 404
    assert not GatewayAccount.objects.exists()


def test_a_key_moved_to_another_shop_cannot_be_read(shop: Shop, rival: Shop, sandbox: MyParcelSandbox):
    account = gateway_accounts.save_api_key(shop, sandbox.key)
    account.shop = rival
    account.save()
    with pytest.raises(gateway_accounts.ApiUnauthorized):
        gateway_accounts.decrypt_api_key(account)
