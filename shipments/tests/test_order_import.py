"""Importing: each open order becomes exactly one draft with the shop's preferences, or fails with a reason."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from math import ceil

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from integrations.models import Connection, ExternalOrder
from integrations.orders import OrderAddress, OrderLine, OrderStatus, PaymentStatus
from integrations.services.erasure import erase
from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import FakePlatform, abroad, make_order
from jobs import registry, runner
from jobs.models import Job
from lib.leases import claim
from shipments.models import JobItem, Shipment
from shipments.services.imports import order_import
from shipments.services.imports.order_changes import apply_due
from shops.models import PackagePreferences

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection(shop) -> Connection:
    PackagePreferences.objects.get_or_create(shop=shop)
    return make_connection(shop)


def import_all(connection: Connection, user, key: str = "once") -> Job:
    orders = ExternalOrder.objects.filter(connection=connection).order_by("pk")
    job = order_import.start_import(connection.shop, user, orders=orders, key=key)
    runner.run_due()
    job.refresh_from_db()
    return job


def test_a_paid_order_becomes_a_draft_with_the_shops_preferences(acme: FakePlatform, connection, owner):
    PackagePreferences.objects.update(signature=True)
    mirror_order(connection, make_order())
    job = import_all(connection, owner)
    shipment = Shipment.objects.get()
    assert (job.state, shipment.status, shipment.reference) == ("done", "draft", "10231")
    assert (shipment.carrier, shipment.package_type, shipment.signature) == ("postnl", "package", True)
    assert (shipment.street, shipment.number, shipment.postal_code) == ("Lindelaan", "12", "3524 KB")
    assert (shipment.weight, shipment.value) == (700, Decimal("29.90"))
    line = {"id": "line-1", "pieces": 2, "name": "Mok Zeegroen", "sku": "MOK-1", "weight": 350}
    assert shipment.order_lines == [line]
    assert shipment.blocked_by == ""
    assert shipment.events.get().kind == "imported"


def test_importing_twice_finds_the_draft_that_is_there(acme: FakePlatform, connection, owner):
    mirror_order(connection)
    import_all(connection, owner)
    again = import_all(connection, owner, key="again")
    item = again.items.get()
    assert (item.state, item.shipment) == ("already", Shipment.objects.get())


def test_a_double_click_starts_one_job(acme: FakePlatform, connection, owner):
    mirror_order(connection)
    first = order_import.start_import(connection.shop, owner, orders=ExternalOrder.objects.all(), key="k")
    second = order_import.start_import(connection.shop, owner, orders=ExternalOrder.objects.all(), key="k")
    assert first == second
    assert first.items.count() == 1


def test_an_order_of_another_shop_is_not_imported(acme: FakePlatform, connection, owner, rival):
    mirror_order(make_connection(rival))
    job = order_import.start_import(connection.shop, owner, orders=ExternalOrder.objects.all(), key="k")
    assert job.total == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"payment": PaymentStatus.NOT_PAID}, "not_paid"),
        ({"status": OrderStatus.CANCELED}, "canceled"),
        ({"pickup": True}, "pickup"),
        ({"archived": True}, "archived"),
        ({"lines": ()}, "nothing_to_ship"),
    ],
)
def test_what_may_not_be_imported_is_refused_with_a_sentence(acme: FakePlatform, connection, owner, changes, code):
    mirror_order(connection, make_order(**changes))
    mirror_order(connection, make_order(10232))
    job = import_all(connection, owner)
    refused = job.items.get(state="refused")
    assert refused.code == code
    assert refused.reason["nl"] != refused.reason["en"]
    assert Shipment.objects.get().reference == "10232"


def test_the_rest_of_the_world_comes_in_with_postnl_and_waits_for_customs_data(acme: FakePlatform, connection, owner):
    mirror_order(connection, abroad("US", region="NY"))
    import_all(connection, owner)
    shipment = Shipment.objects.get()
    assert shipment.blocked_by == "customs"
    item = shipment.customs_items.get()
    assert (item.description, item.quantity, item.weight, item.value) == ("Mok Zeegroen", 2, 350, 1495)


def test_the_rest_of_the_world_with_another_carrier_is_refused_and_names_the_setting(acme, connection, owner):
    PackagePreferences.objects.update(carrier="dhlforyou")
    mirror_order(connection, abroad("US"))
    job = import_all(connection, owner)
    assert "PostNL" in job.items.get().reason["nl"]
    assert job.items.get().retryable
    assert not Shipment.objects.exists()


def test_the_command_names_each_order_that_was_not_imported(acme: FakePlatform, connection, owner, capsys):
    PackagePreferences.objects.update(carrier="dhlforyou")
    mirror_order(connection, abroad("US"))
    with pytest.raises(CommandError):
        call_command("import_orders")
    assert "PostNL" in capsys.readouterr().out


def test_europe_works_at_once(acme: FakePlatform, connection, owner):
    address = OrderAddress("Lisa", "Muster", line1="Ehrenstraße 15", postal_code="50672", city="Köln", country="DE")
    mirror_order(connection, make_order(address=address))
    import_all(connection, owner)
    assert Shipment.objects.get().blocked_by == ""


@pytest.mark.parametrize(
    "address",
    [
        OrderAddress(),
        OrderAddress(first_name="Mees", line1="Havenstraat", postal_code="8911 BK", city="Leeuwarden", country="NL"),
        OrderAddress(first_name="Greta", line1="Dronningens gate 14", postal_code="7011", city="Trondheim"),
    ],
)
def test_an_address_that_cannot_be_repaired_is_a_warning_never_a_lost_order(acme, connection, owner, address):
    mirror_order(connection, make_order(address=address))
    import_all(connection, owner)
    shipment = Shipment.objects.get()
    assert shipment.blocked_by == "address"
    assert shipment.problems[0]["text"]["nl"]


def test_an_order_of_absurdly_much_is_a_draft_that_says_so(acme: FakePlatform, connection, owner):
    """More than the column holds: SQLite would store it and fail to read it."""
    mirror_order(connection, make_order(lines=(replace(make_order().lines[0], quantity=100_000, weight=10**6),)))
    import_all(connection, owner)
    draft = Shipment.objects.get()
    assert (draft.blocked_by, draft.weight) == ("parcel", 10**9)


def test_a_missing_weight_takes_the_shops_default_and_says_so(acme: FakePlatform, connection, owner):
    mirror_order(connection, make_order(lines=(OrderLine("l", "Vaas", 1),)))
    import_all(connection, owner)
    shipment = Shipment.objects.get()
    assert shipment.weight == 1000
    assert "weight_default" in {note["code"] for note in shipment.notes}


def test_an_endless_name_is_shortened_and_shown_whole_in_a_note(acme: FakePlatform, connection, owner):
    order = make_order()
    mirror_order(connection, make_order(address=replace(order.address, last_name="V" * 95)))
    import_all(connection, owner)
    shipment = Shipment.objects.get()
    assert len(shipment.person) <= 50
    assert any("V" * 95 in note["text"]["nl"] for note in shipment.notes)


def test_only_what_is_left_to_ship_is_in_the_parcel(acme: FakePlatform, connection, owner):
    lines = (
        OrderLine("a", "Mok", 3, fulfilled=2, weight=300),
        OrderLine("b", "E-book", 1, shippable=False),
        OrderLine("c", "Poster", 1, third_party_fulfilled=True),
    )
    mirror_order(connection, make_order(lines=lines))
    import_all(connection, owner)
    assert [(line["id"], line["pieces"]) for line in Shipment.objects.get().order_lines] == [("a", 1)]


def test_a_killed_import_goes_on_and_imports_each_order_once(acme: FakePlatform, connection, owner, monkeypatch):
    monkeypatch.setattr(runner, "ITEM_BATCH_SIZE", 2)
    for number in range(1, 6):
        mirror_order(connection, make_order(number))
    job = order_import.start_import(connection.shop, owner, orders=ExternalOrder.objects.all(), key="k")
    original, batches = order_import.import_batch, []

    def die_in_the_second_batch(job, items):
        batches.append(items)
        if len(batches) == 2:
            raise KeyboardInterrupt
        original(job, items)

    dying = replace(registry.find_handler("import"), run_batch=die_in_the_second_batch)
    monkeypatch.setitem(registry._handlers, "import", dying)
    with pytest.raises(KeyboardInterrupt):
        runner.run_due()
    assert Shipment.objects.count() == 2
    monkeypatch.undo()
    runner.run_due()
    assert Shipment.objects.count() == 2, "the dead worker's lease still stands"
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    runner.run_due()
    job.refresh_from_db()
    assert (job.state, Shipment.objects.count()) == ("done", 5)


def test_a_worker_that_lost_its_lease_writes_nothing(acme: FakePlatform, connection, owner):
    mirror_order(connection)
    order_import.start_import(connection.shop, owner, orders=ExternalOrder.objects.all(), key="k")
    (slow,) = claim(Job.objects.due(), limit=1)
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    (fast,) = claim(Job.objects.due(), limit=1)
    runner.run(slow)
    assert not Shipment.objects.exists()
    runner.run(fast)
    assert Shipment.objects.count() == 1


def test_stopping_ends_after_the_batch_and_what_is_done_stays(acme: FakePlatform, connection, owner, monkeypatch):
    monkeypatch.setattr(runner, "ITEM_BATCH_SIZE", 2)
    for number in range(1, 6):
        mirror_order(connection, make_order(number))
    job = order_import.start_import(connection.shop, owner, orders=ExternalOrder.objects.all(), key="k")
    runner.request_stop(job)
    runner.run_due()
    job.refresh_from_db()
    progress = runner.progress(job)
    assert (job.state, progress.ok, progress.stopped) == ("cancelled", 2, 3)


def test_a_revoked_connection_refuses_and_retrying_works_after_reconnecting(acme: FakePlatform, connection, owner):
    mirror_order(connection)
    Connection.objects.update(state="disconnected")
    job = import_all(connection, owner)
    assert job.items.get().code == "not_connected"
    Connection.objects.update(state="active")
    Job.objects.update(payload={"on_request": True, "put_off": 9, "waiting": {"en": "Acme is not answering."}})
    again = runner.retry_failed(Job.objects.get(), owner)
    assert runner.retry_failed(job, owner) == again
    assert again.payload == {"on_request": True}, "how long the first one waited is not carried along"
    runner.run_due()
    assert Shipment.objects.count() == 1


def test_a_thousand_orders_take_a_bounded_number_of_queries(
    acme: FakePlatform, connection, owner, django_assert_max_num_queries
):
    for number in range(1, 301):
        mirror_order(connection, make_order(number))
    job = order_import.start_import(connection.shop, owner, orders=ExternalOrder.objects.all(), key="k")
    # SQLite limits the values per statement, so rows with more columns need more statements per batch.
    wide = (Shipment, JobItem)
    statements = 3 * sum(ceil(100 / (999 // len(model._meta.local_concrete_fields))) for model in wide)
    with django_assert_max_num_queries(62 + statements):
        runner.run_due()
    assert runner.progress(job).ok == 300


def test_an_order_that_changes_while_it_is_imported_is_followed_afterwards(
    acme: FakePlatform, connection, owner, monkeypatch
):
    """Between reading the order and saving the draft, the periodic task finds no shipment and marks the change as
    applied.
    """
    order = mirror_order(connection, make_order())
    moved = replace(order.order.address, line1="Kerkstraat 7", postal_code="3701 AA", city="Zeist")
    original = order_import.draft_from_order

    def change_and_sweep_meanwhile(*given):
        later = order.changed_at + timedelta(hours=1)
        mirror_order(connection, replace(order.order, updated_at=later, address=moved))
        apply_due()
        assert not ExternalOrder.objects.get().changes_pending
        return original(*given)

    monkeypatch.setattr(order_import, "draft_from_order", change_and_sweep_meanwhile)
    import_all(connection, owner)
    monkeypatch.undo()
    assert Shipment.objects.get().city == "Utrecht"
    apply_due()
    assert Shipment.objects.get().city == "Zeist"


def test_an_order_that_is_as_it_was_read_needs_no_following(acme: FakePlatform, connection, owner):
    """A sweep after every import would look at each of its orders again."""
    mirror_order(connection, make_order())
    apply_due()
    import_all(connection, owner)
    assert Shipment.objects.get().city == "Utrecht"
    assert not ExternalOrder.objects.get().changes_pending


def test_a_buyer_erased_while_the_order_is_imported_is_followed_afterwards(
    acme: FakePlatform, connection, owner, monkeypatch
):
    order = mirror_order(connection, make_order())
    apply_due()
    original = order_import.draft_from_order

    def erase_meanwhile(*given):
        erase(connection, order.external_id)
        return original(*given)

    monkeypatch.setattr(order_import, "draft_from_order", erase_meanwhile)
    import_all(connection, owner)
    assert ExternalOrder.objects.get().changes_pending
