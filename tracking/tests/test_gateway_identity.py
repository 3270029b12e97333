"""Whose key it is, which sender is printed, and who gets the status messages."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from carriers.gateways import get_gateway
from carriers.tests.test_gateways import consignment
from lib.http import ApiForbidden
from shops.models import GatewayAccount, Shop
from shops.services import gateway_accounts, gateway_checks, gateway_webhooks
from shops.services.gateway_senders import StoredSenderPolicy, printed_sender
from tests.sandbox_server import MyParcelSandbox

pytestmark = pytest.mark.django_db
GENERAL = "/instellingen/algemeen/"
PAGE = GENERAL + "myparcel/"
PLUGIN = "https://plugin.example/Hook/A1"


@pytest.fixture(autouse=True)
def _use_sandbox(settings, sandbox: MyParcelSandbox):
    settings.MYPARCEL_API_URL = sandbox.api


@pytest.fixture
def https(settings):
    settings.BASE_URL = "https://backoffice.example"


def urls(sandbox: MyParcelSandbox) -> list[str]:
    return [row["url"] for row in sandbox.ask("state.json")["subscriptions"]]


def label(shop: Shop, sandbox: MyParcelSandbox, reference: str):
    key = gateway_accounts.decrypt_api_key(GatewayAccount.objects.get(shop=shop))
    policy = StoredSenderPolicy(shop.pk, "myparcel")
    opened = get_gateway("myparcel").open(key, allocate=lambda series, count: [], sleep=time.sleep, sender=policy)
    (result,) = opened.register([consignment(reference)])
    return result


def check_now() -> None:
    GatewayAccount.objects.update(next_check_at=timezone.now())
    gateway_checks.check_due()


# Whose key it is


def test_the_page_says_which_myparcel_shop_the_key_belongs_to(client_for, shop: Shop, owner, sandbox: MyParcelSandbox):
    browser = client_for(owner)
    assert "nog niet bekend" not in browser.get(GENERAL).content.decode()
    page = browser.post(PAGE, {"api_key": sandbox.key}, follow=True).content.decode()
    assert "55120" in page, "before its first parcel MyParcel gives a number and no name"
    label(shop, sandbox, "a")
    assert "Theehuis De Hazelaar (55120)" in browser.get(GENERAL).content.decode()


def test_a_silent_whoami_is_a_doubt_that_the_daily_check_ends(client_for, shop: Shop, owner, sandbox: MyParcelSandbox):
    sandbox.set_switches(fault="500", fault_path="GET /whoami")
    page = client_for(owner).post(PAGE, {"api_key": sandbox.key}, follow=True).content.decode()
    assert "nog niet bekend" in page
    account = GatewayAccount.objects.get()
    assert account.next_check_at < timezone.now() + timedelta(hours=2), "a doubt is asked again soon"
    sandbox.set_switches(fault="")
    check_now()
    account.refresh_from_db()
    assert account.remote_shop_id == "55120"
    assert account.next_check_at > timezone.now() + timedelta(hours=20)


def test_a_key_of_another_myparcel_shop_is_saved_and_said_with_both_names(
    client_for, shop: Shop, owner, sandbox: MyParcelSandbox
):
    gateway_accounts.save_api_key(shop, sandbox.key)
    label(shop, sandbox, "a")
    other = sandbox.ask("shops", {"company": "Studio Tweede"})
    page = client_for(owner).post(PAGE, {"api_key": other["apiKey"]}, follow=True).content.decode()
    assert f"{other['shop']} in plaats van Theehuis De Hazelaar" in page
    assert gateway_accounts.decrypt_api_key(GatewayAccount.objects.get()) == other["apiKey"]
    page = client_for(owner).post(PAGE, {"api_key": other["apiKey"]}, follow=True).content.decode()
    assert "in plaats van" not in page, "the same key again is no other shop"


def test_a_myparcel_shop_in_use_elsewhere_is_said_and_only_a_member_reads_where(
    client_for, shop: Shop, rival: Shop, owner, sandbox: MyParcelSandbox
):
    gateway_accounts.save_api_key(rival, sandbox.key)
    page = client_for(owner).post(PAGE, {"api_key": sandbox.key}, follow=True).content.decode()
    assert "gebruikt door een shop waarvan je geen lid bent" in page
    assert "Rival" not in page
    rival.memberships.update(user=owner)
    assert "gebruikt door Rival" in client_for(owner).get(GENERAL).content.decode()


def test_a_failing_check_of_one_shop_leaves_the_others_alone(shop: Shop, rival: Shop, sandbox: MyParcelSandbox):
    for one in (shop, rival):
        gateway_accounts.save_api_key(one, sandbox.key)
    GatewayAccount.objects.update(remote_shop_id="")
    GatewayAccount.objects.filter(shop=shop).update(api_key_encrypted="broken")
    check_now()
    assert GatewayAccount.objects.get(shop=rival).remote_shop_id == "55120"
    assert GatewayAccount.objects.get(shop=shop).last_error


# The sandbox's key


def test_the_sandboxs_key_is_one_press_away(client_for, shop: Shop, owner, sandbox: MyParcelSandbox):
    browser = client_for(owner)
    assert "Gebruik de sleutel van de zandbak" in browser.get(GENERAL).content.decode()
    browser.post(PAGE + "zandbak/")
    assert gateway_accounts.decrypt_api_key(GatewayAccount.objects.get()) == sandbox.key


def test_the_real_myparcel_has_no_such_button(client_for, shop: Shop, owner, settings):
    settings.MYPARCEL_API_URL = "https://api.myparcel.nl"
    browser = client_for(owner)
    assert "zandbak" not in browser.get(GENERAL).content.decode()
    assert browser.post(PAGE + "zandbak/").status_code == 404


def test_a_sandbox_that_is_off_is_said(client_for, shop: Shop, owner, settings):
    settings.MYPARCEL_API_URL = "http://127.0.0.1:9/myparcel"
    answer = client_for(owner).post(PAGE + "zandbak/")
    assert "De zandbak antwoordt niet" in answer.content.decode()
    assert not GatewayAccount.objects.exists()


# The sender


def test_a_refused_sender_is_remembered_and_the_printed_one_said(
    client_for, shop: Shop, owner, sandbox: MyParcelSandbox
):
    gateway_accounts.save_api_key(shop, sandbox.key)
    label(shop, sandbox, "a")
    account = GatewayAccount.objects.get()
    assert account.sender_accepted is False
    assert (printed_sender(Shop.objects.get(pk=shop.pk)).address or shop.sender).city == "Utrecht"
    sandbox.set_switches(sender="printed")
    label(shop, sandbox, "b")
    senders = {row["reference_identifier"]: row["sender"]["company"] for row in sandbox.shipments}
    assert senders == {"a": "Theehuis De Hazelaar", "b": "Theehuis De Hazelaar"}, "it is not asked at every label"
    for page in (GENERAL, "/instellingen/afzender/"):
        words = client_for(owner).get(page).content.decode()
        assert "Op de labels staat Theehuis De Hazelaar, Oudegracht 214-B" in words
        assert "is anders dan" in words


def test_a_refusal_is_asked_about_again_after_a_while_and_with_a_new_key(shop: Shop, sandbox: MyParcelSandbox):
    gateway_accounts.save_api_key(shop, sandbox.key)
    label(shop, sandbox, "a")
    sandbox.set_switches(sender="printed")
    GatewayAccount.objects.update(sender_answered_at=timezone.now() - timedelta(days=8))
    label(shop, sandbox, "b")
    assert GatewayAccount.objects.get().sender_accepted is True
    GatewayAccount.objects.update(sender_accepted=False, sender_answered_at=timezone.now())
    gateway_accounts.save_api_key(shop, sandbox.key)
    assert GatewayAccount.objects.get().sender_accepted is None


def test_before_the_first_label_nothing_is_promised(client_for, shop: Shop, owner, sandbox: MyParcelSandbox):
    gateway_accounts.save_api_key(shop, sandbox.key)
    words = client_for(owner).get("/instellingen/afzender/").content.decode()
    assert "Bij het eerste label vragen we" in words
    assert "op elk label" not in words
    with override("en"):
        assert "every label" not in words


def test_test_labels_bear_our_sender(client_for, shop: Shop, owner):
    words = client_for(owner).get("/instellingen/afzender/").content.decode()
    assert "Op de labels staat het afzenderadres van deze shop." in words


# Status messages


def test_another_programs_messages_are_left_alone_and_said(
    client_for, shop: Shop, owner, sandbox: MyParcelSandbox, https
):
    sandbox.ask("subscriptions", {"url": PLUGIN})
    page = client_for(owner).post(PAGE, {"api_key": sandbox.key}, follow=True).content.decode()
    assert urls(sandbox) == [PLUGIN]
    assert "Een ander programma krijgt de meldingen" in page
    gateway_accounts.remove_api_key(shop)
    assert urls(sandbox) == [PLUGIN]


@pytest.mark.parametrize("ending", ["give_back", "remove", "other_key"])
def test_what_was_taken_over_is_put_back(client_for, shop: Shop, owner, sandbox: MyParcelSandbox, https, ending):
    sandbox.ask("subscriptions", {"url": PLUGIN})
    browser = client_for(owner)
    browser.post(PAGE, {"api_key": sandbox.key})
    page = browser.post(PAGE + "overnemen/", follow=True).content.decode()
    account = GatewayAccount.objects.get()
    assert urls(sandbox) == [gateway_webhooks.webhook_url(account)]
    assert "Geef terug" in page
    if ending == "give_back":
        assert "Neem over" in browser.post(PAGE + "teruggeven/", follow=True).content.decode()
    elif ending == "remove":
        browser.post(PAGE + "verwijderen/")
    else:
        browser.post(PAGE, {"api_key": sandbox.ask("shops", {})["apiKey"]})
    assert PLUGIN in urls(sandbox)
    assert gateway_webhooks.webhook_url(account) not in urls(sandbox)[:1]


def test_a_key_that_is_saved_again_keeps_what_it_replaced(
    shop: Shop, sandbox: MyParcelSandbox, client_for, owner, https
):
    sandbox.ask("subscriptions", {"url": PLUGIN})
    browser = client_for(owner)
    browser.post(PAGE, {"api_key": sandbox.key})
    browser.post(PAGE + "overnemen/")
    browser.post(PAGE, {"api_key": sandbox.key})
    assert GatewayAccount.objects.get().replaced_webhooks == {"shipment_status_change": PLUGIN}


def test_a_list_that_does_not_answer_replaces_nothing_until_the_daily_check(
    client_for, shop: Shop, owner, sandbox: MyParcelSandbox, https
):
    sandbox.ask("subscriptions", {"url": PLUGIN})
    sandbox.set_switches(fault="500", fault_path="webhook_subscriptions")
    page = client_for(owner).post(PAGE, {"api_key": sandbox.key}, follow=True).content.decode()
    assert "zei niet wie de meldingen krijgt" in page
    assert urls(sandbox) == [PLUGIN]
    sandbox.set_switches(fault="")
    check_now()
    assert urls(sandbox) == [PLUGIN]
    assert "Een ander programma krijgt" in client_for(owner).get(GENERAL).content.decode()


def test_a_program_that_takes_our_place_is_noticed_by_the_daily_check(
    client_for, shop: Shop, owner, sandbox: MyParcelSandbox, https
):
    gateway_accounts.save_api_key(shop, sandbox.key)
    sandbox.ask("subscriptions", {"url": PLUGIN})
    check_now()
    assert urls(sandbox) == [PLUGIN]
    assert "heeft de meldingen van MyParcel overgenomen" in client_for(owner).get(GENERAL).content.decode()


def test_a_subscription_that_went_away_is_made_again_by_the_daily_check(shop: Shop, sandbox: MyParcelSandbox, https):
    account = gateway_accounts.save_api_key(shop, sandbox.key)
    sandbox.ask("reset", {})
    check_now()
    assert urls(sandbox) == [gateway_webhooks.webhook_url(account)]


def test_two_shops_with_one_account_do_not_take_each_others_messages(
    client_for, shop: Shop, rival: Shop, owner, sandbox: MyParcelSandbox, https
):
    first = gateway_accounts.save_api_key(rival, sandbox.key)
    page = client_for(owner).post(PAGE, {"api_key": sandbox.key}, follow=True).content.decode()
    assert "aan een andere shop hier" in page
    assert "Neem over" not in page
    client_for(owner).post(PAGE + "overnemen/")
    assert urls(sandbox) == [gateway_webhooks.webhook_url(first)]


# A missing permission


def test_a_missing_permission_is_no_revoked_key(client_for, shop: Shop, owner, sandbox: MyParcelSandbox):
    sandbox.set_switches(fault="403")
    answer = client_for(owner).post(PAGE, {"api_key": sandbox.key})
    assert "Deze API-sleutel mag dit niet bij MyParcel" in answer.content.decode()
    account = GatewayAccount.objects.create(shop=shop, api_key_encrypted="x", api_key_suffix="abcd")
    gateway_accounts.record_failure(shop.pk, ApiForbidden("no", status=403))
    account.refresh_from_db()
    assert "mag dit niet" in account.last_error["nl"]


def test_a_takeover_without_an_answer_is_said_as_a_doubt(
    client_for, shop: Shop, owner, sandbox: MyParcelSandbox, https
):
    gateway_accounts.save_api_key(shop, sandbox.key)
    sandbox.ask("subscriptions", {"url": PLUGIN})
    check_now()
    sandbox.set_switches(fault="lost_answer", fault_path="POST /webhook_subscriptions", fault_count=1)
    page = client_for(owner).post(PAGE + "overnemen/", follow=True).content.decode()
    assert "onbekend of de meldingen zijn verhuisd" in page
    assert GatewayAccount.objects.get().replaced_webhooks, "their address is kept"


def test_a_new_key_says_that_the_other_program_lost_its_messages(
    client_for, shop: Shop, owner, sandbox: MyParcelSandbox, https
):
    gateway_accounts.save_api_key(shop, sandbox.key)
    sandbox.ask("subscriptions", {"url": PLUGIN})
    check_now()
    client_for(owner).post(PAGE + "overnemen/")
    other = sandbox.ask("shops", {"company": "Studio Tweede"})
    sandbox.set_switches(fault="503", fault_path="GET /webhook_subscriptions", fault_count=1)
    page = client_for(owner).post(PAGE, {"api_key": other["apiKey"]}, follow=True).content.decode()
    assert "kon zijn meldingen niet terugkrijgen" in page
