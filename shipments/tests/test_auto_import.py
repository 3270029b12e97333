"""Automatic import: off by default, uses the import job, and never undoes a merchant's decision."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from integrations.models import Connection
from integrations.orders import PaymentStatus
from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import FakePlatform, abroad, make_order
from jobs import runner
from jobs.models import Job
from shipments.models import Shipment
from shipments.services.imports import auto_import, order_import
from shops.models import PackagePreferences, Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection(acme: FakePlatform, shop: Shop) -> Connection:
    PackagePreferences.objects.get_or_create(shop=shop)
    return make_connection(shop, auto_import=True)


def work() -> int:
    """Runs the periodic task; returns the number of orders an import was started for."""
    started = auto_import.start_due()
    runner.run_due()
    return started


def test_a_paid_order_becomes_a_draft_by_itself_and_the_log_says_so(connection: Connection):
    mirror_order(connection)
    assert work() == 1
    event = Shipment.objects.get().events.get()
    assert (event.actor, event.text["nl"]) == (None, "Geïmporteerd uit Acme (automatisch)")


def test_it_is_off_unless_asked_for(acme: FakePlatform, shop: Shop):
    connection = make_connection(shop)
    mirror_order(connection)
    assert not connection.auto_import
    assert work() == 0


def test_twice_in_a_row_imports_once(connection: Connection):
    mirror_order(connection)
    assert [work(), work()] == [1, 0]
    assert Job.objects.count() == 1


def test_two_workers_at_the_same_moment_start_one_job(connection: Connection):
    mirror_order(connection)
    preferences = connection.shop.preferences
    chosen = list(auto_import.importable_orders(connection, preferences.saved_at).values_list("pk", "changed_at"))
    keys = {auto_import._key(connection, chosen) for _worker in range(2)}
    assert len(keys) == 1


def test_while_one_runs_no_other_starts(connection: Connection):
    mirror_order(connection)
    auto_import.start_due()
    mirror_order(connection, make_order(10232))
    assert auto_import.start_due() == 0
    runner.run_due()
    assert work() == 1
    assert Shipment.objects.count() == 2


def test_an_order_that_is_not_paid_waits(connection: Connection):
    order = make_order(payment=PaymentStatus.NOT_PAID)
    mirror_order(connection, order)
    assert work() == 0
    mirror_order(connection, replace(order, payment=PaymentStatus.PAID))
    assert work() == 1


def test_a_draft_that_a_person_threw_away_does_not_come_back(connection: Connection):
    mirror_order(connection)
    work()
    shipment = Shipment.objects.get()
    Shipment.objects.filter(pk=shipment.pk).update(deleted_at=timezone.now())
    assert work() == 0
    shipment.delete()
    assert work() == 0


def test_what_a_person_imported_and_threw_away_does_not_come_back_either(connection: Connection, owner: User):
    mirror_order(connection)
    order_import.start_import(connection.shop, owner, orders=connection.orders.all(), key="by hand")
    runner.run_due()
    Shipment.objects.all().delete()
    assert work() == 0


def test_a_refused_order_is_not_tried_again_as_it_is(connection: Connection):
    """DHL does not ship to the United States: the order fails once, not with every run of the task."""
    connection.shop.preferences.__class__.objects.update(carrier="dhlforyou")
    mirror_order(connection, abroad("US"))
    assert [work(), work()] == [1, 0]
    assert Job.objects.get().items.get().state == "refused"


@pytest.mark.parametrize("change", ["order", "preferences"])
def test_a_refused_order_is_tried_again_when_something_changed(connection: Connection, change: str):
    PackagePreferences.objects.update(carrier="dhlforyou")
    order = abroad("US")
    mirror_order(connection, order)
    work()
    soon = timezone.now() + timedelta(seconds=1)
    if change == "order":
        mirror_order(connection, replace(order, updated_at=soon))
    else:
        PackagePreferences.objects.update(carrier="postnl", saved_at=soon)
    assert work() == 1


@pytest.mark.parametrize("state", ["copy", "reconnect", "permission", "removed", "disconnected"])
def test_a_connection_that_does_not_work_imports_nothing(connection: Connection, state: str):
    mirror_order(connection)
    Connection.objects.update(state=state)
    assert work() == 0


def test_a_shop_imports_only_its_own(connection: Connection, rival: Shop):
    mirror_order(make_connection(rival), make_order(10300))
    mirror_order(connection)
    work()
    assert [shipment.shop for shipment in Shipment.objects.all()] == [connection.shop]
