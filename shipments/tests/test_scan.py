"""Scan and print: every scan gets an answer, one label each, and nothing is printed twice without being asked for."""

import uuid

import pytest
from django.utils import timezone

from accounts.tests.factories import make_user
from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import make_order
from jobs import runner
from jobs.models import Job
from shipments.models import JobItem
from shipments.services.labels.register import start_labels
from shipments.tests.factories import fill_sender, make_shipment
from shops.tests.factories import make_member
from tests.test_headers_everywhere import check_headers

pytestmark = pytest.mark.django_db
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def merchant(client_for, owner, shop):
    return client_for(owner)


@pytest.fixture
def scan(merchant, shop):
    """What the script of the page sends for one scan, and the answer."""

    def send(code: str, key: str = "", **fields: str):
        data = {"code": code, "key": key or uuid.uuid4().hex, "shop": shop.public_id} | fields
        return merchant.post("/zoeken/scan/code/", data, headers=SCRIPT).json()

    return send


@pytest.fixture
def state(merchant, shop):
    def ask(*jobs: str):
        answer = merchant.get("/zoeken/scan/stand/", {"shop": shop.public_id, "job": jobs}, headers=SCRIPT)
        return answer.json()["lines"]

    return ask


def test_a_draft_scanned_by_its_number_gets_one_label_however_often_the_scan_is_sent(merchant, scan, state, shop):
    fill_sender(shop, key=False)
    shipment = make_shipment(shop, reference="10517", person="Femke Hoekstra")
    first, lost = scan("10517", "k"), scan("#10517", "k")
    assert first == lost, "the answer to the first was lost, so it was sent again"
    assert (first["state"], first["number"], first["name"]) == ("making", "10517", "Femke Hoekstra")
    assert first["shipment"] == str(shipment.public_id)
    runner.run_due()
    assert Job.objects.get().total == 1
    (line,) = state(first["job"])
    assert line["state"] == "ready"
    assert b"".join(merchant.get(line["file"]).streaming_content).startswith(b"%PDF")


def test_a_label_that_was_printed_is_printed_again_only_on_request(merchant, scan, shop):
    make_shipment(shop, reference="7", status="printed", barcode="3SABC", printed_at=timezone.now())
    for code in ("7", "3sabc"):
        line = scan(code)
        assert (line["state"], line["number"], line["job"]) == ("repeat", "7", "")
        assert "al geprint" in line["text"]
    assert not Job.objects.exists()
    assert scan("7", again="1")["state"] == "making"


def test_what_another_scan_or_a_selection_is_printing_is_not_printed_beside_it(scan, shop, owner):
    """Two people scan the same parcel, or it is part of what the office just started."""
    shipment = make_shipment(shop, reference="7")
    job = start_labels(shop, owner, shipments=shop.shipments.all(), layout="a6", start=1, key="office")
    line = scan("7")
    assert (line["state"], line["text"]) == ("repeat", "Dit label wordt al gemaakt.")
    Job.objects.filter(pk=job.pk).update(finished_at=timezone.now(), state="done")
    assert scan("7")["state"] == "making", "made, and not printed yet"
    assert shipment.printed_at is None


@pytest.mark.parametrize(
    ("made", "said", "way_on"),
    [
        ([], "Geen zending heeft precies", ""),
        ([{"blocked_by": "address"}], "Adres onvolledig. Dit concept is nog niet klaar voor een label", "/bewerken/"),
        ([{"status": "cancelled"}], "geannuleerd", "/zendingen/"),
        ([{}, {"parcel_number": 2}], "Meer zendingen hebben het nummer “7”", "/zendingen/?q=7"),
    ],
)
def test_a_scan_that_cannot_print_says_why_and_what_to_do(merchant, scan, shop, made, said, way_on):
    for fields in made:
        make_shipment(shop, reference="7", **fields)
    line = scan(" 7 ")
    assert line["state"] == "refused"
    assert said in line["text"]
    assert way_on in line["url"]
    assert bool(line["action"]) == bool(way_on)
    page = merchant.post("/zoeken/scan/", {"code": "7", "key": "k"}).content.decode()
    assert said in page, "without scripts the page says it"
    assert not Job.objects.exists()


