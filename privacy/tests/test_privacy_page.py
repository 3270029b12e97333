"""Account > Privacy: an owner finds a person, hands over what there is, and erases it with a receipt."""

import csv
import io
import json
import re

import pytest
from django.test import Client

from accounts.tests.factories import make_user
from audit.models import AuditEntry
from integrations.models import ErasedOrder
from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import make_order
from privacy.models import PersonErasure
from privacy.services import erase_person, erasure_run, export_person, person_rows, preview
from privacy.services.find_person import find_person
from privacy.services.person_rows import PersonQuery
from shipments.models import Shipment, ShipmentEvent
from shipments.tests.factories import make_shipment
from shops.models import Shop
from shops.tests.factories import make_member

pytestmark = pytest.mark.django_db
PAGE, FIND, EXPORT, ERASE = "/privacy/", "/privacy/persoon/", "/privacy/persoon/bestand/", "/privacy/persoon/wissen/"
HANNA = {"email": "Hanna@example.com", "name": "", "number": ""}
KEY = "6fa5b0f2-aa5f-4dba-9c31-2532ddf4b2a3"


@pytest.fixture
def merchant(client_for, owner, shop) -> Client:
    return client_for(owner)


@pytest.fixture
def order(shop: Shop):
    return mirror_order(make_connection(shop), make_order(email="hanna@example.com"))


@pytest.fixture
def shipment(shop: Shop, order) -> Shipment:
    return make_shipment(shop, order=order, reference=order.number, status="delivered", barcode="3S1")


def text(page) -> str:
    return " ".join(page.content.decode().split())


@pytest.mark.parametrize(("query", "orders", "shipments"), [
    (PersonQuery(email=" HANNA@example.com"), 1, 1),
    (PersonQuery(name="hanna  vermeulen"), 1, 2),
    (PersonQuery(number="#10231"), 1, 1),
    (PersonQuery(email="hanna@example.co"), 0, 0),
    (PersonQuery(name="Vermeulen"), 0, 0),
    (PersonQuery(number="1023"), 0, 0),
    (PersonQuery(name="..."), 0, 0),
])  # fmt: skip
def test_only_the_same_person_is_found(shop, rival, shipment, query, orders, shipments):
    make_shipment(shop, reference="uploaded")  # of the same name, without an order
    make_shipment(rival, reference="10231")
    mirror_order(make_connection(rival), make_order(email="hanna@example.com"))
    found = find_person(shop, query)
    assert (len(found.orders), len(found.shipments)) == (orders, shipments)


def test_a_shipment_brings_its_order_and_its_return_along(shop, shipment):
    shipment.person = "Gerrit Gift"
    shipment.search_text = shipment.make_search_text()
    shipment.save()
    make_shipment(shop, parent=shipment, person="Atelier Noord")
    found = find_person(shop, PersonQuery(name="Gerrit Gift"))
    assert [len(found.orders), len(found.shipments)] == [1, 2]
    assert {"gerritgift", "hannavermeulen"} <= found.words


def test_others_of_the_same_words_take_nobody_s_place(shop, shipment):
    for _other in range(3):
        make_shipment(shop, person="Hanna Vermeulen-de Boer")
    found = find_person(shop, PersonQuery(name="Hanna Vermeulen"), limit=2)
    assert (len(found.orders), len(found.shipments), found.is_partial) == (1, 1, False)
    assert find_person(shop, PersonQuery(name="Hanna Vermeulen"), limit=1).is_partial


@pytest.mark.parametrize(("query", "found"), [
    (PersonQuery(name="bo"), {"Bo"}),
    (PersonQuery(name="Ø"), {"ø"}),
    (PersonQuery(name="B.O."), {"Bo"}),
    (PersonQuery(name="o"), {"ø"}),
])  # fmt: skip
def test_a_name_of_one_or_two_letters_is_found_exactly(shop, query, found):
    for person in ("Bo", "Bob", "Bo Bom", "ø", "Ook"):
        make_shipment(shop, person=person, street="Bolaan", city="Bo-Oost")
    assert {row.person for row in find_person(shop, query).shipments} == found


def test_what_a_page_had_no_time_for_is_no_no(merchant, shop, shipment, monkeypatch):
    """It says how far it came, and the erasure can be asked for all the same."""
    for module, name in ((preview, "SECONDS"), (person_rows, "STEP")):
        monkeypatch.setattr(module, name, 1 if name == "STEP" else 0)
    make_shipment(shop, person="Bo")
    page = text(merchant.post(FIND, HANNA | {"email": "", "name": "Bo"}))
    assert "Niet gevonden in wat is doorzocht" in page
    assert "orders 1, zendingen en retouren 1 ." in page
    assert "minder dan vier letters" in page
    assert 'name="confirm"' in page


def test_what_there_is_is_counted_before_anything_is_erased(merchant, shop, shipment):
    page = text(merchant.post(FIND, HANNA))
    assert re.search(r"<dt>Orders(?:</dt>)?\s*<dd>\s*1\b", page)
    assert "#10231" in page
    assert "Hanna Vermeulen" in page
    assert Shipment.objects.get().person
    assert AuditEntry.objects.get(shop=shop).action == "reading.person"
    assert "anna" not in str(AuditEntry.objects.values().get())


def test_nobody_looks_for_nobody(merchant):
    page = merchant.post(FIND, {"email": " ", "name": "", "number": "#"})
    assert page.status_code == 422
    assert "Vul een e-mailadres, een naam of een ordernummer in" in text(page)


def test_whom_somebody_looks_for_is_in_no_address(merchant):
    """Addresses are logged, and sent along as where one came from."""
    for path in (FIND, EXPORT, ERASE):
        assert merchant.get(path).status_code == 405


