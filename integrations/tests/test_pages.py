"""The integration pages: permissions, every state's text, and a next step for every action."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import make_user
from integrations.models import Connection, ConsentRequest, Fulfillment, SyncRun
from integrations.services import circuit_breaker
from integrations.tests.factories import make_connection, make_fulfillment, mirror_order
from integrations.tests.fake_platform import FakePlatform, make_order
from lib.http import ApiUnauthorized, ApiUnavailable
from shops.models import Shop
from shops.tests.factories import make_member

pytestmark = pytest.mark.django_db
OVERVIEW, ACME, CONSENT, CALLBACK = (
    "/integratie/",
    "/integratie/acme/",
    "/integratie/acme/toestemming/",
    "/integratie/acme/terug/",
)


@pytest.fixture
def mine(client_for, owner: User, shop: Shop) -> Client:
    return english(client_for, owner)


@pytest.fixture
def colleague(client_for, shop: Shop) -> Client:
    user = make_user()
    make_member(shop, user)
    return english(client_for, user)


def english(client_for, user: User) -> Client:
    """Signed in, reading the source texts."""
    user.language = "en"
    user.save()
    client: Client = client_for(user)
    return client


def text(client: Client, path: str = ACME) -> str:
    page = client.get(path)
    assert page.status_code == 200
    return page.content.decode()


def grant(client: Client, **back: str) -> Connection | None:
    """From the button to the shop system and back."""
    away = client.post(CONSENT)
    state = away["Location"].split("state=")[1]
    answer = client.get(CALLBACK, {"state": state} | back)
    assert (answer.status_code, answer["Location"]) == (302, ACME)
    return Connection.objects.active().first()


def test_before_connecting_the_page_offers_to_give_consent(mine: Client):
    assert "Give consent" in text(mine)
    assert "Connect Acme" in text(mine, OVERVIEW)


def test_giving_consent_leads_away_and_comes_back_connected(mine: Client, acme: FakePlatform, shop: Shop):
    connection = grant(mine, instanceId="instance-1")
    assert connection is not None
    assert connection.shop == shop
    said = text(mine)
    assert "Your Acme site is connected." in said
    assert "Atelier Voorbeeld" in said
    assert "Not yet; the first sync is in progress." in said


def test_cancelling_comes_back_with_a_sentence_that_is_said_once(mine: Client, acme: FakePlatform):
    assert grant(mine) is None
    assert "Connecting was cancelled." in text(mine)
    assert "Connecting was cancelled." not in text(mine)


def test_a_refusal_is_said_in_the_language_one_reads(mine: Client, acme: FakePlatform, owner: User):
    grant(mine)
    owner.language = "nl"
    owner.save()
    assert "Koppelen afgebroken." in text(mine)


def test_a_site_without_a_store_is_told_to_install_it(mine: Client, acme: FakePlatform):
    acme.store_installed = False
    assert grant(mine, instanceId="instance-1") is None
    assert "Install Acme Stores" in text(mine)


@pytest.mark.parametrize("query", [{}, {"state": "made-up"}, {"state": "made-up", "instanceId": "instance-1"}])
def test_a_callback_nobody_asked_for_connects_nothing(mine: Client, acme: FakePlatform, query: dict[str, str]):
    assert mine.get(CALLBACK, query)["Location"] == ACME
    assert "We do not recognise this link from Acme." in text(mine)
    assert not Connection.objects.exists()


def test_a_callback_works_once(mine: Client, acme: FakePlatform):
    state = mine.post(CONSENT)["Location"].split("state=")[1]
    back = {"state": state, "instanceId": "instance-1"}
    mine.get(CALLBACK, back)
    mine.get(CALLBACK, back)
    assert "was used before" in text(mine)
    assert Connection.objects.count() == 1


def test_a_signed_out_callback_goes_to_the_login_page_and_back(acme: FakePlatform):
    answer = Client().get(CALLBACK, {"state": "s", "instanceId": "i"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/inloggen/?next=/integratie/acme/terug/%3Fstate%3Ds%26instanceId%3Di")


def test_consent_that_somebody_else_started_connects_nothing(mine: Client, client_for, rival: Shop, acme: FakePlatform):
    stranger = english(client_for, rival.memberships.get().user)
    state = mine.post(CONSENT)["Location"].split("state=")[1]
    stranger.get(CALLBACK, {"state": state, "instanceId": "instance-1"})
    assert "started by someone else" in text(stranger)
    assert not Connection.objects.exists()


def test_a_site_of_another_shop_is_refused_without_naming_that_shop(mine: Client, rival: Shop, acme: FakePlatform):
    make_connection(rival, external_id="instance-1")
    grant(mine, instanceId="instance-1")
    said = text(mine)
    assert "already connected to another shop" in said
    assert "Rival" not in said


def test_staff_reads_who_may_connect_and_cannot(colleague: Client, acme: FakePlatform, shop: Shop):
    assert "Only an Owner or Admin can connect or disconnect." in text(colleague)
    assert colleague.post(CONSENT).status_code == 403
    assert not ConsentRequest.objects.exists()


def test_without_an_app_of_the_platform_nobody_is_sent_away(mine: Client, acme: FakePlatform):
    acme.is_configured = False
    assert mine.post(CONSENT)["Location"] == ACME
    assert "No Acme app has been set up here yet." in text(mine)


def test_consent_is_not_started_by_a_link(mine: Client):
    assert mine.get(CONSENT).status_code == 405


def test_a_connected_site_shows_since_when_and_its_last_synchronisation(mine: Client, shop: Shop, owner: User):
    make_connection(shop, site_name="Atelier Zuid", connected_by=owner, synced_at=timezone.now())
    said = text(mine)
    assert "Connected since" in said
    assert f"by {owner}" in said
    assert "Today" in said.split("Last sync")[1].split("</dd>")[0]


def test_every_site_has_its_own_block_and_button(mine: Client, shop: Shop):
    one, two = make_connection(shop, site_name="Noord"), make_connection(shop, site_name="Zuid")
    said = text(mine)
    for connection in (one, two):
        assert f"/integratie/{connection.public_id}/synchroniseer/" in said
        assert f"/integratie/{connection.public_id}/intrekken/" in said
    assert text(mine, OVERVIEW).count('class="card"') == 2


def test_the_menu_shows_an_outage(mine: Client, shop: Shop):
    connection = make_connection(shop)
    assert 'aria-label="connected"' in text(mine)
    circuit_breaker.record_failure(connection, ApiUnavailable("down"))
    assert 'aria-label="needs attention"' in text(mine)
    assert "data-go-i=" in text(mine), "orders that came in before can still be imported"


def test_only_an_address_of_a_page_becomes_a_link(mine: Client, shop: Shop):
    make_connection(shop, site_url="https://www.example.nl")
    make_connection(shop, external_id="instance-2", site_url="javascript:alert(1)")
    said = text(mine)
    assert 'href="https://www.example.nl"' in said
    assert "javascript:" not in said


def test_the_page_says_how_many_orders_wait_and_what_they_become(mine: Client, shop: Shop):
    mirror_order(make_connection(shop), make_order(1))
    said = " ".join(text(mine).split())
    assert '<span class="btn__count"> 1 <span' in said
    assert "Orders become a draft with <strong> PostNL, Parcel</strong>." in said


def test_counts_of_a_site_do_not_multiply_each_other(mine: Client, shop: Shop):
    connection = make_connection(shop)
    for number in (1, 2, 3):
        mirror_order(connection, make_order(number))
    for number in (4, 5):
        make_fulfillment(connection, number, state="needs_attention")
    said = text(mine, OVERVIEW)
    assert "2 updates failed" in said
    assert re.search(r">\s*5 to import\s*</a>", said)
    assert "5 paid orders not sent yet" in text(mine)


def test_consent_says_what_is_not_done_and_never_that_it_cannot_be(mine: Client, shop: Shop):
    for _connected in (False, True):
        said = text(mine)
        assert "We cancel no orders, refund nothing and send no email through Acme." in said
        assert "cannot charge" not in said
        make_connection(shop)


def test_the_page_says_what_upkeep_and_checkout_need(mine: Client, shop: Shop):
    said = text(mine)
    assert "Nothing in Acme has to be updated." in said
    assert "The checkout of Acme shows no delivery options of MyParcel." in said
    assert "Acme mails the buyer." in said


def test_only_shop_systems_that_can_be_connected_are_shown(mine: Client, shop: Shop):
    said = text(mine, OVERVIEW)
    assert said.count('class="card"') == 1
    for absent in ("Coming soon", "WooCommerce", "Shopify", "Lightspeed"):
        assert absent not in said


def test_lost_consent_says_since_when_and_asks_to_connect_again(mine: Client, shop: Shop):
    connection = make_connection(shop)
    circuit_breaker.record_failure(connection, ApiUnauthorized("gone", status=401))
    said = text(mine)
    assert "Acme no longer accepts our connection." in said
    assert "Reconnect" in said
    assert "Sync now" not in said


def test_a_missing_permission_says_where_to_accept_it(mine: Client, shop: Shop):
    circuit_breaker.record_failure(make_connection(shop), ApiUnauthorized("", status=403))
    assert "Manage Apps" in text(mine)


def test_trouble_that_passes_says_when_the_next_try_is(mine: Client, shop: Shop):
    connection = make_connection(shop)
    circuit_breaker.record_failure(connection, ApiUnavailable("too many requests", status=429, retry_after=1800))
    said = text(mine)
    assert "Acme asked us to slow down." in said
    assert "Next try:" in said
    assert "Reconnect" not in said


def test_staff_cannot_reconnect_but_reads_why(colleague: Client, shop: Shop):
    circuit_breaker.record_failure(make_connection(shop), ApiUnauthorized("gone", status=401))
    said = text(colleague)
    assert "Reconnect" not in said
    assert "Only an Owner or Admin can connect or disconnect." in said


def test_before_the_first_reading_nothing_is_said_of_how_many_orders_are_open(mine: Client, shop: Shop):
    made = make_connection(shop)
    assert "Open in Acme" not in text(mine)
    Connection.objects.filter(pk=made.pk).update(synced_at=timezone.now())
    assert "Open in Acme" in text(mine)


def test_synchronise_now_queues_one_run_however_often_it_is_pressed(mine: Client, shop: Shop):
    connection = make_connection(shop)
    path = f"/integratie/{connection.public_id}/synchroniseer/"
    assert mine.post(path)["Location"] == ACME
    mine.post(path)
    assert SyncRun.objects.count() == 1
    assert "Syncing" in text(mine)


def test_synchronise_now_leads_back_to_where_it_was_pressed(mine: Client, shop: Shop):
    path = f"/integratie/{make_connection(shop).public_id}/synchroniseer/"
    assert (
        mine.post(path, {"next": "/zendingen/importeren/?include_imported=1"})["Location"]
        == "/zendingen/importeren/?include_imported=1"
    )
    assert mine.post(path, {"next": "https://evil.example/"})["Location"] == ACME


def test_a_site_that_lost_its_consent_is_not_synchronised(mine: Client, shop: Shop):
    connection = make_connection(shop, state="reconnect")
    mine.post(f"/integratie/{connection.public_id}/synchroniseer/")
    assert not SyncRun.objects.exists()
    assert "This site is no longer connected." in text(mine)


def test_revoking_asks_first_and_says_that_the_app_stays_in_acme(mine: Client, shop: Shop):
    connection = make_connection(shop)
    said = text(mine, f"/integratie/{connection.public_id}/intrekken/")
    assert "The app stays in Acme." in said
    assert "Remove it in Acme as well" in said
    connection.refresh_from_db()
    assert connection.is_active


def test_revoking_counts_the_updates_that_will_not_be_sent(mine: Client, shop: Shop):
    connection = make_connection(shop)
    make_fulfillment(connection)
    assert "1 update is still queued" in text(mine, f"/integratie/{connection.public_id}/intrekken/")


def test_revoking_forgets_the_tokens_and_keeps_what_was_read(mine: Client, shop: Shop):
    connection = make_connection(shop, token_encrypted="sealed")
    mirror_order(connection)
    path = f"/integratie/{connection.public_id}/intrekken/"
    assert mine.post(path)["Location"] == ACME
    connection.refresh_from_db()
    assert (connection.state, connection.token_encrypted) == ("disconnected", "")
    assert shop.externalorders.count() == 1
    assert "Give consent" in text(mine)


def test_pressing_revoke_twice_is_no_dead_end(mine: Client, shop: Shop):
    path = f"/integratie/{make_connection(shop).public_id}/intrekken/"
    mine.post(path)
    assert mine.post(path)["Location"] == ACME
    assert mine.get(path)["Location"] == ACME


def test_staff_cannot_revoke(colleague: Client, shop: Shop):
    connection = make_connection(shop)
    path = f"/integratie/{connection.public_id}/intrekken/"
    assert (colleague.get(path).status_code, colleague.post(path).status_code) == (403, 403)
    connection.refresh_from_db()
    assert connection.is_active
    assert path not in text(colleague)


@pytest.mark.parametrize("what", ["intrekken", "synchroniseer"])
def test_a_stranger_finds_nothing_of_another_shop(client_for, shop: Shop, rival: Shop, what: str):
    connection = make_connection(shop, site_name="Geheim Atelier")
    stranger = client_for(rival.memberships.get().user)
    assert stranger.post(f"/integratie/{connection.public_id}/{what}/").status_code == 404
    for path in (OVERVIEW, ACME):
        assert "Geheim Atelier" not in text(stranger, path)
    connection.refresh_from_db()
    assert connection.is_active
    assert not SyncRun.objects.exists()


def test_every_failed_update_goes_back_in_the_queue_at_once(mine: Client, shop: Shop, rival: Shop):
    connection = make_connection(shop)
    mine_failed = [make_fulfillment(connection, number, state="needs_attention") for number in (1, 2)]
    stopped = make_fulfillment(make_connection(shop, state="reconnect"), 3, state="needs_attention")
    theirs = make_fulfillment(make_connection(rival), 4, state="needs_attention")
    again = "/integratie/acme/opnieuw-terugkoppelen/"
    assert f'action="{again}"' in mine.get("/integratie/acme/").content.decode()
    assert "2 updates are in the queue again." in mine.post(again, follow=True).content.decode()
    assert "Nothing to retry" in mine.post(again, follow=True).content.decode()
    states = dict(Fulfillment.objects.values_list("pk", "state"))
    assert [states[row.pk] for row in mine_failed] == ["due", "due"]
    assert states[stopped.pk] == states[theirs.pk] == "needs_attention"
    assert mine.get(again).status_code == 405


def test_the_page_says_when_orders_are_read_again(mine: Client, shop: Shop, settings):
    settings.SYNC_EVERY_SECONDS = 300
    make_connection(shop, synced_at=timezone.now())
    assert "then every 5 minutes" in mine.get(ACME).content.decode()
    Connection.objects.update(last_error={"en": "Acme is not answering."}, failing_since=timezone.now())
    assert "then every" not in mine.get(ACME).content.decode()


def test_a_stopped_connection_says_what_waits_for_it(mine: Client, shop: Shop):
    make_fulfillment(
        make_connection(shop, state="reconnect", last_error={"en": "Connect again."}, failing_since=timezone.now())
    )
    said = mine.get(ACME).content.decode()
    assert "Waiting for the connection" in said
    assert "1 in the queue; sent automatically once you are connected" in said


def test_failed_updates_are_named_with_a_retry(mine: Client, shop: Shop):
    failed = make_fulfillment(make_connection(shop), state="needs_attention", last_error={"en": "Acme refused it."})
    said = text(mine)
    assert "Acme refused it." in said
    assert f"/zendingen/{failed.source_id}/terugkoppelen/" in said


def test_the_pages_ask_the_database_as_often_for_one_site_as_for_many(
    mine: Client, shop: Shop, django_assert_max_num_queries
):
    for site in range(8):
        connection = make_connection(shop)
        for number in range(3):
            make_fulfillment(connection, 100 * site + number, state="needs_attention")
    for path in (OVERVIEW, ACME):
        with django_assert_max_num_queries(12):
            mine.get(path)
