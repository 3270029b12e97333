"""Oefenen: parcels that are on their way for real are still followed."""

import pytest
from django.utils import timezone

from carriers.gateways.base import Tracking
from carriers.tests.fake_gateway import AcmePost
from carriers.tracking_status import TrackingStatus
from shipments.models import Shipment
from shipments.tests.factories import fill_sender, make_shipment
from shops.models import Shop
from shops.services import practice
from tracking import poll

pytestmark = pytest.mark.django_db


def test_a_real_parcel_is_still_followed(shop: Shop, owner, monkeypatch):
    fill_sender(shop)
    labeled = {"status": "printed", "gateway": "acmepost", "external_id": "1", "barcode": "3SREAL1"}
    make_shipment(shop, **labeled, next_poll_at=timezone.now())
    practice.start_practice(shop, by=owner)
    found = Tracking("1", TrackingStatus.DELIVERED, is_final=True)
    monkeypatch.setattr(AcmePost, "track", lambda _self, ids: dict.fromkeys(ids, found))
    poll.poll_due()
    assert Shipment.objects.get().status == "delivered"
