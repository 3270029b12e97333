"""The public tracking page."""

import pytest
from django.test import Client

from shipments.tests.factories import make_shipment
from shops.models import Shop
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


def test_who_asks_too_often_waits_a_minute(shop: Shop, monkeypatch):
    monkeypatch.setattr(tracking_page, "this_minute", lambda: 1)
    shipment = make_shipment(shop, status="in_transit", barcode="3SZ")
    browser = Client()
    answers = [browser.get(f"/volg/{shipment.public_id}/").status_code for _time in range(62)]
    assert answers[0] == 200
    assert answers[-1] == 429
    monkeypatch.setattr(tracking_page, "this_minute", lambda: 2)
    assert browser.get(f"/volg/{shipment.public_id}/").status_code == 200
