"""Twenty at a barrier, in real threads on a real database: one run, one draft, one label, one call.

SQLite lets one transaction write at a time, so fewer people race there.
"""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.cache import caches
from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from carriers.gateways.local import LocalGateway
from integrations.models import Connection, ExternalOrder, Fulfillment, SyncRun, WebhookEvent
from integrations.providers import get_provider
from integrations.providers.base import VerifiedInstall
from integrations.services import connections, fulfillments, sync, webhook_inbox
from integrations.services.tokens import ConnectionTokens
from integrations.tests.factories import make_connection, make_fulfillment, mirror_order
from integrations.tests.fake_platform import FakePlatform, make_event, make_order
from jobs import runner
from lib.leases import claim
from shipments.models import Shipment
from shipments.services.drafts.save import EditConflict, NotADraft
from shipments.services.drafts.split import even_split, recreate_draft, split_draft
from shipments.services.imports import order_import
from shipments.services.labels import register
from shipments.services.labels.cancel import CancelError, cancel_label
from shipments.services.labels.returns import create_return
from shipments.tests.factories import fill_sender, make_shipment
from shops.models import PackagePreferences, ShippingRule
from shops.services.shipping_rules import add_rule, move_rule
from shops.tests.factories import make_rule

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 20 if database.vendor == "postgresql" else 4
ORDERS = 60


def at_once(action, times: int = PEOPLE) -> None:
    """Run it in this many threads, which wait for each other first; an error in any thread fails the test."""
    barrier = Barrier(times)

    def in_a_thread(number: int) -> None:
        try:
            barrier.wait(timeout=30)
            action(number)
        finally:
            database.close()

    with ThreadPoolExecutor(times) as pool:
        list(pool.map(in_a_thread, range(times)))


@pytest.fixture
def orders(acme: FakePlatform, shop, owner):
    fill_sender(shop)
    connection = make_connection(shop)
    acme.orders = [make_order(number) for number in range(1, ORDERS + 1)]
    for order in acme.orders:
        mirror_order(connection, order)
    return ExternalOrder.objects.filter(connection=connection).order_by("pk")


def test_people_who_import_the_same_orders_at_once_get_each_order_once(orders, shop, owner):
    jobs = [order_import.start_import(shop, owner, orders=orders, key=f"person-{number}") for number in range(PEOPLE)]
    at_once(lambda _number: runner.run_due())
    assert Shipment.objects.count() == ORDERS
    assert Shipment.objects.values("order").distinct().count() == ORDERS
    for job in jobs:
        job.refresh_from_db()
        assert job.state == "done"
        assert set(job.items.values_list("state", flat=True)) <= {"ok", "already"}


def test_double_clicks_at_the_same_moment_make_one_new_draft(orders, shop, owner):
    gone = make_shipment(shop, status="cancelled")
    at_once(lambda _number: recreate_draft(gone, by=owner))
    assert shop.shipments.filter(status="draft").count() == 1


def test_two_parcels_of_an_order_become_drafts_again_at_the_same_moment(orders, shop, owner):
    parts = [make_shipment(shop, order=orders[0], parcel_number=number, status="cancelled") for number in (1, 2)]
    at_once(lambda number: recreate_draft(parts[number], by=owner), times=2)
    assert sorted(shop.shipments.filter(status="draft").values_list("parcel_number", flat=True)) == [3, 4]


def test_people_who_ask_for_a_return_at_once_get_one_return(shop, owner, monkeypatch):
    """Also without the cache, whose lock prevents most of these requests."""
    monkeypatch.setattr(type(caches["default"]), "add", lambda *_args, **_options: True)
    fill_sender(shop)
    out = make_shipment(shop, status="printed", barcode="3STBPO1", gateway="local")
    at_once(lambda _number: create_return(Shipment.objects.select_related("shop").get(pk=out.pk), by=owner))
    assert out.returns.count() == 1
    assert out.events.filter(kind="return").count() == 1


def test_double_clicks_at_the_same_moment_start_one_import(orders, shop, owner):
    at_once(lambda _number: order_import.start_import(shop, owner, orders=orders, key="one-form"))
    assert shop.jobs.count() == 1
    assert shop.jobs.get().items.count() == ORDERS


def test_people_who_make_the_same_labels_at_once_make_each_label_once(orders, acme, shop, owner):
    order_import.start_import(shop, owner, orders=orders, key="import")
    runner.run_due()
    shipments = shop.shipments.order_by("pk")
    for number in range(PEOPLE):
        register.start_labels(shop, owner, shipments=shipments, layout="a6", start=1, key=f"person-{number}")
    at_once(lambda _number: runner.run_due())
    assert Fulfillment.objects.count() == ORDERS
    barcodes = list(Shipment.objects.values_list("barcode", flat=True))
    assert None not in barcodes
    assert len(set(barcodes)) == ORDERS


