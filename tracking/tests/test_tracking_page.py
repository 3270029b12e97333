"""The public tracking page."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shipments.models import Shipment
from shipments.tests.factories import make_shipment
from shops.models import Retention, Shop
from tracking.views import tracking_page

pytestmark = pytest.mark.django_db


def test_a_buyer_follows_a_parcel_and_learns_nothing_of_the_person(shop: Shop):
    shipment = make_shipment(shop, status="in_transit", barcode="3SX", tracking_url="https://carrier.example/3SX")
    answer = Client().get(f"/volg/{shipment.public_id}/")
    page = answer.content.decode()
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "Atelier Noord" in page
    assert "Je pakket is onderweg." in page
    for secret in ("Hanna", "Vermeulen", "Lindelaan", "3524", shipment.reference):
        assert secret not in page
    assert "Your parcel is on its way." in Client().get(f"/volg/{shipment.public_id}/?lang=en").content.decode()


def test_the_page_speaks_the_language_of_the_country_and_opens_for_nobody_else(shop: Shop):
    abroad = make_shipment(shop, status="registered", barcode="3SY", country="DE")
    assert "Your parcel has been registered." in Client().get(f"/volg/{abroad.public_id}/").content.decode()
    draft = make_shipment(shop)
    assert Client().get(f"/volg/{draft.public_id}/").status_code == 404
    Shop.objects.update(tracking_page=False)
    assert Client().get(f"/volg/{abroad.public_id}/").status_code == 404


def test_no_link_on_the_page_holds_the_postcode(shop: Shop):
    url = "https://jouw.postnl.nl/track-and-trace/3SX-NL-3524KB"
    shipment = make_shipment(shop, status="in_transit", barcode="3SX", tracking_url=url)
    page = Client().get(f"/volg/{shipment.public_id}/").content.decode()
    assert 'href="https://jouw.postnl.nl/track-and-trace/3SX-NL"' in page
    assert "3524" not in page


@pytest.mark.parametrize(("status", "days", "code"), [
    ("delivered", 41, 200),
    ("delivered", 43, 410),
    ("returned", 43, 410),
    ("cancelled", 43, 410),
    ("in_transit", 43, 200),
])  # fmt: skip
def test_the_page_ends_some_weeks_after_the_parcel_arrived(shop: Shop, status: str, days: int, code: int):
    at = timezone.now() - timedelta(days=days)
    shipment = make_shipment(shop, status=status, barcode="3SX", status_at=at)
    answer = Client().get(f"/volg/{shipment.public_id}/")
    assert answer.status_code == code
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert ("Utrecht" in answer.content.decode()) == (code == 200)


def test_a_shop_says_for_how_long_and_an_erased_recipient_has_no_page(shop: Shop):
    shipment = make_shipment(shop, status="delivered", barcode="3SX", status_at=timezone.now() - timedelta(days=43))
    Retention.objects.create(shop=shop, tracking_days=60)
    assert Client().get(f"/volg/{shipment.public_id}/").status_code == 200
    Shipment.objects.update(recipient_erased_at=timezone.now())
    assert Client().get(f"/volg/{shipment.public_id}/").status_code == 410


def test_who_asks_too_often_waits_a_minute(shop: Shop, monkeypatch):
    monkeypatch.setattr(tracking_page, "this_minute", lambda: 1)
    shipment = make_shipment(shop, status="in_transit", barcode="3SZ")
    browser = Client()
    answers = [browser.get(f"/volg/{shipment.public_id}/").status_code for _time in range(62)]
    assert answers[0] == 200
    assert answers[-1] == 429
    monkeypatch.setattr(tracking_page, "this_minute", lambda: 2)
    assert browser.get(f"/volg/{shipment.public_id}/").status_code == 200
