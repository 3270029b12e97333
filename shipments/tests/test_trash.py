"""Deleted drafts can be restored for ten minutes, but not next to a new draft of the same order."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from integrations.tests.factories import make_connection, mirror_order
from shipments.models import Shipment
from shipments.queries import filters, search
from shipments.services.drafts import trash
from shipments.services.imports.order_import import import_now
from shipments.tests.factories import make_shipment
from shipments.views.import_orders import site_tabs

pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant(client_for, owner, shop):
    return client_for(owner)


def kinds(shipment: Shipment) -> list[str]:
    return [event.kind for event in shipment.events.order_by("pk")]


def test_deleted_together_comes_back_together_with_its_log(shop, owner):
    two = [make_shipment(shop), make_shipment(shop)]
    moment, gone = trash.delete_drafts(shop.shipments.all(), by=owner)
    assert (gone, shop.shipments.count()) == (2, 0)
    assert trash.restore(shop, moment, by=owner) == (2, [])
    assert trash.restore(shop, moment, by=owner) == (0, []), "twice in a row changes nothing"
    assert shop.shipments.count() == 2
    assert kinds(two[0]) == ["deleted", "restored"]


def test_what_has_a_label_stays(shop, owner):
    make_shipment(shop, status="registered", barcode="3S1")
    assert trash.delete_drafts(shop.shipments.all(), by=owner)[1] == 0
    assert shop.shipments.count() == 1


def test_an_order_that_was_imported_again_keeps_one_draft_and_its_name_is_told(shop, owner, acme):
    connection = make_connection(shop)
    order = mirror_order(connection)
    make_shipment(shop, order=order, reference=order.number)
    other = make_shipment(shop)
    moment, _gone = trash.delete_drafts(shop.shipments.all(), by=owner)
    import_now(shop, owner, orders=shop.externalorders.all(), key="again")
    assert trash.restore(shop, moment, by=owner) == (1, [order.number])
    assert shop.shipments.filter(order=order).count() == 1
    assert shop.shipments.filter(pk=other.pk).exists()


def test_the_order_of_a_deleted_draft_waits_again_and_every_count_says_so(merchant, shop, owner):
    connection = make_connection(shop, synced_at="2099-01-01T00:00Z")
    draft = make_shipment(shop, order=mirror_order(connection), reference="10231")
    assert not filters.waiting_orders().exists()
    trash.delete_drafts(Shipment.objects.filter(pk=draft.pk), by=owner)
    assert [tab.waiting for tab in site_tabs(shop)] == [1]
    assert len(filters.open_orders(connection, QueryDict())) == 1
    assert len(search.find_orders(shop, search.parse_query("10231").words).rows) == 1
    assert re.search(r'<span class="btn__count">\s*1\s*<', merchant.get("/zendingen/").content.decode())


def test_after_ten_minutes_it_is_gone_for_good(shop, owner):
    late, early = make_shipment(shop), make_shipment(shop)
    moment = timezone.now() - trash.UNDO_WINDOW - timedelta(seconds=1)
    Shipment.objects.filter(pk=late.pk).update(deleted_at=moment)
    trash.delete_drafts(shop.shipments.filter(pk=early.pk), by=owner)
    assert trash.restore(shop, moment, by=owner) == (0, [])
    assert trash.purge_deleted() == 1
    assert [shipment.pk for shipment in Shipment.including_deleted.all()] == [early.pk]


def test_the_page_asks_first_deletes_and_offers_the_way_back(merchant, shop):
    shipment = make_shipment(shop)
    path = f"/zendingen/{shipment.public_id}/verwijderen/"
    assert "Verwijder dit concept?" in merchant.get(path).content.decode()
    assert shop.shipments.count() == 1, "looking deletes nothing"
    page = merchant.post(path, follow=True).content.decode()
    assert "1 concept verwijderd" in page
    assert "Zet terug" in page
    moment = Shipment.including_deleted.get().deleted_at
    assert moment
    page = merchant.post("/zendingen/terugzetten/", {"moment": moment.isoformat()}, follow=True).content.decode()
    assert "1 concept is terug." in page
    assert shop.shipments.count() == 1


def test_the_question_about_a_whole_tab_counts_drafts_only(merchant, shop):
    """How many shipments there are the counters know, however many that is; with a filter they do not."""
    for number in range(2):
        make_shipment(shop)
        make_shipment(shop, status="registered", barcode=f"3S{number}")
    for chosen, counts in (("tab=all", 1), ("tab=all&destination=nl", 2)):
        with CaptureQueriesContext(connection) as made:
            page = merchant.post(reverse("shipments:bulk_delete"), {"all_matching": chosen})
        assert (page.context["count"], page.context["with_label"]) == (2, 2)
        counted = {query["sql"] for query in made if 'COUNT(*) AS "__count" FROM "shipments_shipment"' in query["sql"]}
        assert len(counted) == counts, chosen


def test_another_shop_brings_nothing_back(merchant, rival, owner):
    make_shipment(rival)
    moment, _gone = trash.delete_drafts(rival.shipments.all(), by=owner)
    merchant.post("/zendingen/terugzetten/", {"moment": moment.isoformat()})
    assert rival.shipments.count() == 0


@pytest.mark.parametrize("moment", ["", "x", "2026-01-01", "2026-99-99T00:00", "2026-01-01T00:00"])
def test_a_moment_that_makes_no_sense_says_so(merchant, moment):
    page = merchant.post("/zendingen/terugzetten/", {"moment": moment}, follow=True).content.decode()
    assert "Er is niets terug te zetten" in page
