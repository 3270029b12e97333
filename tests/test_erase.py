"""A person who shipped, was uploaded, searched for and mailed is erased, and stays so after a restore and a sync."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from integrations.events import EventKind
from integrations.models import Connection
from integrations.services import sync, webhook_inbox
from integrations.tests.conftest import acme
from integrations.tests.fake_platform import FakePlatform, make_event, make_order
from privacy.models import PersonErasure
from privacy.services import erase_person
from privacy.services.person_rows import PersonQuery
from shipments.models import Shipment
from shipments.services import erasure as shipments_erasure
from shops.models import Shop
from tests.canaries import ADDRESS, CANARIES, EMAIL, NAME, OTHER, connect, tell_story
from tests.whole_texts import everything_with
from tests.yesterdays_dump import Dump

__all__ = ["acme"]


@pytest.fixture
def journal(settings, tmp_path: Path) -> Path:
    settings.ERASURE_JOURNAL = tmp_path / "apart" / "erasures.jsonl"
    return settings.ERASURE_JOURNAL


@pytest.fixture
def connection(acme: FakePlatform, shop: Shop) -> Connection:
    return connect(acme, shop)


def work() -> None:
    """What the workers do about it, twice: the first may leave something to the second."""
    for _turn in range(2):
        webhook_inbox.apply_due()
        shipments_erasure.erase_due()
        erase_person.erase_due()


@pytest.fixture
def shipped(connection: Connection, owner: User, client_for, files_dir: Path) -> None:
    tell_story(connection, owner, client_for(owner))


def assert_everywhere(shop: Shop) -> None:
    """The story was told: she stands in all these places before."""
    found = everything_with(CANARIES)
    places = {place.rpartition("/")[2].split("-")[0] for place in found}
    for place in (
        "integrations.ExternalOrder.data",
        "integrations.Fulfillment.details",
        "shipments.Shipment.person",
        "shipments.ShipmentEvent.text",
        "shipments.JobItem.payload",
        "shipments.SavedFilter.query",
        "labels",
        "export",
        "upload",
    ):
        assert place in places, place


@pytest.fixture
def dump(shipped: None) -> Iterator[Dump]:
    """Of the day before: everything of her is in it."""
    dump = Dump()
    yield dump
    dump.drop()


@pytest.mark.django_db(transaction=True)
def test_an_erased_person_is_nowhere_and_stays_so_after_a_restore_and_a_sync(
    dump: Dump, shop: Shop, owner: User, acme: FakePlatform, files_dir: Path, tmp_path: Path, journal: Path
):
    assert_everywhere(shop)
    files = shutil.copytree(files_dir, tmp_path / "backup of the files")
    erase_person.request_erasure(shop, PersonQuery(email=EMAIL), by=owner)
    work()
    assert everything_with(CANARIES) == []
    assert everything_with([OTHER])  # nobody else's
    receipt = PersonErasure.objects.get()
    assert receipt.is_finished
    assert (receipt.counts["orders"], receipt.counts["shipments"], receipt.counts["files"]) == (1, 3, 1)

    dump.restore()
    shutil.copytree(files, files_dir, dirs_exist_ok=True)
    assert_everywhere(shop)
    call_command("replay_erasures")
    work()
    acme.orders = [replace(acme.orders[0], updated_at=timezone.now())]
    run = sync.request_sync(Connection.objects.get())
    sync.sync_due()
    run.refresh_from_db()
    assert (run.state, run.seen) == ("done", 1)
    work()
    assert everything_with(CANARIES) == []
    assert everything_with([OTHER])


@pytest.mark.django_db(transaction=True)
def test_the_webshop_s_own_request_erases_the_same(
    shipped: None, connection: Connection, acme: FakePlatform, journal: Path
):
    """Files and lines of hers that nobody connected with the order go by her name; her other shipments do not."""
    event = make_event(kind=EventKind.ORDER, order_id="order-10231", erases=True, installation=connection.external_id)
    acme.events = {"signed": event}
    assert webhook_inbox.receive("acme", {}, b"signed")
    work()
    uploaded = Shipment.objects.get(reference="F1")
    assert uploaded.person == NAME  # another order of hers, that the webshop did not ask for
    erase_person.request_erasure(connection.shop, PersonQuery(number="F1"), by=None)
    work()
    assert everything_with(CANARIES) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("query", [PersonQuery(name="saartje KANARIEPIET"), PersonQuery(number="#10231")])
def test_by_name_and_by_number(shipped: None, shop: Shop, journal: Path, query: PersonQuery):
    erase_person.request_erasure(shop, query, by=None)
    work()
    left = {place for place in everything_with(CANARIES) if not query.number}
    assert left == set()
    assert Shipment.objects.get(order__number="10231").person == ""


@pytest.mark.django_db
def test_what_is_received_after_the_erasure_is_a_new_order(connection: Connection, shop: Shop, acme, journal: Path):
    erase_person.request_erasure(shop, PersonQuery(email=EMAIL), by=None)
    work()
    acme.orders = [make_order(10299, address=ADDRESS, email=EMAIL, updated_at=timezone.now())]
    sync.request_sync(connection)
    sync.sync_due()
    assert connection.orders.get(number="10299").customer == NAME
