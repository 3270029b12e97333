"""Counters with several writers at once, in real threads on a real database."""

from concurrent.futures import Future, ThreadPoolExecutor, wait

import pytest
from django.db import connection as database
from django.db import transaction

from accounts.models import User
from integrations.models import ExternalOrder, Fulfillment
from integrations.tests.factories import make_connection, make_fulfillment, mirror_order
from integrations.tests.fake_platform import make_order
from shipments.models import Shipment, ShipmentCount
from shipments.queries.counts import attention_kinds, count_tabs
from shipments.services.counters.comparison import compare_all
from shipments.services.counters.upkeep import keep_counters
from shipments.services.drafts.trash import delete_drafts, restore
from shipments.services.labels.cancel import CancelError, cancel_label
from shipments.states import ShipmentStatus
from shipments.tests.counted import assert_counted
from shipments.tests.factories import make_shipment
from shops.models import Shop

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS, ORDERS = 3, 6
ROW_LOCKS = pytest.mark.skipif(
    database.vendor == "sqlite", reason="SQLite has no row locks: one transaction writes at a time"
)


@pytest.fixture
def orders(shop: Shop) -> list[ExternalOrder]:
    connection = make_connection(shop)
    return [mirror_order(connection, make_order(number)) for number in range(ORDERS)]


def in_a_thread(pool: ThreadPoolExecutor, action) -> Future:
    def run():
        try:
            return action()
        finally:
            database.close()

    return pool.submit(run)


def work(shop: Shop, owner: User, orders: list[ExternalOrder], number: int) -> None:
    """What a writer does with parcels of every order, beside the others: in turns from another end."""
    for order in orders if number % 2 else orders[::-1]:
        row = make_shipment(shop, order=order, parcel_number=number + 1, blocked_by="address")
        deleted_at, _number = delete_drafts(shop.shipments.filter(pk=row.pk), by=owner)
        restore(shop, deleted_at, by=owner)
        Shipment.objects.filter(pk=row.pk).move(ShipmentStatus.REGISTERING)
        if number == 0:
            row.delete()
        keep_counters()


def test_writers_and_sweeps_at_once_leave_every_counter_right(shop, owner, orders):
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        done = [in_a_thread(pool, lambda number=number: work(shop, owner, orders, number)) for number in range(WRITERS)]
        done.append(in_a_thread(pool, compare_all))
        assert done.pop().result() == [], "what is being written is no difference"
        for writer in done:
            writer.result()
    assert count_tabs(shop)["drafts"] == (WRITERS - 1) * ORDERS
    assert_counted()
    keep_counters()
    assert not ShipmentCount.objects.filter(is_total=False).exists()
    assert_counted()


@ROW_LOCKS
def test_an_open_transaction_keeps_nobody_of_its_shop_waiting(shop, orders):
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            make_shipment(shop)
            other = in_a_thread(pool, lambda: (make_shipment(shop), keep_counters()))
            wait([other], timeout=5)
            assert other.done()
        other.result()
    assert count_tabs(shop)["all"] == 2
    assert_counted()


@ROW_LOCKS
def test_a_parcel_that_goes_while_another_of_its_order_comes_leaves_the_order_imported(shop, orders):
    first = make_shipment(shop, order=orders[0])
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            make_shipment(shop, order=orders[0], parcel_number=2)
            deletion = in_a_thread(pool, first.delete)
            assert not wait([deletion], timeout=0.3).done, "it waits for the order"
        deletion.result()
    assert ExternalOrder.objects.get(pk=orders[0].pk).is_imported
    assert_counted()


@ROW_LOCKS
def test_a_label_is_canceled_while_the_webshop_refuses_its_update(shop, owner, orders):
    told = make_fulfillment(orders[0].connection, state=Fulfillment.State.SENDING)
    parcel = make_shipment(shop, status="registered", barcode="3S1", gateway="local", fulfillment=told)
    Fulfillment.objects.filter(pk=told.pk).update(source_id=parcel.public_id)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Fulfillment.objects.select_for_update().get(pk=told.pk)
            cancellation = in_a_thread(pool, lambda: cancel_label(parcel, by=owner))
            assert not wait([cancellation], timeout=0.3).done, "it waits for the answer to be stored"
            Fulfillment.objects.filter(pk=told.pk).update(state=Fulfillment.State.NEEDS_ATTENTION)
        cancellation.result()
    parcel.refresh_from_db()
    assert parcel.status == ShipmentStatus.CANCELED
    assert attention_kinds(shop)["unsynced"] == 0, "the deletion is queued"
    assert_counted()
    with pytest.raises(CancelError):
        cancel_label(parcel, by=owner)
