"""Creating labels: one registration and one fulfillment per shipment; failed items do not affect the others."""

import uuid
from datetime import timedelta
from functools import partial

import pypdfium2
import pytest
from django.utils import timezone

from carriers.barcodes import series_for
from carriers.gateways.local import LocalGateway
from carriers.parcels import Destination, ParcelChoice, RegistrationRejected
from integrations.models import Connection, Fulfillment
from integrations.orders import OrderStatus, PaymentStatus
from integrations.services import mirror
from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import PLACED, FakePlatform, abroad, make_order
from jobs import runner
from jobs.models import Job
from lib.http import ApiInvalidResponse, ApiRejected, ApiUnauthorized, ApiUnavailable
from shipments.models import BarcodeBlock, Shipment
from shipments.services.imports import order_import
from shipments.services.labels import files, register, registration_call, unanswered
from shipments.services.labels.barcode_numbers import allocate_numbers
from shipments.tests.factories import fill_sender
from shops.models import PackagePreferences, Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection(shop: Shop) -> Connection:
    PackagePreferences.objects.get_or_create(shop=shop)
    fill_sender(shop)
    return make_connection(shop)


def imported(acme: FakePlatform, connection: Connection, owner, *orders) -> list[Shipment]:
    """Drafts of these orders, created by an import."""
    acme.orders = list(orders)
    mirror.store_orders(connection, orders)
    order_import.start_import(connection.shop, owner, orders=connection.orders.order_by("number"), key="import")
    runner.run_due()
    return list(Shipment.objects.order_by("reference"))


def make_labels(connection: Connection, owner, key: str = "labels", **fields) -> Job:
    shipments = Shipment.objects.filter(shop=connection.shop).order_by("reference")
    options = {"layout": "a6", "start": 1} | fields
    job = register.start_labels(connection.shop, owner, shipments=shipments, key=key, **options)
    runner.run_due()
    job.refresh_from_db()
    return job


def pages(job: Job) -> int:
    return len(pypdfium2.PdfDocument(files.label_file(job).read_bytes()))


def use_gateway(monkeypatch, gateway: LocalGateway) -> None:
    for module in (registration_call, unanswered):
        monkeypatch.setattr(module, "open_gateway", lambda shop, name: gateway)


def test_a_label_gives_a_barcode_a_promise_and_a_pdf(acme: FakePlatform, connection, owner):
    imported(acme, connection, owner, make_order())
    job = make_labels(connection, owner)
    shipment = Shipment.objects.get()
    assert (job.state, shipment.status) == ("done", "registered")
    assert shipment.barcode.startswith("3SSTUB")
    assert shipment.barcode in shipment.tracking_url
    promise = Fulfillment.objects.get()
    assert shipment.fulfillment == promise
    assert (promise.tracking_number, promise.lines) == (shipment.barcode, [["line-1", 2]])
    assert pages(job) == 1


def test_making_labels_again_prints_the_same_barcodes_and_promises_nothing_new(acme: FakePlatform, connection, owner):
    imported(acme, connection, owner, make_order())
    make_labels(connection, owner)
    barcode = Shipment.objects.get().barcode
    again = make_labels(connection, owner, key="reprint")
    assert Shipment.objects.get().barcode == barcode
    assert Fulfillment.objects.count() == 1
    assert pages(again) == 1


def test_who_cannot_be_labelled_is_named_and_the_others_are_in_the_file(acme: FakePlatform, connection, owner):
    imported(acme, connection, owner, make_order(1), abroad("US", 2, region="NY"), make_order(3))
    job = make_labels(connection, owner)
    refused = job.items.get(state="refused")
    assert refused.shipment.reference == "2"
    assert refused.reason["nl"]
    assert pages(job) == 2
    assert Shipment.objects.get(reference="2").status == "draft"


def test_an_order_cancelled_after_the_import_gets_no_label(acme: FakePlatform, connection, owner):
    imported(acme, connection, owner, make_order(1), make_order(2))
    acme.orders = [
        make_order(1, status=OrderStatus.CANCELED, updated_at=PLACED + timedelta(days=1)),
        make_order(2),
    ]
    job = make_labels(connection, owner)
    assert job.items.get(state="refused").code == "canceled"
    assert pages(job) == 1


