"""Following a shipment of several parcels."""

import base64

import pytest

from jobs import runner
from shipments.models import Shipment
from shipments.services.labels import register
from shipments.tests.factories import fill_sender, make_shipment
from shops.models import Shop
from shops.services import gateway_accounts
from tests.sandbox_server import MyParcelSandbox
from tracking import poll

pytestmark = pytest.mark.django_db


def test_a_message_about_any_of_its_parcels_brings_the_status_of_all(
    shop: Shop, owner, sandbox: MyParcelSandbox, settings
):
    settings.MYPARCEL_API_URL = sandbox.api
    fill_sender(shop)
    account = gateway_accounts.save_api_key(shop, sandbox.key)
    shipment = make_shipment(shop, parcel_count=2)
    register.start_labels(shop, owner, shipments=shop.shipments.all(), layout="a6", start=1, key="labels")
    runner.run_due()
    second = shipment.further_parcels.get()
    sandbox.move(second.barcode, 3)
    Shipment.objects.update(next_poll_at="2100-01-01T00:00Z")
    body = b'{"data": {"hooks": [{"shipment_id": %s}]}}' % second.external_id.encode()
    headers = {"X-MyParcel-Authorization": base64.b64encode(sandbox.key.encode()).decode()}
    assert poll.accept_webhook("myparcel", account.webhook_token, headers, body)
    poll.poll_due()
    second.refresh_from_db()
    shipment.refresh_from_db()
    assert (second.tracking_status, shipment.status) == ("handed_over", "in_transit")
