"""From recorded orders to drafts, or to the reason why there is none, for every situation of a shop."""

from dataclasses import replace

import pytest

from integrations.models import Connection, ExternalOrder
from integrations.orders import OrderAddress
from integrations.services import mirror
from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import FakePlatform
from integrations.tests.recorded import recorded_order, recorded_orders
from jobs import runner
from shipments.models import JobItem, Shipment
from shipments.services.imports import order_import
from shops.models import PackagePreferences

pytestmark = pytest.mark.django_db
DRAFTS = {"10231", "10232", "10233", "10234", "10235", "10236", "10237", "10238", "10239", "10247", "10248", "10249"}
REFUSED = {
    "10240": "pickup",
    "10241": "not_paid",
    "10242": "not_approved",
    "10243": "not_paid",
    "10244": "partially_refunded",
    "10245": "canceled",
    "10246": "fulfilled",
}


@pytest.fixture
def connection(acme: FakePlatform, shop) -> Connection:
    PackagePreferences.objects.get_or_create(shop=shop)
    return make_connection(shop)


def arrives(connection: Connection, owner, number: str, *, on_request: bool = False, **changes: object) -> JobItem:
    """A recorded order with these changes is synced, and the merchant imports it."""
    order = recorded_order(number, **changes)
    mirror.store_orders(connection, [order])
    rows = ExternalOrder.objects.filter(external_id=order.external_id)
    job = order_import.start_import(connection.shop, owner, orders=rows, key=order.external_id, on_request=on_request)
    runner.run_due()
    return job.items.select_related("shipment").get()


def draft_of(connection: Connection, owner, number: str, **changes: object) -> Shipment:
    item = arrives(connection, owner, number, **changes)
    assert item.shipment is not None, item.reason
    return item.shipment


def pieces(shipment: Shipment) -> list[int]:
    return [line["pieces"] for line in shipment.order_lines]


def codes(remarks: list[dict]) -> set[str]:
    return {remark["code"] for remark in remarks}


def test_every_recorded_order_is_decided():
    assert set(recorded_orders()) == DRAFTS | set(REFUSED)


@pytest.mark.parametrize("number", sorted(DRAFTS))
def test_an_open_order_becomes_a_draft_with_its_number_and_recipient(connection, owner, number):
    shipment = draft_of(connection, owner, number)
    assert shipment.reference == number
    assert shipment.person or shipment.company
    assert shipment.country
    assert sum(pieces(shipment)) > 0


@pytest.mark.parametrize(("number", "code"), REFUSED.items())
def test_the_others_are_refused_with_the_reason(connection, owner, number, code):
    item = arrives(connection, owner, number)
    assert (item.code, item.shipment) == (code, None)
    assert item.reason["nl"]


def test_an_order_that_was_imported_before_is_not_imported_twice(connection, owner):
    arrives(connection, owner, "10231")
    rows = ExternalOrder.objects.all()
    job = order_import.start_import(connection.shop, owner, orders=rows, key="another")
    runner.run_due()
    assert job.items.get().state == "already"


def test_an_archived_order_is_left_in_the_archive(connection, owner):
    assert arrives(connection, owner, "10231", archived=True).code == "archived"


def test_an_order_without_any_address_becomes_a_draft_that_asks_for_one(connection, owner):
    shipment = draft_of(connection, owner, "10231", address=OrderAddress())
    assert shipment.blocked_by == "address"


def test_the_rest_of_a_partly_sent_order_is_shipped(connection, owner):
    assert pieces(draft_of(connection, owner, "10237")) == [1, 1]


def test_a_partly_refunded_order_is_shipped_without_what_was_refunded_once_asked_for(connection, owner):
    item = arrives(connection, owner, "10244", on_request=True)
    assert pieces(item.shipment) == [3]


def test_only_the_physical_line_of_a_mixed_order_is_shipped(connection, owner):
    shipment = draft_of(connection, owner, "10236")
    assert len(shipment.order_lines) == 1


def test_the_line_of_another_fulfiller_is_left_to_them(connection, owner):
    assert len(draft_of(connection, owner, "10247").order_lines) == 1


def test_an_order_of_another_fulfiller_only_is_not_ours(connection, owner):
    lines = tuple(replace(line, third_party_fulfilled=True) for line in recorded_order("10247").lines)
    assert arrives(connection, owner, "10247", lines=lines).code == "nothing_to_ship"


def test_an_order_without_a_physical_line_needs_no_parcel(connection, owner):
    lines = tuple(replace(line, shippable=False) for line in recorded_order("10231").lines)
    assert arrives(connection, owner, "10231", lines=lines).code == "nothing_to_ship"


def test_an_order_in_dollars_waits_for_its_customs_values_in_euros(connection, owner):
    shipment = draft_of(connection, owner, "10235")
    (line, *_others) = recorded_order("10235").lines
    assert shipment.currency == "USD"
    assert shipment.value == line.unit_value * line.quantity
    assert shipment.customs_items.first().value == 0, "dollars are never sent as if they were euros"
    assert "customs_currency" in [problem["code"] for problem in shipment.problems]


def test_a_subscription_is_an_ordinary_order_every_time(connection, owner):
    first = draft_of(connection, owner, "10249")
    second = draft_of(connection, owner, "10249", external_id="next-cycle")
    assert first.pk != second.pk


def test_a_delivery_around_the_corner_is_imported_and_named(connection, owner):
    order = draft_of(connection, owner, "10248").order.order
    assert order.delivery_slot == "24 nov, 14:00 - 18:00"


def test_an_order_from_another_platform_waits_to_be_asked_for(connection, owner):
    assert arrives(connection, owner, "10231", imported=True).code == "imported"
    item = arrives(connection, owner, "10232", imported=True, on_request=True)
    assert item.state == "ok"


def test_an_order_made_by_hand_goes_to_its_recipient(connection, owner):
    shipment = draft_of(connection, owner, "10231", is_manual=True, email="")
    assert shipment.city == recorded_order("10231").address.city
    assert shipment.email == ""


def test_a_business_order_carries_its_vat_number_reference_note_and_instructions(connection, owner):
    order = draft_of(connection, owner, "10238").order.order
    assert order.checkout_answers == (("BTW-nummer", "NL000099998B57"), ("Uw referentie", "PO-2026-0417"))
    assert order.instructions
    assert order.address.company


def test_what_is_missing_is_filled_with_the_shops_own_default_and_said(connection, owner):
    shipment = draft_of(connection, owner, "10239")
    assert "weight_default" in codes(shipment.notes)
    assert shipment.phone == ""


def test_a_note_of_the_buyer_is_kept(connection, owner):
    assert draft_of(connection, owner, "10231").order.order.buyer_note == recorded_order("10231").buyer_note
