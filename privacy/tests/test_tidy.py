"""What a shop kept for long enough goes by itself, night after night, and nothing goes before its time."""

import os
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import User
from integrations.models import Connection, ErasedOrder, ExternalOrder, Fulfillment, SyncRun
from integrations.services import mirror
from integrations.tests.factories import make_connection, make_fulfillment, mirror_order
from integrations.tests.fake_platform import make_order
from jobs.models import Job
from privacy.services import tidy
from privacy.services.tidy_installation import delete_old_files, tidy_installation
from shipments.models import JobItem, Shipment
from shipments.tests.factories import make_shipment
from shops.models import Retention, Shop
from shops.tests.factories import make_invitation

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def retention(shop: Shop) -> Retention:
    return Retention.objects.create(shop=shop)


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def tidied(retention: Retention) -> dict[str, int]:
    """What went tonight, without the zeros."""
    Retention.objects.update(tidy_at=timezone.now())
    assert tidy.tidy_due() == Retention.objects.count()
    retention.refresh_from_db()
    return {name: number for name, number in retention.figures.items() if number}


def is_erased(shipment: Shipment) -> bool:
    shipment.refresh_from_db()
    return (shipment.person, shipment.street) == ("", "")


@pytest.mark.parametrize(("status", "age", "erased"), [
    ("delivered", 91, True),
    ("delivered", 89, False),
    ("returned", 91, True),
    ("cancelled", 91, True),
    ("in_transit", 91, False),
    ("draft", 399, False),
    ("draft", 401, True),
    ("registered", 401, True),
])  # fmt: skip
def test_a_recipient_is_kept_for_a_while_after_the_parcel_arrived(retention, shop, status, age, erased):
    shipment = make_shipment(shop, status=status, status_at=days_ago(age))
    assert tidied(retention) == ({"recipients": 1} if erased else {})
    assert is_erased(shipment) is erased


def test_the_books_keep_what_was_sent_and_not_to_whom(retention, shop):
    kept = {"value": 25, "price": 695, "barcode": "3SBOOK1", "registered_at": days_ago(100)}
    shipment = make_shipment(shop, reference="10231", status="delivered", status_at=days_ago(95), **kept)
    tidied(retention)
    assert is_erased(shipment)
    assert (shipment.reference, shipment.country, shipment.carrier) == ("10231", "NL", "postnl")
    assert (shipment.value, shipment.price, shipment.weight, shipment.barcode) == (25, 695, 700, "3SBOOK1")
    assert "the time to keep them is over" in shipment.events.get().text["en"]


def test_a_shop_chooses_its_own_periods_and_no_other_shop_s(retention, shop, rival):
    theirs = make_shipment(rival, status="delivered", status_at=days_ago(200))
    Retention.objects.create(shop=rival, recipient_days=300)
    mine = make_shipment(shop, status="delivered", status_at=days_ago(200))
    tidied(retention)
    assert (is_erased(mine), is_erased(theirs)) == (True, False)


def test_a_parcel_with_a_return_under_way_keeps_the_name_that_the_return_bears(retention, shop):
    out = make_shipment(shop, status="delivered", status_at=days_ago(100))
    back = make_shipment(shop, parent=out, status="in_transit", status_at=days_ago(2))
    assert tidied(retention) == {}
    Shipment.objects.filter(pk=back.pk).update(status="delivered", status_at=days_ago(100))
    assert tidied(retention) == {"recipients": 2}


def test_what_somebody_types_into_an_erased_draft_is_kept_from_then_on(retention, shop):
    draft = make_shipment(shop, status_at=days_ago(500))
    tidied(retention)
    draft.refresh_from_db()
    assert draft.recipient_erased_at == NOW
    assert draft.apply_content(draft.content)["recipient_erased_at"] is None


@pytest.fixture
def connection(shop: Shop) -> Connection:
    return make_connection(shop)


def old_order(connection: Connection, days: float, **changes: object) -> ExternalOrder:
    return mirror_order(connection, make_order(updated_at=days_ago(days), **changes))


def test_an_order_is_emptied_after_its_shipments(retention, connection):
    order = old_order(connection, 100)
    shipment = make_shipment(connection.shop, order=order, status="delivered", status_at=days_ago(10))
    assert tidied(retention) == {}
    Shipment.objects.filter(pk=shipment.pk).update(status_at=days_ago(91))
    assert tidied(retention) == {"recipients": 1, "orders": 1}
    order.refresh_from_db()
    assert (order.customer, order.number, order.eligibility) == ("", "10231", "erased")
    assert not ErasedOrder.objects.exists()  # nobody asked for it: when it changes again, it is read again


def test_an_order_that_waits_for_its_import_waits_longer_and_is_then_gone(retention, connection):
    order = old_order(connection, 399)
    assert tidied(retention) == {}
    ExternalOrder.objects.filter(pk=order.pk).update(changed_at=days_ago(401))
    assert tidied(retention) == {"orders": 1, "unused": 1}
    assert not ExternalOrder.objects.exists()


def test_an_order_that_changes_after_its_time_is_stored_anew_and_has_a_time_again(retention, connection):
    order = old_order(connection, 100, archived=True)
    assert tidied(retention) == {"orders": 1}
    mirror.store_orders(connection, [make_order(updated_at=days_ago(1), archived=True)])
    order.refresh_from_db()
    assert order.customer
    assert order.erased_at is None
    ExternalOrder.objects.filter(pk=order.pk).update(changed_at=days_ago(91))
    assert tidied(retention) == {"orders": 1}


