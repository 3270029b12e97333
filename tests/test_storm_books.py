"""What the storm reads of our tables: a row that went wrong is in the books."""

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.models import Connection, ExternalOrder, Fulfillment, UnreadableOrder
from integrations.tests.factories import make_connection, make_fulfillment, mirror_order
from jobs.models import Job
from lib.leases import LeasedRow
from shipments.job_kinds import JobKind
from shipments.models import FurtherParcel, JobItem, Shipment
from shipments.states import ShipmentStatus
from shipments.tests.factories import make_shipment
from shops.models import Shop
from storm.books import FailedItem, OurBooks
from storm.ours import leased_models, read_ours
from tests.test_leases import MAKERS

pytestmark = pytest.mark.django_db
ALLOWED = 60.0


def read() -> OurBooks:
    return read_ours(ALLOWED)


def make_told(shop: Shop, **fields: object) -> Shipment:
    """A parcel with a label whose order was told of it."""
    promise = make_fulfillment(make_connection(shop), state=Fulfillment.State.DONE, next_at=None)
    line = {"id": "line-1", "pieces": 2}
    label = {"status": ShipmentStatus.REGISTERED, "barcode": "3SSTUB000010231", "external_id": "900"}
    return make_shipment(shop, order=promise.order, fulfillment=promise, order_lines=[line], **label | fields)


def test_a_parcel_with_its_promise_is_read(shop: Shop):
    shipment = make_told(shop, parcel_count=2)
    FurtherParcel.objects.create(shipment=shipment, number=2, barcode="3SSTUB2", external_id="901")

    (found,) = read().shipments

    assert (found.id, found.order) == (str(shipment.public_id), shipment.order.external_id)
    assert (found.barcodes, found.external_id, found.further_ids) == (("3SSTUB000010231", "3SSTUB2"), "900", ("901",))
    assert (found.units, found.promise, found.told) == ({"line-1": 2}, "done", "3SSTUB000010231")
    assert found.has_label
    assert not found.withdraws


def test_an_order_that_waits_is_offered(shop: Shop):
    order = mirror_order(make_connection(shop))

    books = read()

    assert books.offered == {order.external_id}
    assert not books.orders[order.external_id].imported


def test_a_quiet_shop_has_nothing_that_waits_or_fails(shop: Shop):
    make_told(shop)
    ExternalOrder.objects.update(changes_pending=False)

    books = read()

    assert (books.unfinished, books.refused_connections, books.failed_items, books.differences) == ((), (), (), ())


def test_every_kind_of_work_is_looked_at():
    assert set(leased_models()) == set(MAKERS)


@pytest.mark.parametrize("model", MAKERS, ids=lambda model: model.__name__)
def test_work_that_waits_too_long_is_named(shop: Shop, model: type[LeasedRow]):
    row = MAKERS[model](shop)
    type(row).objects.filter(pk=row.pk).update(next_at=timezone.now() - timedelta(seconds=ALLOWED + 5))

    assert any(f"{model._meta.model_name} {row.pk} is due since" in line for line in read().unfinished)


@pytest.mark.parametrize("until", [None, timedelta(hours=2)], ids=["no end", "an end far away"])
def test_a_lease_without_an_end_is_named(shop: Shop, until: timedelta | None):
    row = make_fulfillment(make_connection(shop), state=Fulfillment.State.DONE, next_at=None)
    token = "6f1c0a5e-0000-4000-8000-000000000001"
    Fulfillment.objects.update(lease_token=token, lease_until=until and timezone.now() + until)

    assert any(line.startswith(f"fulfillment {row.pk} is leased") for line in read().unfinished)


def test_a_job_that_does_not_end_and_changes_that_nobody_applied_are_named(shop: Shop):
    Job.objects.create(shop=shop, kind=JobKind.IMPORT, idempotency_key="once")
    order = mirror_order(make_connection(shop))
    type(order).objects.update(changes_pending=True)

    unfinished = " ".join(read().unfinished)

    assert "the import job" in unfinished
    assert order.external_id in unfinished


def test_a_refused_connection_and_an_unreadable_order_are_named(shop: Shop):
    connection = make_connection(shop, state=Connection.State.RECONNECT)
    UnreadableOrder.objects.create(shop=shop, connection=connection, external_id="order-9", number="9", reason="shape")

    books = read()

    assert [name for name in books.refused_connections if "reconnect" in name]
    assert books.unreadable == ("order-9",)


def test_only_the_newest_job_of_a_parcel_speaks(shop: Shop):
    healed, failed = make_shipment(shop), make_shipment(shop)
    jobs = [Job.objects.create(shop=shop, kind=JobKind.LABELS, idempotency_key=key) for key in ("first", "second")]
    refused, made = {"state": JobItem.State.FAILED, "code": "no_answer"}, {"state": JobItem.State.OK}
    JobItem.objects.create(job=jobs[0], shipment=healed, position=1, **refused)
    JobItem.objects.create(job=jobs[1], shipment=healed, position=1, **made)
    JobItem.objects.create(job=jobs[1], shipment=failed, position=2, **refused)

    assert read().failed_items == (FailedItem(str(failed.public_id), "", "labels", "no_answer"),)


def test_a_counter_that_is_wrong_is_named_once(shop: Shop):
    make_told(shop)
    Shipment.objects.update(push_failed=True)

    assert read().differences
    assert not read().differences
