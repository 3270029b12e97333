"""Printed labels that no carrier has scanned: the hand-over sheet of today, and those that wait for days."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from shipments.models import FurtherParcel, Shipment
from shipments.queries import filters, handover
from shipments.tests.factories import make_shipment
from shops.models import Shop

pytestmark = pytest.mark.django_db
PATH = "/zendingen/overdracht/"


@pytest.fixture
def mine(client_for, owner) -> Client:
    return client_for(owner)


def printed(shop: Shop, barcode: str, days: float = 0, **fields: object) -> Shipment:
    moment = timezone.now() - timedelta(days=days)
    return make_shipment(shop, **({"status": "printed", "barcode": barcode, "printed_at": moment} | fields))


def test_the_sheet_has_what_was_printed_today_and_not_scanned_by_carrier(mine: Client, shop: Shop, rival: Shop):
    first = printed(shop, "3SA", reference="5001", parcel_count=2)
    FurtherParcel.objects.create(shipment=first, number=2, barcode="3SB")
    printed(shop, "JVGL", carrier="dhlforyou", city="Gent", country="BE")
    printed(shop, "3SOLD", days=1.5)
    printed(shop, "3SSCANNED", status="in_transit")
    printed(shop, "3SRETURN", parent=first)
    printed(rival, "3STHEIRS")
    made = handover.todays_handover(shop)
    assert [(one.carrier, one.parcels) for one in made.carriers] == [("dhlforyou", 1), ("postnl", 2)]
    page = mine.get(PATH).content.decode()
    assert all(text in page for text in ("#5001", "3SA", "3SB", "JVGL", "Gent, BE", "2 pakketten", "Handtekening"))
    assert not any(text in page for text in ("3SOLD", "3SSCANNED", "3SRETURN", "3STHEIRS"))


def test_a_day_without_labels_has_no_sheet_to_print(mine: Client, shop: Shop):
    page = mine.get(PATH).content.decode()
    assert "Niets om mee te geven" in page
    assert "data-print-page" not in page


def test_the_sheet_ends_and_says_so(mine: Client, shop: Shop, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(handover, "MAX_LISTED", 2)
    for number in range(4):
        printed(shop, f"3S{number}")
    mine.get("/")
    with django_assert_max_num_queries(12):
        assert "die vandaag geprint zijn" in mine.get(PATH).content.decode()


def test_a_label_waits_when_it_was_printed_days_ago_and_never_scanned(mine: Client, shop: Shop):
    waiting = printed(shop, "3SOLD", days=3.1)
    printed(shop, "3SNEW", days=2.9)
    printed(shop, "3SSCANNED", days=9, status="in_transit")
    found = filters.narrow_shipments(shop.shipments.all(), QueryDict("unscanned=3"))
    assert list(found) == [waiting]
    assert "1 al 3 dagen niet gescand" in mine.get("/zendingen/", {"tab": "printed"}).content.decode()
    page = mine.get("/zendingen/", {"tab": "printed", "unscanned": "3"}).content.decode()
    assert "Geprint, niet gescand" in page
    assert "kost niets" in page
    assert page.count(str(waiting.public_id)) > 0


@pytest.mark.parametrize("days", ["x", "-1", "0", "999999999999999999999"])
def test_a_wrong_number_of_days_narrows_nothing(shop: Shop, days: str):
    printed(shop, "3SNEW")
    assert filters.narrow_shipments(shop.shipments.all(), QueryDict(f"unscanned={days}")).count() == 1
