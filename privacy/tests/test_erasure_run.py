"""An erasure looks through everything, goes on where a worker stopped, and its receipt says what it saw."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from integrations.models import ExternalOrder
from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import make_order
from jobs.models import Job
from lib.search_text import MAX_TEXT_LENGTH
from privacy.models import PersonErasure
from privacy.services import erase_person, erasure_run, person_rows, preview, text_scan
from privacy.services.person_rows import PersonQuery
from shipments.models import JobItem, SavedFilter, Shipment
from shipments.services.csv_files import file_import
from shipments.tests.factories import make_shipment
from shops.models import Shop
from shops.tests.factories import make_shop

pytestmark = pytest.mark.django_db
HANNA = PersonQuery(name="Hanna Vermeulen")
FILE = "referentie;naam;straat;huisnummer;postcode;plaats\nF1;{};Lindelaan;12;3524KB;Utrecht\n"


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch):
    """So that a handful of rows takes several of each."""
    for module, name in (
        (person_rows, "STEP"),
        (person_rows, "LOADED"),
        (erasure_run, "BATCH_SIZE"),
        (text_scan, "BATCH_SIZE"),
        (text_scan, "PARENTS_AT_ONCE"),
    ):
        monkeypatch.setattr(module, name, 2)


def erased(shop: Shop, query: PersonQuery = HANNA) -> PersonErasure:
    """The receipt of an erasure that one worker did in one go."""
    row = erase_person.request_erasure(shop, query, by=None)
    assert erase_person.erase_due() == 1
    row.refresh_from_db()
    assert row.is_finished
    return row


def names(shop: Shop) -> list[str]:
    return sorted(Shipment.including_deleted.filter(shop=shop).exclude(person="").values_list("person", flat=True))


def test_everybody_of_a_common_name_is_erased_also_behind_many_others_of_its_words(shop):
    """In no order: what stands in a status for longest is walked first, and deleted drafts are among it."""
    for number in range(9):
        person = "Hanna Vermeulen" if number % 3 == 0 else f"Hanna Vermeulen-{number}"
        deleted = timezone.now() if number == 3 else None
        make_shipment(shop, person=person, deleted_at=deleted, status_at=timezone.now() - timedelta(days=number % 2))
    receipt = erased(shop)
    assert len(names(shop)) == 6
    assert receipt.counts == {"shipments": 3}
    assert receipt.looked_through == {"orders": 0, "shipments": 9, "texts": 0, "files": 0}


def test_rows_of_the_same_moment_are_all_seen(shop):
    moment = timezone.now()
    for _number in range(7):
        make_shipment(shop, status_at=moment)
    assert erased(shop).counts == {"shipments": 7}


def test_another_shop_is_not_looked_through(shop, rival):
    make_shipment(rival)
    assert erased(shop).looked_through["shipments"] == 0
    assert names(rival) == ["Hanna Vermeulen"]


@pytest.mark.parametrize(("query", "is_found"), [
    (PersonQuery(email="hanna@example.com"), True),
    (HANNA, True),
    (PersonQuery(name="Utrecht"), False),
])  # fmt: skip
def test_an_order_that_can_no_longer_be_read_is_found_by_what_it_says(shop, query, is_found):
    order = mirror_order(make_connection(shop), make_order(email="hanna@example.com"))
    address = {"first_name": "Hanna", "last_name": "Vermeulen", "city": "Utrecht"}
    ExternalOrder.objects.update(customer="", data={"email": "hanna@example.com", "address": address, "lines": 7})
    assert erased(shop, query).counts == ({"orders": 1} if is_found else {})
    order.refresh_from_db()
    assert ("hanna" in json.dumps(order.data).lower() + order.search_text) is not is_found


def test_a_search_text_that_was_cut_off_hides_nobody(shop):
    make_shipment(shop, email="hanna@example.com")
    Shipment.objects.update(search_text="x" * MAX_TEXT_LENGTH)
    assert erased(shop, PersonQuery(email="hanna@example.com")).counts == {"shipments": 1}


def test_a_short_name_is_erased_and_the_receipt_says_where_it_was_not_looked_for(client_for, owner, shop):
    for person in ("Bo", "Bob"):
        make_shipment(shop, person=person, street="Bolaan")
    receipt = erased(shop, PersonQuery(name="Bo"))
    assert names(shop) == ["Bob"]
    assert receipt.looked_through == {"short_names": 1, "orders": 0, "shipments": 2}
    page = " ".join(client_for(owner).get("/privacy/").content.decode().split())
    assert "Doorzocht: orders 0, zendingen en retouren 2" in page
    assert "minder dan vier letters" in page


def test_and_so_does_one_of_somebody_who_is_not_there(shop):
    receipt = erased(shop, PersonQuery(name="Ed"))
    assert (receipt.counts, receipt.looked_through["short_names"]) == ({}, 1)


def test_so_does_one_that_finds_rows_by_another_thing(shop):
    make_shipment(shop, person="Bo", email="bo@example.com")
    assert erased(shop, PersonQuery(email="bo@example.com")).looked_through["short_names"] == 1


def test_a_shipment_that_somebody_is_writing_is_erased_later(shop, monkeypatch):
    """Even when it is the only one: what was found and is still there is never reported as done."""
    make_shipment(shop)
    real = erasure_run.erase_shipments
    monkeypatch.setattr(erasure_run, "erase_shipments", lambda *_arguments: 0)
    row = erase_person.request_erasure(shop, HANNA, by=None)
    erase_person.erase_due()
    row.refresh_from_db()
    assert not row.is_finished
    monkeypatch.setattr(erasure_run, "erase_shipments", real)
    PersonErasure.objects.update(next_at=row.requested_at)
    erase_person.erase_due()
    row.refresh_from_db()
    assert (row.is_finished, row.counts, row.looked_through["shipments"]) == (True, {"shipments": 1}, 1)


class WorkerDies(BaseException):
    """Nothing catches this."""


def tell_story(shop: Shop, owner: User) -> None:
    """Hanna in five of everything, with somebody else between."""
    connection = make_connection(shop)
    for number in range(3):
        order = mirror_order(connection, make_order(10231 + number, email="hanna@example.com"))
        make_shipment(shop, order=order, reference=order.number, email="hanna@example.com")
        make_shipment(shop, person="Gerrit Gift")
        SavedFilter.objects.create(shop=shop, user=owner, name=f"{number}", query="q=Hanna+Vermeulen")
        SavedFilter.objects.create(shop=shop, user=owner, name=f"gift {number}", query="q=Gerrit")
        job = Job.objects.create(
            shop=shop, kind="upload", idempotency_key=f"{number}", payload={"w": "Hanna Vermeulen"}
        )
        for place in range(3):
            JobItem.objects.create(job=job, position=place, payload={"row": "Hanna Vermeulen" if place else "Gerrit"})
        for person in ("Hanna Vermeulen", "Gerrit Gift"):
            file_import.store_upload(shop, FILE.format(f"{person};{number}").encode())


WHOLE = {"orders": 3, "shipments": 3, "jobs.Job": 3, "shipments.JobItem": 6, "shipments.SavedFilter": 3, "files": 3}
MAX_TURNS = 200
LOOKED = {"orders": 3, "shipments": 6, "texts": 18, "files": 6}


def assert_erased(shop: Shop, receipt: PersonErasure) -> None:
    assert receipt.counts == WHOLE
    assert receipt.looked_through == LOOKED
    assert receipt.progress == {}
    assert names(shop) == ["Gerrit Gift"] * 3
    assert SavedFilter.objects.filter(shop=shop).count() == 3
    assert len(text_scan.uploads(shop)) == 3
    rest = list(JobItem.objects.filter(job__shop=shop).values_list("payload", flat=True))
    assert "Hanna" not in str(rest)
    assert str(rest).count("Gerrit") == 3


def killing(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The worker dies before or after the number in this list of such acts; counts down."""
    left = [0]

    def deadly(act: Callable[..., Any]) -> Callable[..., Any]:
        def acted(*arguments: Any, **options: Any) -> Any:
            for is_after in (False, True):
                answer = act(*arguments, **options) if is_after else None
                left[0] -= 1
                if left[0] == 0:
                    raise WorkerDies
            return answer

        return acted

    for module, name in (
        (erasure_run, "renew"),
        (erasure_run, "erase_shipments"),
        (erasure_run, "look_at"),
        (erasure_run.orders_erasure, "erase"),
        (erasure_run.tombstones, "record"),
        (Path, "unlink"),
    ):
        monkeypatch.setattr(module, name, deadly(getattr(module, name)))
    return left


