"""Mornings and evenings: promised only where the carrier offered them, at import, in the editor and on the label."""

import re

import pytest

from integrations.models import Connection
from integrations.orders import OrderAddress
from integrations.services import mirror
from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import FakePlatform, make_order
from jobs import runner
from jobs.models import Job
from shipments.models import Shipment
from shipments.services.imports import order_import
from shipments.services.labels import register
from shipments.tests.factories import fill_sender, make_shipment
from shipments.tests.test_pages import edit_form
from shops.models import PackagePreferences, Shop
from shops.services import gateway_accounts
from tests.sandbox_server import MyParcelSandbox

pytestmark = pytest.mark.django_db
FRISIAN = {"postal_code": "8911 BK", "city": "Leeuwarden"}
NOT_OFFERED = "biedt Avondbezorging op dit adres de komende dagen niet aan; het wordt standaard bezorging."
IN_DOUBT = "heeft niet gezegd of Avondbezorging op dit adres kan. We vragen het opnieuw voordat het label wordt gemaakt"


@pytest.fixture
def with_key(shop: Shop, sandbox: MyParcelSandbox, settings) -> Shop:
    settings.MYPARCEL_API_URL = sandbox.api
    gateway_accounts.save_api_key(shop, sandbox.key)
    PackagePreferences.objects.update_or_create(
        shop=shop, defaults={"delivery_type": "evening", "signature": True, "only_recipient": True}
    )
    return fill_sender(shop)


@pytest.fixture
def connection(with_key: Shop) -> Connection:
    return make_connection(with_key)


def imported(acme: FakePlatform, connection: Connection, owner, **address: str) -> Shipment:
    given = {"first_name": "Hanna", "last_name": "Vermeulen", "line1": "Lindelaan 12", "postal_code": "3524 KB"}
    order = make_order(address=OrderAddress(**(given | {"city": "Utrecht", "country": "NL"} | address)))
    acme.orders = [order]
    mirror.store_orders(connection, [order])
    order_import.start_import(connection.shop, owner, orders=connection.orders.all(), key="import")
    runner.run_due()
    return Shipment.objects.get()


def evening(shop: Shop, **fields: object) -> Shipment:
    options = {"delivery_type": "evening", "signature": True, "only_recipient": True}
    return make_shipment(shop, **(options | fields))


def make_labels(shop: Shop, owner) -> Job:
    rows = Shipment.objects.filter(shop=shop, barcode=None).order_by("pk")
    job = register.start_labels(shop, owner, shipments=rows, layout="a6", start=1, key="labels")
    runner.run_due()
    job.refresh_from_db()
    return job


def noted(shipment: Shipment) -> str:
    return " ".join(note["text"]["nl"] for note in shipment.notes)


def told(shipment: Shipment) -> str:
    return " ".join(event.text["nl"] for event in shipment.events.all() if event.text)


def sent(sandbox: MyParcelSandbox) -> dict:
    (row,) = sandbox.shipments
    return row["options"]


def test_an_evening_that_is_offered_is_kept_with_its_day(acme: FakePlatform, connection, owner):
    draft = imported(acme, connection, owner)
    assert (draft.delivery_type, draft.delivery_day.weekday() in range(1, 5)) == ("evening", True)
    assert "bezorging" not in noted(draft)


def test_an_evening_that_is_not_offered_becomes_standard_delivery_with_a_note(acme: FakePlatform, connection, owner):
    draft = imported(acme, connection, owner, **FRISIAN)
    assert (draft.delivery_type, draft.delivery_day) == ("standard", None)
    assert NOT_OFFERED in noted(draft)


def test_without_an_answer_the_draft_keeps_the_choice_and_words_the_doubt(acme, connection, owner, sandbox):
    sandbox.set_switches(fault="500", fault_path="/delivery_options")
    draft = imported(acme, connection, owner, **FRISIAN)
    assert (draft.delivery_type, draft.delivery_day) == ("evening", None)
    assert IN_DOUBT in noted(draft)