def test_everything_is_handed_over_as_json(merchant, shipment):
    said = {"nl": "Bij de buren", "en": "At the neighbors"}
    ShipmentEvent.objects.create(shipment=shipment, kind=ShipmentEvent.Kind.CARRIER, text=said)
    answer = merchant.post(EXPORT, HANNA | {"format": "json"})
    data = json.loads(b"".join(answer.streaming_content))
    assert data["orders"][0]["order"]["email"] == "hanna@example.com"
    assert (data["shipments"][0]["street"], data["shipments"][0]["events"][0]["text"]) == ("Lindelaan", said)
    assert data["is_complete"]
    assert answer["Content-Disposition"].startswith("attachment")
    assert AuditEntry.objects.get().action == "export.person"


def test_and_as_a_table_without_formulas(merchant, shipment):
    Shipment.objects.update(person="=HYPERLINK(1)", description="Kado")
    answer = merchant.post(EXPORT, HANNA | {"format": "csv"})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")), delimiter=";"))
    assert " ".join(row[0] for row in rows) == "soort order zending"
    assert rows[1][5] == "hanna@example.com"
    assert rows[2][3] == "'=HYPERLINK(1)"


def test_a_file_that_may_lack_something_says_so(merchant, shipment, monkeypatch):
    monkeypatch.setattr(export_person, "MAX_EXPORTED", 1)
    answer = merchant.post(EXPORT, HANNA | {"format": "json"})
    assert not json.loads(b"".join(answer.streaming_content))["is_complete"]
    answer = merchant.post(EXPORT, HANNA | {"format": "csv"})
    assert "Er kan meer van deze persoon zijn" in b"".join(answer.streaming_content).decode()


def test_without_the_tick_nothing_is_erased(merchant, shipment):
    page = merchant.post(ERASE, HANNA)
    assert page.status_code == 422
    assert "Vink dit aan" in text(page)
    assert not PersonErasure.objects.exists()


def test_a_person_is_erased_once_and_the_receipt_names_nobody(merchant, owner, shipment, order):
    for _click in range(2):
        assert merchant.post(ERASE, HANNA | {"confirm": "on", "key": KEY}).status_code == 302
    assert "wordt gewist" in text(merchant.get(PAGE))
    receipt = PersonErasure.objects.get()
    assert "anna" not in str(vars(receipt)).lower().replace(str(receipt.public_id), "")
    assert erase_person.erase_due() == 1
    receipt.refresh_from_db()
    assert (receipt.query_encrypted, receipt.words_encrypted) == ("", "")
    assert {"orders": 1, "shipments": 1}.items() <= receipt.counts.items()
    assert "orders 1, zendingen en retouren 1" in text(merchant.get(PAGE))
    assert find_person(receipt.shop, PersonQuery(email=HANNA["email"])).is_empty
    assert AuditEntry.objects.get(action="erasure.person").actor == owner


@pytest.mark.parametrize("role", ["admin", "staff", "reader"])
def test_only_an_owner_reads_and_erases_persons(client_for, shop, shipment, role):
    member = client_for(make_member(shop, make_user(), role).user)
    for path in (FIND, EXPORT, ERASE):
        assert member.post(path, HANNA | {"confirm": "on"}).status_code == 403
    assert member.get(PAGE).status_code == 403
    assert not PersonErasure.objects.exists()


def test_a_worker_that_dies_half_way_still_knows_whom_to_look_for(shop, shipment, monkeypatch):
    row = erase_person.request_erasure(shop, PersonQuery(number="10231"), by=None)

    def die(*_args: object, **_options: object) -> None:
        raise SystemExit

    monkeypatch.setattr(erasure_run, "pieces", die)
    with pytest.raises(SystemExit):
        erase_person.erase_due()
    assert find_person(shop, PersonQuery(number="10231")).is_empty  # the rows are erased, the texts are not
    row.refresh_from_db()
    assert "hannavermeulen" in erase_person._read(row)[1]


def test_a_label_that_is_being_made_is_waited_for(shop, shipment):
    Shipment.objects.update(status="registering")
    row = erase_person.request_erasure(shop, PersonQuery(number="10231"), by=None)
    erase_person.erase_due()
    row.refresh_from_db()
    assert not row.is_finished
    Shipment.objects.update(status="registered")
    PersonErasure.objects.update(next_at=row.requested_at)
    erase_person.erase_due()
    row.refresh_from_db()
    assert row.is_finished
    assert Shipment.objects.get().person == ""


def test_an_export_that_is_being_written_is_waited_for(shop, shipment):
    shop.jobs.create(kind="export", idempotency_key="k", state="running")
    row = erase_person.request_erasure(shop, PersonQuery(number="10231"), by=None)
    erase_person.erase_due()
    assert Shipment.objects.get().person
    shop.jobs.update(state="done")
    PersonErasure.objects.update(next_at=row.requested_at)
    erase_person.erase_due()
    assert Shipment.objects.get().person == ""


def test_what_webshops_ask_is_one_receipt_a_shop(shop, shipment, order):
    erase_person.orders_erasure.erase(order.connection, order.external_id)
    assert erase_person.take_over_receipts() == 1
    assert erase_person.take_over_receipts() == 0
    assert not ErasedOrder.objects.exclude(words_encrypted="").exists()
    erase_person.erase_due()
    assert (PersonErasure.objects.get().source, PersonErasure.objects.get().counts["orders"]) == ("platform", 1)


def test_a_request_whose_key_is_gone_says_so(settings, merchant, shop, shipment):
    erase_person.request_erasure(shop, PersonQuery(number="10231"), by=None)
    settings.FIELD_KEYS = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="]
    erase_person.erase_due()
    assert "vraag het opnieuw" in text(merchant.get(PAGE))
    assert Shipment.objects.get().person
