"""The label dialog: counts, sheets, and shipments that cannot be printed."""

import re

import pytest
from django.utils import timezone

from jobs.models import Job
from shipments.tests.factories import fill_sender, make_shipment
from shops.models import Shop

pytestmark = pytest.mark.django_db
PATH = "/zendingen/labels/"


@pytest.fixture
def mine(client_for, owner, shop: Shop):
    fill_sender(shop)
    return client_for(owner)


def text(client, **data: object) -> str:
    return client.get(PATH, data).content.decode()


@pytest.mark.parametrize(("labels", "start", "sheets"), [(1, 1, 1), (4, 1, 1), (4, 2, 2), (9, 2, 3), (3, 4, 2)])
def test_the_number_of_sheets_counts_the_places_that_are_used_already(
    mine, shop: Shop, labels: int, start: int, sheets: int
):
    Shop.objects.filter(pk=shop.pk).update(label_layout="a4", label_start=start)
    for _number in range(labels):
        make_shipment(shop)
    page = text(mine, all_matching="tab=all")
    assert re.search(rf"data-print-sheets>\s*{sheets}\s*<", page)
    assert re.search(rf'value="{start}"\s+data-start-spot\s+checked', page)


def test_who_misses_something_is_named_with_the_place_to_mend_it(mine, shop: Shop):
    make_shipment(shop)
    problem = {"field": "number", "code": "x", "text": {"nl": "Vul een huisnummer in."}}
    for _number in range(12):
        bad = make_shipment(shop, blocked_by="address", problems=[problem])
    page = text(mine, all_matching="tab=all")
    assert "12 van de 13 zendingen doen niet mee." in page
    assert f'href="/zendingen/{bad.public_id}/bewerken/"' in page
    assert page.count("Vul een huisnummer in.") == 10
    assert re.search(r"Download 1 label\s*<", page)


def test_when_nobody_can_come_along_there_is_nothing_to_press(mine, shop: Shop):
    make_shipment(shop, blocked_by="address", problems=[{"field": "number", "code": "x", "text": {"nl": "x"}}])
    assert 'type="submit" disabled' in text(mine, all_matching="tab=all")


def test_labels_that_were_downloaded_before_can_be_left_out(mine, shop: Shop):
    fresh = make_shipment(shop, status="registered", barcode="3S1")
    make_shipment(shop, status="printed", barcode="3S2", printed_at=timezone.now())
    assert 'name="unprinted_only"' in text(mine, all_matching="tab=all")
    mine.post(PATH, {"all_matching": "tab=all", "layout": "a6", "key": "k", "unprinted_only": "1"})
    assert [item.shipment_id for item in Job.objects.get().items.all()] == [fresh.pk]


def test_a_cancelled_shipment_is_never_printed(mine, shop: Shop):
    make_shipment(shop, status="cancelled")
    assert mine.get(PATH, {"all_matching": "tab=all"}).url == "/zendingen/"


def test_in_a_window_it_is_the_form_alone(mine, shop: Shop):
    make_shipment(shop)
    window = {"HX-Request": "true", "HX-Target": "dialog"}
    part = mine.post(PATH, {"all_matching": "tab=all"}, headers=window).content.decode()
    assert part.lstrip().startswith("<form")
    assert "<html" not in part
    assert not Job.objects.exists()


def test_the_page_asks_as_little_for_many_as_for_one(mine, shop: Shop, django_assert_max_num_queries):
    for number in range(60):
        make_shipment(shop, blocked_by="address" if number % 2 else "", problems=[])
    with django_assert_max_num_queries(12):
        text(mine, all_matching="tab=all")
