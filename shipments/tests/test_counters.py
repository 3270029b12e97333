"""Counters say what there is after every kind of write, and a wrong one is repaired and reported."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from integrations.models import Connection, ExternalOrder, Fulfillment, OpenOrderCount
from integrations.orders import OrderStatus
from integrations.services import fulfillments
from integrations.services.mirror import store_orders
from integrations.tests.factories import make_connection, make_fulfillment, mirror_order
from integrations.tests.fake_platform import make_order
from lib.bulk import bulk_update_columns
from shipments.models import Shipment, ShipmentCount, ShipmentHour
from shipments.models.attention import ATTENTION_KINDS
from shipments.queries.counts import attention_kinds, count_tabs, lately_shipped, waiting_by_connection
from shipments.services.counters import triggers
from shipments.services.counters.comparison import compare_all
from shipments.services.counters.upkeep import keep_counters, mark_overdue
from shipments.services.drafts.trash import delete_drafts, purge_deleted, restore
from shipments.states import ShipmentStatus
from shipments.tests.counted import assert_counted, days_ago
from shipments.tests.factories import make_shipment
from shops.models import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection(shop: Shop) -> Connection:
    return make_connection(shop)


def drafts(shop: Shop, number: int, **fields: object) -> list[Shipment]:
    defaults = {"reference": "1", "carrier": "postnl", "package_type": "package", "weight": 1}
    return [Shipment(shop=shop, **(defaults | fields)) for _number in range(number)]


def test_every_way_to_write_a_shipment_is_counted(shop: Shop, rival: Shop):
    rows = Shipment.objects.bulk_create([*drafts(shop, 5), *drafts(rival, 2, blocked_by="customs")])
    assert_counted()
    Shipment.objects.filter(pk__in=[row.pk for row in rows[:3]]).update(status="registered", registered_at=days_ago(1))
    assert_counted()
    for row in rows[3:5]:
        row.status, row.blocked_by, row.attention = "draft", "address", ""
    Shipment.objects.bulk_update(rows[3:5], ["status", "blocked_by"])
    assert_counted()
    rows[0].status, rows[0].delivered_at, rows[0].registered_at = "delivered", timezone.now(), days_ago(1)
    bulk_update_columns(rows[:1], ["status", "delivered_at"])
    assert_counted()
    make_shipment(
        shop, status="delivered", registered_at=days_ago(3), delivered_at=timezone.now(), barcode="3S1"
    ).save()
    assert_counted()
    rows[1].delete()
    Shipment.objects.filter(shop=rival).delete()
    assert_counted()
    assert count_tabs(shop) == {
        "all": 5,
        "drafts": 2,
        "tests": 0,
        "to_print": 1,
        "printed": 0,
        "in_transit": 0,
        "delivered": 2,
        "attention": 2,
        "missing": 2,
    }
    assert not any(count_tabs(rival).values())


def test_what_is_rolled_back_was_never_counted(shop: Shop):
    with transaction.atomic():
        make_shipment(shop)
        transaction.set_rollback(True)
    assert not any(count_tabs(shop).values())


def test_an_order_waits_until_it_has_a_shipment_and_again_when_that_is_gone(shop, owner, connection):
    orders = [mirror_order(connection, make_order(number)) for number in range(3)]
    assert waiting_by_connection(shop) == {connection.pk: 3}
    first, _second = (make_shipment(shop, order=order) for order in orders[:2])
    part = make_shipment(shop, order=orders[0], parcel_number=2)
    assert waiting_by_connection(shop) == {connection.pk: 1}
    assert [order.is_imported for order in ExternalOrder.objects.order_by("pk")] == [True, True, False]
    deleted_at, _number = delete_drafts(shop.shipments.filter(pk=first.pk), by=owner)
    assert waiting_by_connection(shop) == {connection.pk: 1}, "its other parcel is still there"
    part.delete()
    assert waiting_by_connection(shop) == {connection.pk: 2}
    assert_counted()
    restore(shop, deleted_at, by=owner)
    assert waiting_by_connection(shop) == {connection.pk: 1}
    assert_counted()
    Shipment.objects.filter(pk=first.pk).update(order=orders[2])
    assert_counted()
    Shipment.objects.filter(pk=first.pk).update(deleted_at=days_ago(1))
    purge_deleted()
    assert not Shipment.including_deleted.filter(pk=first.pk).exists()
    assert_counted()


def test_an_order_that_is_read_again_keeps_its_flag_and_counts_while_it_can_be_imported(shop, connection):
    mirror_order(connection, make_order(1))
    make_shipment(shop, order=mirror_order(connection, make_order(2)))
    store_orders(connection, [make_order(1), make_order(2), make_order(3, status=OrderStatus.CANCELED)])
    assert waiting_by_connection(shop) == {connection.pk: 1}
    assert_counted()
    Connection.objects.filter(pk=connection.pk).update(state="reconnect")
    assert waiting_by_connection(shop) == {}, "nothing can be imported from it now"


def test_an_update_that_the_webshop_refuses_marks_its_parcel(shop, connection):
    told = make_fulfillment(connection, state=Fulfillment.State.SENDING)
    parcel = make_shipment(shop, status="printed", barcode="3S1", fulfillment=told)
    assert attention_kinds(shop)["unsynced"] == 0
    Fulfillment.objects.update(state=Fulfillment.State.NEEDS_ATTENTION)
    assert attention_kinds(shop)["unsynced"] == 1
    assert list(shop.shipments.needing_attention("unsynced")) == [parcel]
    assert_counted()
    fulfillments.retry_failed(shop.fulfillments.all())
    assert attention_kinds(shop)["unsynced"] == 0
    assert_counted()
    other = make_fulfillment(connection, 2, state=Fulfillment.State.NEEDS_ATTENTION)
    Shipment.objects.filter(pk=parcel.pk).update(fulfillment=other)
    assert_counted()
    other.delete()
    assert attention_kinds(shop)["unsynced"] == 0
    assert_counted()


def test_the_kinds_of_attention_add_up_to_the_tab(shop, connection):
    failed = make_fulfillment(connection, state=Fulfillment.State.NEEDS_ATTENTION)
    troubled = {
        "unsynced": {"status": "printed", "fulfillment": failed, "order_alert": "canceled"},
        "canceled": {"status": "in_transit", "delayed": True, "order_alert": "canceled"},
        "unanswered": {"status": "registering", "status_at": days_ago(1), "order_alert": "edited"},
        "returned": {"status": "returned", "order_alert": "edited"},
        "late": {"status": "at_customs", "delayed": True, "order_alert": "refunded"},
        "changed": {"order_alert": "fulfilled", "blocked_by": "address"},
        "order": {"blocked_by": "order"},
        "customs": {"blocked_by": "customs"},
        "address": {"blocked_by": "address"},
        "parcel": {"blocked_by": "parcel"},
        "pickup": {"status": "at_pickup_point", "status_at": days_ago(6)},
    }
    rows = {kind: make_shipment(shop, barcode=kind, **fields) for kind, fields in troubled.items()}
    make_shipment(shop, status="delivered", delayed=True, blocked_by="address")
    mark_overdue()
    assert attention_kinds(shop) == dict.fromkeys(ATTENTION_KINDS, 1)
    assert list(attention_kinds(shop)) == list(troubled), "most urgent first"
    assert count_tabs(shop)["attention"] == len(ATTENTION_KINDS) == shop.shipments.needing_attention().count()
    for kind, row in rows.items():
        assert list(shop.shipments.needing_attention(kind)) == [row]


@pytest.mark.parametrize(
    ("status", "after", "kind"),
    [("registering", timedelta(minutes=10), "unanswered"), ("at_pickup_point", timedelta(days=5), "pickup")],
)
def test_what_takes_too_long_comes_by_the_sweep_and_goes_with_the_status(shop, status, after, kind):
    now = timezone.now()
    late = make_shipment(shop, status=status, status_at=now - after)
    make_shipment(shop, status=status, status_at=now - after + timedelta(minutes=1))
    make_shipment(shop, status="in_transit", status_at=now - after)
    assert attention_kinds(shop)[kind] == 0
    assert (mark_overdue(), mark_overdue()) == (1, 0)
    assert list(shop.shipments.needing_attention(kind)) == [late]
    assert_counted()
    moved = Shipment.objects.filter(pk=late.pk)
    target = ShipmentStatus.DRAFT if kind == "unanswered" else ShipmentStatus.DELIVERED
    assert moved.move(target)
    moved.update(status=status, status_at=now)
    assert attention_kinds(shop)[kind] == 0, "it has had this status for a moment only"
    assert_counted()


def test_the_sweep_folds_what_was_counted_and_changes_no_number(shop, connection):
    mirror_order(connection)
    make_shipment(shop, blocked_by="address")
    make_shipment(shop, status="printed", barcode="3S1", registered_at=timezone.now()).delete()
    before = count_tabs(shop), waiting_by_connection(shop)
    keep_counters()
    for model in (ShipmentCount, ShipmentHour, OpenOrderCount):
        assert not model.objects.filter(is_total=False).exists()
    assert (count_tabs(shop), waiting_by_connection(shop)) == before
    assert_counted()
    make_shipment(shop, blocked_by="address")
    keep_counters()
    assert ShipmentCount.objects.get(shop=shop, blocked_by="address").number == 2


def sabotage(shop: Shop) -> None:
    """What nothing in the product does: writes behind the back of the triggers, or past them."""
    ShipmentCount.objects.filter(shop=shop, status="draft").update(number=F("number") + 7)
    ShipmentHour.objects.filter(shop=shop).delete()
    OpenOrderCount.objects.filter(shop=shop).delete()
    ExternalOrder.objects.filter(shop=shop).update(is_imported=True)
    Shipment.objects.filter(shop=shop).update(push_failed=True)


def test_the_nightly_comparison_repairs_and_reports_in_plain_words(shop, rival, connection):
    make_shipment(rival)
    mirror_order(connection)
    make_shipment(shop)
    make_shipment(shop, status="printed", barcode="3S1", registered_at=timezone.now())
    assert compare_all() == []
    sabotage(shop)
    found = [difference.message for difference in compare_all()]
    assert f"Shop {shop.pk}: 9 shipments were counted as draft, there are 1; put right." not in found, (
        "flags come first"
    )
    assert any("2 shipments said wrongly whether the update of the webshop failed" in line for line in found)
    assert any("1 orders said wrongly whether they were imported" in line for line in found)
    assert any("were counted as draft, there are 1" in line for line in found)
    assert any("were counted as sent in hour" in line for line in found)
    assert any(f"orders of connection {connection.pk} were counted as waiting, there are 1" in line for line in found)
    assert not any(f"Shop {rival.pk}:" in line for line in found)
    assert_counted()
    assert compare_all() == []


def test_the_command_says_what_was_wrong_and_fails(shop):
    make_shipment(shop)
    said = StringIO()
    call_command("compare_counters", stdout=said)
    assert said.getvalue() == "Every counter is right.\n"
    ShipmentCount.objects.update(number=5)
    with pytest.raises(CommandError, match="1 counter was wrong and is right now"):
        call_command("compare_counters", stdout=said)
    assert f"Shop {shop.pk}: " in said.getvalue()
    call_command("compare_counters", stdout=said)


def test_hours_that_nothing_shows_any_more_are_deleted(shop):
    make_shipment(shop, status="printed", barcode="3S1", registered_at=days_ago(60))
    make_shipment(shop, status="printed", barcode="3S2", registered_at=days_ago(20))
    assert compare_all() == []
    assert list(ShipmentHour.objects.values_list("measure", "number")) == [("sent", 1)]
    assert compare_all() == []
    lately = lately_shipped(shop, days=30, arrived_days=30)
    assert sum(number for _day, number in lately.days) == 1


def test_nothing_is_kept_of_a_shop_that_is_gone(shop):
    make_shipment(shop)
    gone = shop.pk + 1_000
    ShipmentCount.objects.create(shop_id=gone, status="draft", number=-1, is_total=True)
    ShipmentHour.objects.create(shop_id=gone, measure="sent", hour=2**20, number=-1, is_total=True)
    assert compare_all() == []
    assert set(ShipmentCount.objects.values_list("shop", flat=True)) == {shop.pk}
    assert not ShipmentHour.objects.exists()


def test_lost_triggers_come_back_with_the_next_migrate(shop):
    make_shipment(shop)
    assert triggers.is_installed()
    triggers.remove_before_migrating(None, using="default", plan=["something"])
    assert not triggers.is_installed()
    make_shipment(shop)
    assert count_tabs(shop)["all"] == 1
    triggers.install_after_migrating(None, using="default")
    assert triggers.is_installed()
    assert_counted()
    make_shipment(shop)
    assert count_tabs(shop)["all"] == 3


def test_the_navigation_and_the_lists_count_no_rows(client_for, owner, shop, connection, django_assert_max_num_queries):
    mirror_order(connection)
    make_shipment(shop, blocked_by="address")
    browser = client_for(owner)
    for path in ("/", "/zendingen/", "/zendingen/?tab=attention", "/zendingen/importeren/", "/instellingen/"):
        with django_assert_max_num_queries(12) as asked:
            assert browser.get(path).status_code == 200
        counting = [query["sql"] for query in asked.captured_queries if "COUNT(" in query["sql"].upper()]
        assert counting == [], path