def test_pieces_refunded_after_the_import_are_not_told(acme: FakePlatform, connection, owner):
    (shipment,) = imported(acme, connection, owner, make_order(1))
    line = shipment.order.order.lines[0]
    refunded = type(line)(line.id, line.name, 2, refunded=1, weight=350)
    changed = PLACED + timedelta(days=1)
    acme.orders = [make_order(1, lines=(refunded,), payment=PaymentStatus.PARTIALLY_REFUNDED, updated_at=changed)]
    make_labels(connection, owner)
    assert Fulfillment.objects.get().lines == [["line-1", 1]]


def test_a_draft_nobody_edited_follows_an_address_changed_in_the_shop(acme: FakePlatform, connection, owner):
    (shipment,) = imported(acme, connection, owner, make_order(1))
    moved = type(shipment.order.order.address)(
        "Hanna", "Vermeulen", line1="Kerkplein 2", postal_code="7411 GR", city="Deventer", country="NL"
    )
    acme.orders = [make_order(1, address=moved, updated_at=PLACED + timedelta(days=1))]
    make_labels(connection, owner)
    shipment.refresh_from_db()
    assert (shipment.street, shipment.city) == ("Kerkplein", "Deventer")


def test_a_shop_that_does_not_answer_postpones_the_job_and_ends_no_item(acme: FakePlatform, connection, owner):
    imported(acme, connection, owner, make_order())
    acme.fail["fetch_orders"] = [ApiUnavailable("down")]
    job = make_labels(connection, owner)
    assert (job.is_finished, job.items.get().state, Shipment.objects.get().status) == (False, "waiting", "draft")
    assert "isn't responding" in job.payload["waiting"]["en"]
    Job.objects.update(next_at=timezone.now())
    Connection.objects.update(paused_until=None)
    runner.run_due()
    job.refresh_from_db()
    assert (job.state, Shipment.objects.get().status) == ("done", "registered")


HICCUPS = {
    "401": ApiUnauthorized("no", status=401),
    "403": ApiUnauthorized("no", status=403),
    "404": ApiRejected("no", status=404),
    "428": ApiRejected("no", status=428),
    "429": ApiUnavailable("too many", sent=False, status=429),
    "503": ApiUnavailable("down", status=503),
    "hang": ApiUnavailable("time-out"),
    "nonsense": ApiInvalidResponse("no JSON"),
}


@pytest.mark.parametrize("who", ["fetch_orders", "mint"])
@pytest.mark.parametrize("name", HICCUPS)
def test_a_hiccup_of_the_shop_refuses_nobody(acme: FakePlatform, connection, owner, name, who):
    """One failed question, whatever it was, is a wait for all labels of the batch; nothing is asked of the carrier."""
    imported(acme, connection, owner, make_order(1), make_order(2))
    if who == "mint":
        Connection.objects.update(token_encrypted="", token_expires_at=None)
    # A refused token is asked for twice before it is believed.
    acme.fail[who] = [HICCUPS[name]] * 2
    job = make_labels(connection, owner)
    acme.fail.clear()
    assert (job.is_finished, set(job.items.values_list("state", flat=True))) == (False, {"waiting"})
    assert set(Shipment.objects.values_list("status", flat=True)) == {"draft"}
    assert all(job.payload["waiting"].values()), "the page says what it waits for"
    Connection.objects.update(paused_until=None, state="active", token_encrypted="", token_expires_at=None)
    Job.objects.update(next_at=timezone.now())
    runner.run_due()
    job.refresh_from_db()
    assert (job.state, job.ok_count) == ("done", 2)


def test_a_shop_that_has_refused_us_for_long_waits_for_a_person(acme: FakePlatform, connection, owner):
    imported(acme, connection, owner, make_order())
    acme.fail["fetch_orders"] = [ApiUnauthorized("no", status=401)]
    Connection.objects.update(state="reconnect", state_since=timezone.now() - timedelta(hours=1))
    job = make_labels(connection, owner)
    item = job.items.get()
    assert (job.state, item.code, item.retryable) == ("done", "shop_reconnect", True)


def test_a_shop_that_stays_silent_ends_the_items_with_a_retry(acme: FakePlatform, connection, owner):
    imported(acme, connection, owner, make_order())
    acme.fail["fetch_orders"] = [ApiUnavailable("down")] * 2
    job = make_labels(connection, owner)
    Job.objects.update(next_at=timezone.now(), created_at=timezone.now() - timedelta(hours=2))
    Connection.objects.update(paused_until=None)
    runner.run_due()
    item = job.items.get()
    assert (item.state, item.code, item.retryable) == ("refused", "shop_unreachable", True)
    assert "Try again in a moment." in item.reason["en"], "nobody tries a label again by himself"
    assert Shipment.objects.get().status == "draft"


