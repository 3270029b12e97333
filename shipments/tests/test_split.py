"""Splitting an order into several parcels."""

import pytest

from integrations.models import Fulfillment
from integrations.services import mirror
from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import FakePlatform, abroad, make_order
from jobs import runner
from shipments.models import Shipment
from shipments.services.drafts import trash
from shipments.services.drafts.save import EditConflict
from shipments.services.drafts.split import ParcelShare, SplitError, even_split, recreate_draft, split_draft
from shipments.services.imports import order_import
from shipments.services.labels import register
from shipments.tests.factories import fill_sender, make_shipment
from shops.models import PackagePreferences, Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(acme: FakePlatform, shop: Shop, owner) -> Shipment:
    """A draft of an order with two units."""
    PackagePreferences.objects.get_or_create(shop=shop)
    fill_sender(shop)
    connection = make_connection(shop)
    acme.orders = [make_order(1)]
    mirror.store_orders(connection, acme.orders)
    order_import.start_import(shop, owner, orders=connection.orders.all(), key="import")
    runner.run_due()
    return shop.shipments.get()


def split_in_two(draft: Shipment, owner) -> list[Shipment]:
    parts = [ParcelShare({"line-1": 1}, 400), ParcelShare({"line-1": 1}, 500)]
    return split_draft(draft, by=owner, version=draft.version, parts=parts)


def test_each_part_has_its_own_pieces_weight_barcode_and_record_at_the_shop(draft: Shipment, shop: Shop, owner):
    split_in_two(draft, owner)
    register.start_labels(shop, owner, shipments=shop.shipments.all(), layout="a6", start=1, key="labels")
    runner.run_due()
    rows = list(shop.shipments.order_by("parcel_number"))
    assert [row.weight for row in rows] == [400, 500]
    assert [row.parcel_number for row in rows] == [1, 2]
    assert len({row.barcode for row in rows}) == 2
    assert [row.lines for row in Fulfillment.objects.order_by("pk")] == [[["line-1", 1]], [["line-1", 1]]]
    assert sum(row.value for row in rows) == draft.order.order.lines[0].unit_value * 2


def test_the_parts_must_be_the_whole(draft: Shipment, owner):
    wrong = (
        [ParcelShare({"line-1": 2}, 400), ParcelShare({}, 500)],
        [ParcelShare({"line-1": 1}, 400), ParcelShare({"line-1": 2}, 500)],
        [ParcelShare({"line-1": 1}, 400), ParcelShare({"other": 1}, 500)],
        [ParcelShare({"line-1": 1}, 400), ParcelShare({"line-1": 1}, 0)],
        [ParcelShare({"line-1": 2}, 400)],
        [ParcelShare({"line-1": 3}, 400), ParcelShare({"line-1": -1}, 400)],
    )
    for parts in wrong:
        with pytest.raises(SplitError) as refused:
            split_draft(draft, by=owner, version=draft.version, parts=parts)
        assert str(refused.value.message)
    assert Shipment.objects.count() == 1


@pytest.mark.parametrize("pieces", [(7,), (2, 3), (1, 1, 1, 1), (5, 0, 8), (100_000, 99_999)])
@pytest.mark.parametrize("count", [2, 3, 10])
def test_a_first_proposal_deals_out_every_piece_evenly(shop: Shop, pieces, count):
    lines = [{"id": f"line-{n}", "pieces": number, "name": "", "sku": ""} for n, number in enumerate(pieces)]
    dealt = even_split(make_shipment(shop, order_lines=lines), count)
    for line in lines:
        assert sum(part.units.get(line["id"], 0) for part in dealt) == line["pieces"]
    totals = [sum(part.units.values()) for part in dealt]
    assert max(totals) - min(totals) <= 1


def test_a_draft_somebody_changed_meanwhile_is_not_split(draft: Shipment, owner):
    with pytest.raises(EditConflict):
        split_draft(draft, by=owner, version=draft.version + 1, parts=even_split(draft, 2))
    assert Shipment.objects.count() == 1