def test_an_order_that_waits_to_be_imported_leads_to_the_import(scan, shop, rival):
    order = mirror_order(make_connection(shop), make_order(10559))
    line = scan("10559")
    assert line["text"] == "Order 10559 is nog niet geïmporteerd."
    assert line["url"] == f"/zendingen/importeren/?site={order.connection.public_id}&q=10559"
    mirror_order(make_connection(rival), make_order(666))
    assert "Geen zending" in scan("666")["text"]


def test_a_number_means_the_parcel_that_goes_out(scan, shop):
    """Not its return, and not the label that was canceled because of a wrong address."""
    make_shipment(shop, reference="7", status="cancelled")
    wanted = make_shipment(shop, reference="7")
    make_shipment(shop, reference="7", status="registered", barcode="3SRETURN", parent=wanted)
    assert scan("7")["shipment"] == str(wanted.public_id)
    assert scan("3SRETURN")["number"] == "7"


def test_a_reason_of_the_shop_is_marked_so_that_it_is_said_once(merchant, scan, state, shop):
    make_shipment(shop, reference="7")
    job = scan("7")["job"]
    runner.run_due()
    (line,) = state(job)
    assert (line["state"], line["is_shared"]) == ("refused", True)
    assert line["url"] == f"/zendingen/labels/?failed_of={job}"
    page = merchant.get("/zoeken/scan/").content.decode()
    assert "Je afzenderadres is niet compleet." in page
    assert "/instellingen/afzender/?next=%2Fzoeken%2Fscan%2F" in page


def test_a_label_that_waits_for_somebody_else_says_so(scan, state, shop):
    make_shipment(shop, reference="7")
    job = scan("7")["job"]
    later = timezone.now() + timezone.timedelta(minutes=1)
    Job.objects.update(next_at=later, payload={"waiting": {"nl": "MyParcel reageert niet.", "en": "x"}})
    (line,) = state(job)
    assert (line["state"], line["is_late"], line["text"]) == ("making", True, "MyParcel reageert niet.")


def test_a_carrier_that_refuses_leads_to_the_parcel(scan, state, shop):
    shipment = make_shipment(shop, reference="7")
    job = scan("7")["job"]
    JobItem.objects.update(state="refused", code="carrier", reason={"nl": "Te zwaar.", "en": "x"})
    Job.objects.update(state="done", finished_at=timezone.now())
    (line,) = state(job)
    assert (line["state"], line["text"], line["is_shared"]) == ("refused", "Te zwaar.", False)
    assert line["url"] == f"/zendingen/{shipment.public_id}/"


def test_a_job_without_a_label_is_no_scan_for_ever(scan, state, shop):
    make_shipment(shop, reference="7")
    job = scan("7")["job"]
    Job.objects.update(state="cancelled", finished_at=timezone.now())
    assert state(job)[0]["text"] == "Er is geen label gemaakt. Probeer opnieuw."


def test_only_scans_of_this_shop_are_known(merchant, scan, state, shop, rival):
    make_shipment(rival, reference="666")
    other = start_labels(rival, None, shipments=rival.shipments.all(), layout="a6", start=1, key="k")
    assert "Geen zending" in scan("666")["text"]
    assert state(str(other.public_id), "no-id", str(uuid.uuid4())) == []


def test_a_page_of_another_shop_prints_nothing_here(merchant, rival):
    """Somebody chose another shop in a second tab; its numbers may be the same."""
    make_shipment(rival, reference="7")
    data = {"code": "7", "key": "k", "shop": rival.public_id}
    assert merchant.post("/zoeken/scan/code/", data, headers=SCRIPT).status_code == 409
    assert merchant.get("/zoeken/scan/stand/", {"shop": rival.public_id}, headers=SCRIPT).status_code == 409
    assert not Job.objects.exists()


def test_without_scripts_a_scan_opens_its_label(merchant, shop):
    make_shipment(shop, reference="10517")
    answer = merchant.post("/zoeken/scan/", {"code": "10517", "key": "k"})
    assert answer["Location"] == f"/zendingen/taken/{Job.objects.get().public_id}/"


def test_the_page_may_use_the_camera_and_stands_in_the_menu(merchant, client_for, shop):
    answer = merchant.get("/zoeken/scan/")
    check_headers(answer, has_camera=True)
    assert 'href="/zoeken/scan/"' in merchant.get("/downloads/").content.decode()
    reader = client_for(make_member(shop, make_user(), "reader").user)
    assert "data-scan-form" not in reader.get("/zoeken/scan/").content.decode()
    assert 'class="nav__link" href="/zoeken/scan/"' not in reader.get("/downloads/").content.decode()