def test_a_silent_shop_does_not_keep_the_orders_of_another_waiting(acme: FakePlatform, connection, owner, monkeypatch):
    monkeypatch.setattr(runner, "ITEM_BATCH_SIZE", 1)
    other = make_connection(connection.shop)
    imported(acme, connection, owner, make_order(1))
    mirror.store_orders(other, [make_order(2)])
    acme.orders.append(make_order(2))
    order_import.start_import(connection.shop, owner, orders=other.orders.all(), key="others")
    runner.run_due()
    Connection.objects.filter(pk=connection.pk).update(
        paused_until=timezone.now() + timedelta(minutes=5), failing_since=timezone.now()
    )
    make_labels(connection, owner)
    assert dict(Shipment.objects.values_list("reference", "status")) == {"1": "draft", "2": "registered"}


def test_after_revoking_labels_can_still_be_made_but_nothing_is_promised(acme: FakePlatform, connection, owner):
    imported(acme, connection, owner, make_order())
    Connection.objects.update(state="disconnected")
    acme.calls.clear()
    make_labels(connection, owner)
    assert Shipment.objects.get().status == "registered"
    assert not Fulfillment.objects.exists()
    assert acme.calls == []


def test_a_worker_killed_between_claim_and_record_makes_each_label_once(
    acme: FakePlatform, connection, owner, monkeypatch
):
    imported(acme, connection, owner, make_order(1), make_order(2))
    original = register._record
    monkeypatch.setattr(register, "_record", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        make_labels(connection, owner)
    assert set(Shipment.objects.values_list("status", flat=True)) == {"registering"}
    monkeypatch.setattr(register, "_record", original)
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    runner.run_due()
    assert Shipment.objects.filter(status="registered").count() == 2
    assert Fulfillment.objects.count() == 2
    assert Job.objects.get(kind="labels").state == "done"


def lives(connection: Connection) -> int:
    """Workers claim the job and crash, one after another; returns how many did before the job was given up."""
    for number in range(1, 50):
        try:
            runner.run_due()
        except ZeroDivisionError:
            Job.objects.exclude(lease_until=None).update(lease_until=timezone.now() - timedelta(seconds=1))
        else:
            return number
    return 50


def test_a_batch_that_kills_every_worker_is_given_up_and_its_labels_are_looked_up(
    acme: FakePlatform, connection, owner, monkeypatch
):
    imported(acme, connection, owner, make_order(1))
    monkeypatch.setattr(LocalGateway, "register", lambda *_: 1 / 0)
    register.start_labels(connection.shop, owner, shipments=Shipment.objects.all(), layout="a6", start=1, key="k")
    assert lives(connection) == Job.max_crashes + 1
    job = Job.objects.get(kind="labels")
    assert (job.state, job.items.get().state, Shipment.objects.get().status) == ("failed", "stopped", "registering")
    assert unanswered.look_up_due() == 1
    assert Shipment.objects.get().status == "draft"


def test_labels_that_cannot_be_drawn_are_made_and_the_job_ends(acme: FakePlatform, connection, owner, monkeypatch):
    imported(acme, connection, owner, make_order(1))
    monkeypatch.setattr(LocalGateway, "write_labels", lambda *_: 1 / 0)
    register.start_labels(connection.shop, owner, shipments=Shipment.objects.all(), layout="a6", start=1, key="k")
    assert lives(connection) < 50
    assert (Job.objects.get(kind="labels").state, Shipment.objects.get().status) == ("failed", "registered")


def test_who_lost_the_job_to_another_worker_announces_nothing_more(acme: FakePlatform, connection, owner, monkeypatch):
    """A slow gateway lets the lease expire: two workers that both continue would register every shipment twice."""
    imported(
        acme, connection, owner, *(make_order(number) for number in range(1, registration_call.REGISTER_BATCH_SIZE + 6))
    )
    original, asked = LocalGateway.register, []

    def slow(gateway, consignments):
        asked.append(len(consignments))
        Job.objects.filter(kind="labels").update(lease_token=uuid.uuid4())
        return original(gateway, consignments)

    monkeypatch.setattr(LocalGateway, "register", slow)
    register.start_labels(connection.shop, owner, shipments=Shipment.objects.all(), layout="a6", start=1, key="k")
    runner.run_due()
    assert asked == [registration_call.REGISTER_BATCH_SIZE]
    assert not Shipment.objects.exclude(barcode=None).exists()


def test_an_order_cancelled_while_its_label_was_half_made_is_a_draft_again(
    acme: FakePlatform, connection, owner, monkeypatch
):
    imported(acme, connection, owner, make_order(1))
    original = register._record
    monkeypatch.setattr(register, "_record", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        make_labels(connection, owner)
    monkeypatch.setattr(register, "_record", original)
    acme.orders = [make_order(1, status=OrderStatus.CANCELED, updated_at=PLACED + timedelta(days=1))]
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    runner.run_due()
    assert Job.objects.get(kind="labels").items.get().code == "canceled"
    assert Shipment.objects.get().status == "draft"


def test_a_parcel_the_carrier_refused_is_announced_again_without_looking_for_it_first(
    acme: FakePlatform, connection, owner, monkeypatch
):
    """A rejected shipment was not registered, and looking it up costs a call for each one."""
    imported(acme, connection, owner, make_order(1))
    looked_for = []

    class Gateway(LocalGateway):
        def find_registrations(self, consignments):
            looked_for.extend(one.reference for one in consignments)
            return {}

        def register(self, consignments):
            return [RegistrationRejected(one.reference, "No.") for one in consignments]

    gateway = Gateway(partial(allocate_numbers, connection.shop_id))
    use_gateway(monkeypatch, gateway)
    job = make_labels(connection, owner)
    assert (job.items.get().code, Shipment.objects.get().status) == ("carrier", "draft")
    monkeypatch.setattr(Gateway, "register", LocalGateway.register)
    runner.retry_failed(job, owner)
    runner.run_due()
    assert Shipment.objects.get().status == "registered"
    assert looked_for == []


def test_two_runs_for_the_same_draft_make_one_label(acme: FakePlatform, connection, owner):
    imported(acme, connection, owner, make_order())
    shipments = Shipment.objects.all()
    for key in ("one", "two"):
        register.start_labels(connection.shop, owner, shipments=shipments, layout="a6", start=1, key=key)
    runner.run_due()
    assert Fulfillment.objects.count() == 1
    assert {job.items.get().state for job in Job.objects.filter(kind="labels")} == {"ok"}


def test_four_fit_on_an_a4_and_the_first_sheet_may_be_half_used(acme: FakePlatform, connection, owner):
    imported(acme, connection, owner, *(make_order(number) for number in range(1, 5)))
    assert pages(make_labels(connection, owner, layout="a4", start=1)) == 1
    assert pages(make_labels(connection, owner, key="again", layout="a4", start=3)) == 2


def test_downloading_marks_the_labels_as_printed_once(acme: FakePlatform, connection, owner):
    (shipment,) = imported(acme, connection, owner, make_order())
    job = make_labels(connection, owner)
    files.mark_printed(job, owner)
    files.mark_printed(job, owner)
    shipment.refresh_from_db()
    assert shipment.status == "printed"
    assert shipment.events.filter(kind="printed").count() == 1


def test_a_file_that_was_cleaned_away_is_drawn_again_the_same(acme: FakePlatform, connection, owner):
    imported(acme, connection, owner, make_order())
    job = make_labels(connection, owner)
    path = files.label_file(job)
    before = path.read_bytes()
    path.unlink()
    assert files.label_file(job).read_bytes() == before


def test_shops_never_share_a_barcode_number(acme: FakePlatform, connection, owner, rival):
    series = series_for(ParcelChoice(), Destination("NL", "3524 KB"))
    ours = allocate_numbers(connection.shop_id, series, 3)
    theirs = allocate_numbers(rival.pk, series, 3)
    assert len(set(ours + theirs)) == 6
    assert min(theirs) > BarcodeBlock.objects.get(shop=connection.shop).last


def test_a_used_up_range_is_followed_by_a_new_one(acme: FakePlatform, connection, owner):
    series = series_for(ParcelChoice(), Destination("BE", "9000"))
    numbers = allocate_numbers(connection.shop_id, series, 2_500)
    assert len(set(numbers)) == 2_500
    assert BarcodeBlock.objects.filter(series=series.key).count() == 3


def test_without_a_sender_address_nothing_is_printed_and_the_setting_is_named(acme: FakePlatform, connection, owner):
    imported(acme, connection, owner, make_order())
    Shop.objects.update(street="")
    job = make_labels(connection, owner)
    assert job.items.get().code == "sender"
    assert job.file == ""
