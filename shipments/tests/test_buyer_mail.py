"""The buyer's email in words: emailed and when, not known yet, or no and why. Unknown is never told as no."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from integrations.models import Fulfillment
from integrations.tests.factories import make_connection, make_fulfillment
from shipments.models import Shipment
from shipments.presentation.buyer_mail import buyer_mail
from shipments.tests.factories import make_shipment
from shops.models import Shop

pytestmark = pytest.mark.django_db
AFTERNOON = "2026-11-30T15:31:00Z"


@pytest.fixture
def parcel(shop: Shop) -> Shipment:
    """A label whose update Acme confirmed."""
    now = timezone.now()
    told = make_fulfillment(make_connection(shop), state="done", sent_at=now, confirmed_at=now)
    return make_shipment(shop, status="printed", barcode="3S1", order=told.order, fulfillment=told)


def change(parcel: Shipment, **changes: object) -> str:
    Fulfillment.objects.update(**changes)
    parcel.refresh_from_db()
    known = buyer_mail(parcel)
    assert known
    return known.state


def panel(client_for, owner: User, parcel: Shipment, language: str) -> str:
    owner.language = language
    owner.save()
    client: Client = client_for(owner)
    page = client.get(f"/zendingen/{parcel.public_id}/").content.decode()
    return " ".join(page.split('data-mail="')[1].split("</dd>")[0].split())


@time_machine.travel(AFTERNOON, tick=False)
def test_the_time_is_that_of_the_shop_system(client_for, owner: User, parcel: Shipment):
    Fulfillment.objects.update(buyer_mailed_at=timezone.now())
    assert "gemaild 16:31" in panel(client_for, owner, parcel, "nl")
    Fulfillment.objects.update(buyer_mailed_at=timezone.now() - timedelta(days=1))
    assert "gemaild gisteren 16:31" in panel(client_for, owner, parcel, "nl")


def test_what_nobody_reported_is_not_known_yet_and_never_a_no(client_for, owner: User, parcel: Shipment):
    said = panel(client_for, owner, parcel, "nl")
    assert said.startswith('unknown"> nog niet bekend')
    assert "Acme mails the buyer." in said
    assert "niet door" not in said


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"state": "needs_attention", "confirmed_at": None}, "no"),
        ({"state": "cancelled", "confirmed_at": None, "sent_at": None}, "no"),
        ({"state": "due", "confirmed_at": None, "sent_at": None}, "unknown"),
        ({"state": "sending", "confirmed_at": None}, "unknown"),
        ({"state": "unknown", "confirmed_at": None, "unconfirmed": True}, "unknown"),
        ({"state": "needs_attention", "confirmed_at": None, "unconfirmed": True}, "unknown"),
        # Confirmed before: a later change failed, or the label was canceled afterwards.
        ({"state": "needs_attention"}, "unknown"),
        ({"state": "cancelled"}, "unknown"),
    ],
)
def test_a_no_needs_certainty(parcel: Shipment, changes: dict[str, object], state: str):
    assert change(parcel, **changes) == state
    assert change(parcel, buyer_mailed_at=timezone.now()) == "emailed"


def test_a_no_says_why(client_for, owner: User, parcel: Shipment):
    change(parcel, state="needs_attention", confirmed_at=None)
    assert "niet: de webshop is niet bijgewerkt" in panel(client_for, owner, parcel, "nl")
    change(parcel, state="cancelled", sent_at=None)
    assert "no: the label was cancelled" in panel(client_for, owner, parcel, "en")


def test_an_order_without_an_address_cannot_be_mailed(client_for, owner: User, parcel: Shipment):
    assert parcel.order
    parcel.order.data["email"] = ""
    parcel.order.save()
    assert "no: the order has no email address" in panel(client_for, owner, parcel, "en")


def test_a_shipment_without_a_webshop_says_nothing(shop: Shop):
    assert buyer_mail(make_shipment(shop, status="printed", barcode="3S2")) is None