def test_the_same_division_pressed_twice_is_made_once(draft: Shipment, shop: Shop, owner, client_for):
    form = {"split": "1", "count": "2", "version": draft.version, "w0": "400", "w1": "500"}
    for _press in range(2):
        answer = client_for(owner).post(
            f"/zendingen/{draft.public_id}/splitsen/", form | {"p0-line-1": "1", "p1-line-1": "1"}, follow=True
        )
        assert "in 2 pakketten" in answer.content.decode()
    assert shop.shipments.count() == 2
    other = {"p0-line-1": "1", "p1-line-1": "0", "w0": "100"}
    client_for(owner).post(f"/zendingen/{draft.public_id}/splitsen/", form | other)
    assert sorted(shop.shipments.values_list("weight", flat=True)) == [400, 500]


def test_the_customs_form_is_divided_with_the_pieces(acme: FakePlatform, draft: Shipment, shop: Shop, owner):
    acme.orders = [abroad("US", 2, region="NY")]
    connection = shop.connections.get()
    mirror.store_orders(connection, acme.orders)
    order_import.start_import(shop, owner, orders=connection.orders.filter(number="2"), key="second")
    runner.run_due()
    far = shop.shipments.get(reference="2")
    split_in_two(far, owner)
    assert [row.customs_items.get().quantity for row in shop.shipments.filter(reference="2")] == [1, 1]


def cancelled(shipment: Shipment) -> Shipment:
    Shipment.objects.filter(pk=shipment.pk).update(status="cancelled")
    shipment.refresh_from_db()
    return shipment


def test_a_cancelled_shipment_without_an_order_has_one_new_draft_however_often_it_is_asked(shop: Shop, owner):
    gone = cancelled(make_shipment(shop))
    draft = recreate_draft(gone, by=owner)
    assert recreate_draft(gone, by=owner) == draft
    Shipment.objects.filter(pk=draft.pk).update(status="printed", barcode="3STBPO1")
    assert recreate_draft(gone, by=owner) == draft
    assert shop.shipments.count() == 2


def test_who_cancels_or_deletes_the_new_draft_too_can_make_another(shop: Shop, owner):
    first = cancelled(make_shipment(shop))
    second = cancelled(recreate_draft(first, by=owner))
    third = recreate_draft(first, by=owner)
    assert recreate_draft(second, by=owner) == third
    trash.delete_drafts(shop.shipments.filter(pk=third.pk), by=owner)
    assert recreate_draft(first, by=owner) not in (first, second, third)


def test_two_cancelled_parcels_with_the_same_contents_become_two_drafts(draft: Shipment, shop: Shop, owner):
    first, second = (cancelled(part) for part in split_in_two(draft, owner))
    drafts = [recreate_draft(part, by=owner) for part in (first, second, first)]
    assert drafts[0] == drafts[2] != drafts[1]
    assert [draft.parcel_number for draft in drafts[:2]] == [3, 4]


def test_a_new_draft_that_has_its_label_by_now_is_shown_as_that(shop: Shop, owner, client_for):
    gone = cancelled(make_shipment(shop))
    draft = recreate_draft(gone, by=owner)
    Shipment.objects.filter(pk=draft.pk).update(status="printed", barcode="3STBPO1")
    page = client_for(owner).post(f"/zendingen/{gone.public_id}/opnieuw/", follow=True)
    assert page.redirect_chain[-1][0] == f"/zendingen/{draft.public_id}/"
    assert "dit is het label daarvan" in page.content.decode()


def test_a_merchant_splits_on_a_page_and_reads_what_is_wrong(draft: Shipment, owner, client_for):
    browser = client_for(owner)
    path = f"/zendingen/{draft.public_id}/splitsen/"
    assert 'name="p1-line-1"' in browser.get(path).content.decode()
    form = {"split": "1", "count": "2", "version": draft.version, "w0": "300", "w1": "300"}
    wrong = browser.post(path, form | {"p0-line-1": "2", "p1-line-1": "2"})
    assert wrong.status_code == 422
    assert "Verdeel alle stuks" in wrong.content.decode()
    assert browser.post(path, form | {"p0-line-1": "1", "p1-line-1": "1"}).status_code == 302
    assert Shipment.objects.count() == 2
