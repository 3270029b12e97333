"""A large batch with 3 % rejected ends with a label or a reason for every parcel, with either gateway."""

import pytest

from carriers.tests.pdf_reading import read_pages
from jobs import runner
from lib.stored_messages import localized
from shipments.models import Shipment
from shipments.services.labels import files, register
from shipments.tests.factories import fill_sender, make_shipment
from shops.models import Shop
from shops.services import gateway_accounts
from tests.sandbox_server import MyParcelSandbox

pytestmark = [pytest.mark.django_db, pytest.mark.stack]
BATCH_SIZE, REJECTED_EVERY, REJECTED = 250, 33, 7
ACCEPTED = BATCH_SIZE - REJECTED
# What each gateway does not take and our own list of problems does not know of.
REFUSED = {"local": {"number": ""}, "myparcel": {"postal_code": "9999 ZZ"}}


@pytest.mark.parametrize("gateway", list(REFUSED))
def test_a_large_batch_with_three_per_cent_refused(shop: Shop, owner, settings, sandbox: MyParcelSandbox, gateway):
    settings.MYPARCEL_API_URL = sandbox.api
    fill_sender(shop, key=False)
    if gateway == "myparcel":
        gateway_accounts.save_api_key(shop, sandbox.key)
    for number in range(BATCH_SIZE):
        make_shipment(
            shop, **(REFUSED[gateway] if number % REJECTED_EVERY == 1 and number < REJECTED * REJECTED_EVERY else {})
        )
    rows = shop.shipments.order_by("pk")
    job = register.start_labels(shop, owner, shipments=rows, layout="a6", start=1, key="batch")
    runner.run_due()
    job.refresh_from_db()
    assert job.state == "done"
    refused = job.items.filter(state="refused")
    assert refused.count() == REJECTED
    assert all(localized(item.reason) for item in refused)
    codes = read_pages(files.label_file(job).read_bytes())
    assert len(codes) == ACCEPTED
    status = "test" if gateway == "local" else "registered"
    labelled = Shipment.objects.filter(status=status, gateway=gateway)
    assert labelled.values("barcode").distinct().count() == ACCEPTED
    assert [read[0] for read in codes if read] == list(labelled.order_by("pk").values_list("barcode", flat=True))
    if gateway == "myparcel":
        assert len(sandbox.shipments) == ACCEPTED