def test_after_the_years_of_the_books_nothing_is_left_of_a_shipment(retention, connection):
    order = old_order(connection, 3000)
    sent = {"recipient_erased_at": days_ago(2800), "status": "delivered", "status_at": days_ago(2900)}
    out = make_shipment(connection.shop, order=order, listed_at=datetime(2018, 12, 31, 12, tzinfo=UTC), **sent)
    make_shipment(connection.shop, parent=out, listed_at=datetime(2019, 1, 4, tzinfo=UTC), **sent)
    kept = make_shipment(connection.shop, listed_at=datetime(2019, 1, 2, tzinfo=UTC), **sent)
    ExternalOrder.objects.update(erased_at=days_ago(2800))
    assert tidied(retention) == {"books": 2, "unused": 1}
    assert list(Shipment.objects.all()) == [kept]


def test_what_the_webshop_answered_is_kept_for_a_while(retention, connection):
    for number, age in enumerate((91, 89)):
        make_fulfillment(connection, number, details="Hanna moved", queued_at=days_ago(age))
    assert tidied(retention) == {"answers": 1}
    assert list(Fulfillment.objects.order_by("pk").values_list("details", flat=True)) == ["", "Hanna moved"]


def make_job(shop: Shop, key: str, age: float, **fields: object) -> Job:
    job = Job.objects.create(shop=shop, kind="upload", idempotency_key=key, created_at=days_ago(age), **fields)
    JobItem.objects.create(job=job, position=0, payload={"cells": {"person": "Hanna"}})
    return job


def test_jobs_go_with_their_lines_and_not_while_they_run(retention, shop):
    make_job(shop, "old", 91, finished_at=days_ago(91))
    kept = {make_job(shop, "running", 91).pk, make_job(shop, "new", 89, finished_at=days_ago(89)).pk}
    assert tidied(retention) == {"jobs": 1}
    assert set(Job.objects.values_list("pk", flat=True)) == kept
    assert JobItem.objects.count() == 2


def test_invitations_go_when_nobody_needs_them(retention, shop):
    make_invitation(shop, "a", expires_at=days_ago(31))
    make_invitation(shop, "b", expires_at=days_ago(1), accepted_at=days_ago(31))
    make_invitation(shop, "c", expires_at=days_ago(29))
    assert tidied(retention) == {"invitations": 2}


def test_a_night_that_takes_too_long_goes_on_where_it_stopped(retention, shop, monkeypatch):
    monkeypatch.setattr(tidy, "BATCH_SIZE", 2)
    for _number in range(5):
        make_shipment(shop, status="delivered", status_at=days_ago(91))
    turns = [tidy.tidy_due(seconds=-1) for _turn in range(5)]
    assert turns == [0, 0, 0, 1, 0]
    retention.refresh_from_db()
    assert retention.figures == {"recipients": 5}
    assert not Shipment.objects.filter(recipient_erased_at=None).exists()


def claimed() -> list[Retention]:
    due = Retention.objects.filter(tidy_at__lte=timezone.now())
    return tidy.claim_by_time(due, "tidy_at", 60, limit=1, related=("shop",))


def test_a_shop_is_tidied_once_a_night_by_one_worker(retention, shop):
    assert len(claimed()) == 1
    assert claimed() == []
    tidied(retention)
    assert retention.tidied_at == NOW
    assert retention.tidy_at == datetime(2026, 12, 1, 1, tzinfo=UTC)  # two o'clock in Amsterdam
    assert tidy.tidy_due() == 0


def test_a_new_shop_gets_its_periods(shop):
    assert tidy.add_missing_rows() == 1
    assert shop.retention.recipient_days == 90
    assert tidy.add_missing_rows() == 0


def aged(path: Path, days: float) -> Path:
    path.write_text("Hanna")
    moment = time.time() - days * 24 * 3600
    os.utime(path, (moment, moment))
    return path


def test_files_are_kept_as_long_as_their_shop_says(files_dir, shop, owner: User):
    Retention.objects.create(shop=shop, file_days=5, upload_days=2)
    job = Job.objects.create(shop=shop, kind="labels", idempotency_key="k")
    gone = {
        aged(files_dir / f"labels-{job.public_id}.pdf", 6),
        aged(files_dir / f"labels-{job.public_id}.0123456789abcdef", 6),  # a worker died while it wrote this
        aged(files_dir / f"upload-{shop.public_id}-{'a' * 64}.csv", 3),
        aged(files_dir / f"export-{uuid.uuid4()}.csv", 15),  # of nobody: as long as the setting says
    }
    kept = {
        aged(files_dir / f"export-{job.public_id}.csv", 4),
        aged(files_dir / f"upload-{shop.public_id}-{'b' * 64}.csv", 1),
        aged(files_dir / f"labels-{uuid.uuid4()}.pdf", 13),
        aged(files_dir / "something else", 400),
    }
    assert delete_old_files() == len(gone)
    assert set(files_dir.iterdir()) == kept


def test_what_belongs_to_no_shop_goes_too(connection, files_dir, monkeypatch):
    for number, (key, days) in enumerate((("old", -1), ("new", 1))):
        Session.objects.create(session_key=key, session_data="x", expire_date=NOW + timedelta(days=days))
        at = days_ago(31 - 2 * number)
        SyncRun.objects.create(shop=connection.shop, connection=connection, state="done", started_at=at)
    figures = tidy_installation()
    assert (figures["sessions"], figures["synchronizations"]) == (1, 1)
    assert Session.objects.get().session_key == "new"