def test_the_evening_is_asked_for_on_the_offered_day(with_key, owner, sandbox):
    draft = evening(with_key)
    make_labels(with_key, owner)
    draft.refresh_from_db()
    assert (draft.status, draft.delivery_type) == ("registered", "evening")
    assert sent(sandbox)["delivery_type"] == 3
    assert sent(sandbox)["delivery_date"] == f"{draft.delivery_day} 00:00:00"


@pytest.mark.parametrize(
    "switches", [{}, {"delivery_moments": "nothing"}, {"delivery_moments": "nothing", "uncovered_answer": "4001"}]
)
def test_what_is_not_offered_is_not_asked_for(with_key, owner, sandbox, switches):
    sandbox.set_switches(**switches)
    draft = evening(with_key, **FRISIAN)
    make_labels(with_key, owner)
    draft.refresh_from_db()
    assert (draft.status, draft.delivery_type) == ("registered", "standard")
    assert sent(sandbox)["delivery_type"] == 2
    assert NOT_OFFERED in told(draft)


def test_a_doubt_costs_no_label_which_is_made_with_what_is_sure(with_key, owner, sandbox):
    sandbox.set_switches(fault="500", fault_path="/delivery_options")
    draft = evening(with_key)
    make_labels(with_key, owner)
    draft.refresh_from_db()
    assert (draft.status, draft.delivery_type) == ("registered", "standard")
    assert sent(sandbox)["delivery_type"] == 2
    assert "heeft niet gezegd of Avondbezorging kon, dus het label heeft standaard bezorging" in told(draft)


def test_a_doubt_of_a_passing_fault_is_asked_about_again_and_heals(acme, connection, owner, sandbox):
    sandbox.set_switches(fault="500", fault_path="/delivery_options")
    draft = imported(acme, connection, owner)
    sandbox.set_switches(fault="", fault_path="")
    make_labels(connection.shop, owner)
    draft.refresh_from_db()
    assert (draft.status, draft.delivery_type) == ("registered", "evening")
    assert draft.delivery_day is not None


def test_a_limit_of_calls_makes_the_job_wait_and_no_answer_is_guessed(with_key, owner, sandbox, settings):
    settings.MYPARCEL_LIMIT_PERCENT = 2
    first, second = evening(with_key), evening(with_key, number="14")
    job = make_labels(with_key, owner)
    assert job.state not in {"done", "failed"}
    assert {row.status for row in Shipment.objects.all()} == {"draft"}
    first.refresh_from_db()
    assert first.delivery_day is not None, "what was answered is kept"
    second.refresh_from_db()
    assert (second.delivery_type, second.delivery_day) == ("evening", None)


def test_a_moment_that_was_offered_and_is_refused_becomes_standard_delivery(with_key, owner, sandbox):
    first, other = evening(with_key), make_shipment(with_key)
    sandbox.set_switches(refuse_moments=True)
    make_labels(with_key, owner)
    first.refresh_from_db()
    other.refresh_from_db()
    assert (first.status, first.delivery_type, first.delivery_day) == ("registered", "standard", None)
    assert "kan niet meer, dus het label heeft standaard bezorging" in told(first)
    assert other.status == "registered"
    assert "standaard bezorging" not in told(other)
    assert len(sandbox.shipments) == 2


def test_a_shop_without_a_key_asks_nobody(shop, owner):
    fill_sender(shop, key=False)
    draft = evening(shop)
    make_labels(shop, owner)
    draft.refresh_from_db()
    assert (draft.status, draft.delivery_type) == ("test", "evening")


@pytest.mark.parametrize(
    ("fields", "switches", "said"),
    [
        ({}, {}, r"Avondbezorging kan op \d\d-\d\d-\d{4}"),
        (FRISIAN, {}, NOT_OFFERED),
        ({}, {"fault": "500"}, IN_DOUBT),
    ],
)
def test_the_editor_says_whether_the_evening_is_possible(client_for, owner, with_key, sandbox, fields, switches, said):
    sandbox.set_switches(**switches)
    draft, merchant = evening(with_key, **fields), client_for(owner)
    form = edit_form(draft, delivery_type="evening", signature="1", only_recipient="1")
    answer = merchant.post(f"/zendingen/{draft.public_id}/mogelijkheden/", form, headers={"HX-Request": "true"})
    assert re.search(said, re.sub(r"\s+", " ", answer.content.decode()))