def test_a_worker_may_die_anywhere_and_nothing_is_left_nor_missing_in_the_receipt(owner, monkeypatch, files_dir):
    """One erasure, and again and again a worker that dies a little later than the one before, until one does not."""
    left = killing(monkeypatch)
    for first in range(1, 6):
        shop, deaths = make_shop(), 0
        tell_story(shop, owner)
        row = erase_person.request_erasure(shop, HANNA, by=None)
        while not row.is_finished and deaths < MAX_TURNS:
            left[0] = first + deaths
            try:
                erase_person.erase_due()
            except WorkerDies:
                deaths += 1
                PersonErasure.objects.update(lease_until=None, attempts=0)
            row.refresh_from_db()
        assert_erased(shop, row)
        assert deaths > 10


def test_a_turn_ends_after_a_while_and_the_next_one_goes_on(shop, owner, monkeypatch, files_dir):
    tell_story(shop, owner)
    monkeypatch.setattr(erase_person, "SECONDS_AT_ONCE", 0)
    row = erase_person.request_erasure(shop, HANNA, by=None)
    turns = 0
    while not row.is_finished and turns < MAX_TURNS:
        assert erase_person.erase_due() == 1
        row.refresh_from_db()
        turns += 1
    assert turns > 10
    assert_erased(shop, row)


def test_the_command_goes_on_until_it_is_done_and_says_what_it_did_not_look_through(shop, owner, monkeypatch, capsys):
    make_shipment(shop, person="Bo")
    monkeypatch.setattr(erase_person, "SECONDS_AT_ONCE", 0)
    call_command("find_person", name="Bo")
    assert re.search(r"Zendingen en retouren: 1\..* fewer than four letters", capsys.readouterr().out)
    call_command("erase_person", name="Bo")
    assert "Erased." in capsys.readouterr().out
    assert names(shop) == []


def test_the_command_erases_although_it_had_no_time_to_find(shop, monkeypatch, capsys):
    for person in ("Anton", "Dirk", "Bo", "Chris"):
        make_shipment(shop, person=person)
    monkeypatch.setattr(preview, "SECONDS", 0)
    call_command("erase_person", name="Bo")
    said = capsys.readouterr().out
    assert "nothing found so far. There may be more (looked through: Zendingen en retouren: 2)" in said
    assert names(shop) == ["Anton", "Chris", "Dirk"]
