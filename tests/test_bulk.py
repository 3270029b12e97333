"""Many labels at once: each ends with a label or a reason, whatever is left out, refused, pressed twice or killed."""

from datetime import timedelta

import pytest
from django.db import connection as database
from django.utils import timezone

from carriers.parcels import RegistrationRejected
from carriers.tests.pdf_reading import read_pages
from jobs import runner
from jobs.models import Job
from lib.stored_messages import localized
from shipments.models import Shipment
from shipments.services.labels import files, register
from shipments.tests.factories import fill_sender, make_shipment
from shops.models import Shop
from shops.services import gateway_accounts
from tests.sandbox_server import MyParcelSandbox
from tests.test_crash_at_every_line import Carrier, SimulatedCrash, carrier

__all__ = ["carrier"]

pytestmark = pytest.mark.django_db
BATCH_SIZE, REJECTED_EVERY, REJECTED = 250, 33, 7
ACCEPTED = BATCH_SIZE - REJECTED
# What each gateway does not take and our own list of problems does not know of.
REFUSED = {"local": {"number": ""}, "myparcel": {"postal_code": "9999 ZZ"}}


@pytest.mark.stack
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


SELECTED, LEFT_OUT_EVERY, KILLED_AFTER = 5_000, 10, 60


@pytest.mark.skipif(database.vendor != "sqlite", reason="once is enough: the crashes are tried on both")
def test_five_thousand_selected_are_each_made_once(shop: Shop, owner, carrier: Carrier, monkeypatch):
    """Answers leave parcels out, one parcel is poison, the button is pressed twice, and the worker dies half-way."""
    fill_sender(shop)
    first = make_shipment(shop)
    copied = {field.attname: getattr(first, field.attname) for field in Shipment._meta.concrete_fields}
    del copied["id"], copied["public_id"]
    Shipment.objects.bulk_create([Shipment(**copied) for _copy in range(SELECTED - 1)], batch_size=500)
    poison, calls, made = str(first.public_id), [], carrier.register

    def register_some(consignments):
        calls.append(len(consignments))
        if len(calls) == KILLED_AFTER:
            made(consignments)
            raise SimulatedCrash
        answers = made([one for one in consignments if one.reference != poison])
        answers += [RegistrationRejected(one.reference, "No.") for one in consignments if one.reference == poison]
        return answers[1:] if len(calls) % LEFT_OUT_EVERY == 0 else answers

    monkeypatch.setattr(carrier, "register", register_some)
    rows = shop.shipments.order_by("pk")
    jobs = [register.start_labels(shop, owner, shipments=rows, layout="a6", start=1, key="once") for _press in "ab"]
    assert jobs[0] == jobs[1]
    crashes = 0
    while jobs[0].finished_at is None and len(calls) < SELECTED:
        Job.objects.update(lease_until=None, next_at=timezone.now() - timedelta(seconds=1))
        try:
            runner.run_due()
        except SimulatedCrash:
            crashes += 1
        jobs[0].refresh_from_db()
    assert crashes == 1
    assert (jobs[0].state, jobs[0].ok_count, jobs[0].failed_count) == ("done", SELECTED - 1, 1)
    references = [answer.reference for answer in carrier.registered]
    assert len(references) == len(set(references)) == SELECTED - 1
    assert set(rows.values_list("public_id", flat=True)) - {first.public_id} == {
        *map(type(first.public_id), references)
    }
    assert sum(calls) < SELECTED * 1.02, "nothing is sent twice"