def test_workers_who_push_at_once_tell_the_shop_once(orders, acme, shop, owner):
    order_import.start_import(shop, owner, orders=orders, key="import")
    runner.run_due()
    register.start_labels(shop, owner, shipments=shop.shipments.all(), layout="a6", start=1, key="labels")
    runner.run_due()
    at_once(lambda _number: fulfillments.push_due(seconds=5))
    assert set(Fulfillment.objects.values_list("state", flat=True)) == {"done"}
    assert sum(len(kept) for kept in acme.fulfillments.values()) == ORDERS


def test_a_schedule_and_people_who_press_at_once_start_one_reading(acme: FakePlatform, shop):
    connection = make_connection(shop)
    acme.orders = [make_order(number) for number in range(1, 31)]
    at_once(lambda number: sync.press_sync(connection) if number % 2 else sync.schedule_syncs())
    assert SyncRun.objects.count() == 1
    at_once(lambda _number: sync.sync_due(seconds=0))
    assert ExternalOrder.objects.count() == 30
    assert acme.calls.count("orders_page") == 1


def test_an_event_that_is_delivered_many_times_at_once_is_one_event(acme: FakePlatform, shop):
    connection = make_connection(shop)
    acme.orders = [make_order(1)]
    event = make_event("event-1", order_id="order-1", installation=connection.external_id)
    acme.events = {"event-1": event}
    at_once(lambda _number: webhook_inbox.receive("acme", {}, b"event-1"))
    assert WebhookEvent.objects.count() == 1
    at_once(lambda _number: webhook_inbox.apply_due(seconds=1))
    assert ExternalOrder.objects.count() == 1


def test_workers_without_a_token_ask_for_one_together(acme: FakePlatform, shop):
    connection = make_connection(shop, token_encrypted="", token_expires_at=timezone.now() - timedelta(hours=1))
    tokens = []
    at_once(lambda _number: tokens.append(ConnectionTokens(Connection.objects.get(pk=connection.pk)).token()))
    assert (len(tokens), len(set(tokens)), acme.calls.count("mint")) == (PEOPLE, 1, 1)


def test_a_site_that_is_connected_many_times_at_once_is_one_connection(acme: FakePlatform, shop, owner):
    installed = VerifiedInstall("instance-1", "site-1")
    at_once(lambda _number: connections.connect(shop, owner, get_provider("acme"), installed))
    assert Connection.objects.count() == 1
    assert SyncRun.objects.count() == 1


def test_a_draft_that_is_split_many_times_at_once_is_split_once(orders, shop, owner):
    order = orders[0]
    draft = make_shipment(shop, order=order, order_lines=[{"id": "line-1", "pieces": 2, "name": "Mok"}])

    def split(_number: int) -> None:
        own = Shipment.objects.select_related("shop").get(pk=draft.pk)
        try:
            split_draft(own, by=owner, version=draft.version, parts=parts)
        except (EditConflict, NotADraft):
            return

    parts = even_split(draft, 2)
    at_once(split)
    assert sorted(shop.shipments.values_list("parcel_number", flat=True)) == [1, 2]


def test_a_label_that_is_canceled_many_times_at_once_is_canceled_once(shop, owner, monkeypatch):
    fill_sender(shop)
    monkeypatch.setattr(LocalGateway, "cancel", lambda *_: None)
    label = make_shipment(shop, status="registered", barcode="3STBPO1", gateway="local")

    def cancel(_number: int) -> None:
        try:
            cancel_label(Shipment.objects.get(pk=label.pk), by=owner)
        except CancelError:
            return

    at_once(cancel)
    label.refresh_from_db()
    assert label.status == "cancelled"
    assert label.events.filter(kind="cancelled").count() == 1


def test_people_who_add_and_move_shipping_rules_at_once_leave_one_order_that_imports_follow(shop, owner):
    first = make_rule(shop)

    def change(number: int) -> None:
        rule = ShippingRule.objects.select_related("shop").get(pk=first.pk)
        add_rule(rule.shop, {"name": f"Rule of {number}", "signature": True}, by=owner)
        move_rule(rule, up=bool(number % 3), by=owner)

    at_once(change)
    rules = list(ShippingRule.objects.all())
    assert [rule.position for rule in rules] == list(range(1, PEOPLE + 2))
    followed = PackagePreferences.objects.get(shop=shop).shipping_rules
    assert [rule["name"] for rule in followed] == [rule.name for rule in rules]


@pytest.mark.skipif(database.vendor == "sqlite", reason="SQLite has no row locks: one transaction writes at a time")
def test_a_worker_who_claims_passes_over_rows_that_another_one_is_claiming(shop):
    shop_system = make_connection(shop)
    taken, free = make_fulfillment(shop_system, 1), make_fulfillment(shop_system, 2)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Fulfillment.objects.select_for_update().get(pk=taken.pk)
            claiming = pool.submit(claimed_in_a_thread)
            wait([claiming], timeout=5)
        assert claiming.result() == [free.pk]


def claimed_in_a_thread() -> list[int]:
    try:
        return [row.pk for row in claim(Fulfillment.objects.due().order_by("pk"), limit=2)]
    finally:
        database.close()
