"""One order never harms another, one reading no other reading, one shop no other shop; and what went wrong is told."""

from dataclasses import replace

import pytest
from django.utils import timezone
from django.utils.translation import override

from integrations.models import SyncRun, WebhookEvent
from integrations.orders import RejectedOrder, Unread, UnreadableReason
from integrations.services import mirror, read_again, sync, webhook_inbox
from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import FakePlatform, make_event, make_order
from shops.models import Shop

pytestmark = pytest.mark.django_db


def fail_for(number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something that nobody thought of happens with this order."""
    build = mirror._row

    def build_or_fail(connection, order, known):
        if order.number == number:
            raise ZeroDivisionError(number)
        return build(connection, order, known)

    monkeypatch.setattr(mirror, "_row", build_or_fail)


def test_an_order_with_something_nobody_thought_of_is_set_aside_and_the_rest_goes_on(acme: FakePlatform, monkeypatch):
    fail_for("2", monkeypatch)
    connection = make_connection()
    counts = mirror.store_orders(connection, [make_order(number) for number in (1, 2, 3)])
    assert (counts["created"], counts["rejected"]) == (2, 1)
    told = connection.unreadable_orders.get()
    assert (told.number, told.reason) == ("2", UnreadableReason.UNEXPECTED)


def test_an_order_that_fits_no_database_is_set_aside_before_one_is_asked(acme: FakePlatform):
    orders = [
        make_order(1),
        make_order(2, external_id="a\0b"),
        make_order(3, created_at=make_order().created_at.replace(year=9999)),
        make_order(4, lines=(replace(make_order().lines[0], quantity=2**70),)),
        make_order(5),
    ]
    connection = make_connection()
    mirror.store_orders(connection, orders)
    assert set(connection.orders.values_list("number", flat=True)) == {"1", "5"}
    assert {told.number: told.reason for told in connection.unreadable_orders.all()} == {
        "2": UnreadableReason.ID,
        "3": UnreadableReason.MOMENT,
        "4": UnreadableReason.PIECES,
    }


def test_a_reading_that_breaks_leaves_the_other_readings_alone_and_is_told_at_once(
    acme: FakePlatform, client_for, shop: Shop
):
    broken, well = make_connection(shop, external_id="broken"), make_connection(external_id="well")
    acme.orders = [make_order(1)]
    read, opened = acme.orders_page, acme.open

    def open_one(installation_id, tokens):
        acme.orders_page = fail if installation_id == "broken" else read
        return opened(installation_id, tokens)

    def fail(**_question):
        raise ZeroDivisionError

    acme.open = open_one
    for connection in (broken, well):
        sync.request_sync(connection)
    assert sync.sync_due() == 2
    runs = {run.connection.external_id: run for run in SyncRun.objects.all()}
    assert (runs["well"].state, well.orders.count()) == ("done", 1)
    assert (runs["broken"].state, runs["broken"].next_at, runs["broken"].lease_token) == ("failed", None, None)
    page = client_for(shop.memberships.get().user).get("/integratie/acme/").content.decode()
    assert "Het lezen van de orders uit Acme mislukte door een fout in ons programma." in page
    acme.open = opened
    acme.orders_page = read
    sync.request_sync(broken)
    sync.sync_due()
    broken.refresh_from_db()
    assert broken.last_error == {}


def test_a_reading_that_kills_its_workers_is_told_too(acme: FakePlatform):
    connection = make_connection()
    run = sync.request_sync(connection)
    SyncRun.objects.update(attempts=SyncRun.max_crashes)
    sync.sync_due()
    run.refresh_from_db()
    connection.refresh_from_db()
    assert run.state == "failed"
    assert "error in our program" in connection.last_error["en"]


def test_a_message_about_an_order_that_breaks_us_leaves_the_messages_about_others(acme: FakePlatform):
    connection = make_connection(external_id="instance-1")
    acme.orders = [make_order(number) for number in range(1, 8)]
    ask = acme.fetch_orders

    def ask_or_fail(order_ids):
        if "order-3" in order_ids:
            raise ZeroDivisionError
        return ask(order_ids)

    acme.fetch_orders = ask_or_fail
    for number in range(1, 8):
        acme.events[f"event-{number}"] = make_event(f"event-{number}", order_id=f"order-{number}")
        webhook_inbox.receive("acme", {}, f"event-{number}".encode())
    webhook_inbox.apply_due()
    states = dict(WebhookEvent.objects.values_list("order_id", "state"))
    assert states.pop("order-3") == "received"
    assert set(states.values()) == {"applied"}
    assert connection.orders.count() == 6
    assert WebhookEvent.objects.get(order_id="order-3").lease_token is None


def test_a_site_whose_messages_break_us_leaves_the_other_sites(acme: FakePlatform, monkeypatch):
    make_connection(external_id="broken")
    well = make_connection(external_id="well")
    acme.orders = [make_order(1)]
    for site in ("broken", "well"):
        acme.events[site] = make_event(site, installation=site, order_id="order-1")
        webhook_inbox.receive("acme", {}, site.encode())
    apply = webhook_inbox._apply_batch

    def apply_or_fail(connection, rows):
        if connection.external_id == "broken":
            raise ZeroDivisionError
        return apply(connection, rows)

    monkeypatch.setattr(webhook_inbox, "_apply_batch", apply_or_fail)
    webhook_inbox.apply_due()
    assert well.orders.count() == 1


def test_an_unreadable_order_is_not_one_the_shop_deleted(acme: FakePlatform):
    connection = make_connection()
    mirror.store_orders(connection, [make_order(1)])
    acme.rejected = [RejectedOrder("order-1", "1", UnreadableReason.PIECES)]
    assert read_again.refresh_orders(connection, list(connection.orders.all())) == set()
    assert connection.unreadable_orders.get().reason == UnreadableReason.PIECES


def test_an_erased_order_is_not_told_as_unreadable(acme: FakePlatform):
    connection = make_connection()
    erased = connection.erased_orders.model
    connection.erased_orders.create(fingerprint=erased.make_fingerprint("order-1"))
    mirror.store_orders(connection, [], [RejectedOrder("order-1", "1", UnreadableReason.PIECES)])
    assert not connection.unreadable_orders.exists()


def test_an_order_without_an_id_is_looked_for_by_reading_all_again(acme: FakePlatform):
    connection = make_connection()
    mirror.store_orders(connection, [], [RejectedOrder("?abc", "7", UnreadableReason.ID)])
    assert read_again.retry_unreadable(connection.unreadable_orders.get())
    assert connection.syncs.exists()
    assert "fetch_orders" not in acme.calls


def test_an_order_that_does_not_say_when_it_changed_is_taken_for_the_latest(acme: FakePlatform):
    connection = make_connection()
    known = make_order(1)
    mirror.store_orders(connection, [known])
    undated = replace(known, updated_at=known.created_at.replace(year=2025), email="new@example.com")
    mirror.store_orders(connection, [replace(undated, unread=(Unread.CHANGED_AT,))])
    row = connection.orders.get()
    assert row.order.email == "new@example.com"
    assert row.changed_at == known.updated_at, "an older one with a date must still not overwrite it"


@pytest.mark.parametrize("reason", UnreadableReason)
@pytest.mark.parametrize("number", ["20036", ""])
def test_every_reason_is_a_sentence_about_the_order_and_says_what_to_do(
    acme: FakePlatform, client_for, shop: Shop, reason, number
):
    connection = make_connection(shop, synced_at=timezone.now())
    mirror.store_orders(connection, [], [RejectedOrder("x", number, reason)])
    told = connection.unreadable_orders.get()
    for language, nameless, todo in (
        ("en", "an order without a number", ("try again", "support", "ship it from there")),
        ("nl", "een order zonder nummer", ("het dan opnieuw", "klantenservice", "daarvandaan")),
    ):
        order = f"order {number}" if number else nameless
        with override(language):
            sentence = str(told.message)
        assert order in sentence
        assert any(words in sentence for words in todo), sentence
        assert sentence.endswith(".")
        assert not any(sign in sentence for sign in "_{}:"), "no codes and no names of fields"
    page = client_for(shop.memberships.get().user).get("/zendingen/importeren/").content.decode()
    assert sentence in page


def test_a_reason_stored_by_an_earlier_version_becomes_a_sentence_too(acme: FakePlatform):
    connection = make_connection()
    mirror.store_orders(connection, [], [RejectedOrder("x", "7", "lineItems.0.quantity: int_parsing")])
    assert "lineItems" not in str(connection.unreadable_orders.get().message)


def test_a_message_about_an_order_that_cannot_be_read_is_dealt_with_and_told(acme: FakePlatform):
    acme.rejected = [RejectedOrder("order-2", "2", UnreadableReason.LINES)]
    connection = make_connection(external_id="instance-1")
    acme.events["e"] = make_event("e", order_id="order-2")
    webhook_inbox.receive("acme", {}, b"e")
    webhook_inbox.apply_due()
    assert WebhookEvent.objects.get().state == "applied"
    assert connection.unreadable_orders.get().number == "2"
