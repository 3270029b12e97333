"""What people type and paste, on the pages: postcodes that were repaired or look alike, places, and unseen signs."""

import re
from dataclasses import replace

import pytest

from integrations.services import mirror
from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import make_order
from shipments.services.csv_files import reader
from shipments.services.imports.order_to_draft import draft_from_order
from shipments.tests.factories import make_shipment
from shipments.tests.test_pages import edit_form
from shops.models import PackagePreferences

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
TITLES = "referentie;naam;bedrijf;straat;huisnummer;postcode;plaats;land"
PUT_BACK, LETTER = "miste nullen aan het begin", "een letter waar alleen een cijfer kan staan"


@pytest.fixture
def merchant(client_for, owner, shop):
    return client_for(owner)


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def planned(shop, line: str) -> reader.RowPlan:
    table = reader.read_table(f"{TITLES}\n{line}\n".encode())
    return reader.plan_row(table.lines[0], PackagePreferences.objects.get(shop=shop))


def codes(plan) -> set[str]:
    return {note.code for note in plan.notes}


@pytest.mark.parametrize(
    ("country", "postal_code", "line1", "said"),
    [
        ("DE", "1067", "Lindenstr. 5", PUT_BACK),
        ("BE", "1O50", "Molenlaan 5", LETTER),
        ("FR", "98000", "12 rue Imaginaire", "hoort bij een ander land of gebied: Monaco"),
        ("GB", "JE2 3AB", "18 Lark Lane", "hoort bij een ander land of gebied: Jersey"),
        ("BE", "3524 KB", "Lindelaan 12", "In deze vorm is het een postcode van: Nederland"),
        ("NL", "3524 KB", "PostNL-punt Winkelstraat 1", "Dit lijkt op een afhaalpunt van PostNL"),
        ("DE", "10115", "Packstation 118", "Alleen DHL brengt pakketten"),
        ("NL", "3500 VB", "Antwoordnummer 4321", "brengt geen vervoerder een pakket"),
    ],
)
def test_the_import_page_says_it_below_the_order(merchant, acme, shop, country, postal_code, line1, said):
    order = make_order(20_101)
    address = replace(
        order.address,
        country=country,
        postal_code=postal_code,
        line1=line1,
        line2="",
        street="",
        number="",
        city="Stad",
    )
    mirror.store_orders(make_connection(shop), [replace(order, address=address)])
    assert said in text_of(merchant.get("/zendingen/importeren/"))


@pytest.mark.parametrize(
    ("typed", "kept", "said"),
    [("1067", "01067", PUT_BACK), ("5O672", "50672", LETTER), ("D-50672", "50672", ""), ("50\u200b672", "50672", "")],
)
def test_the_editor_says_on_saving_what_it_repaired_in_the_postcode(merchant, shop, typed, kept, said):
    shipment = make_shipment(shop, country="DE", street="Lindenstr.", number="5", postal_code="10115", city="Stad")
    form = edit_form(shipment) | {"postal_code": typed}
    page = text_of(merchant.post(f"/zendingen/{shipment.public_id}/bewerken/", form, headers=HTMX))
    shipment.refresh_from_db()
    assert shipment.postal_code == kept
    hint = re.search(r'id="id_postal_code-h">(.*?)</p>', page)
    assert said in (hint[1] if hint else "")
    assert bool(hint) == bool(said)


def test_the_editor_names_the_country_of_a_look_alike_as_long_as_it_stands_there(merchant, shop):
    shipment = make_shipment(shop, country="GB", street="18 Lark Lane", number="", postal_code="JE2 3AB", city="Stad")
    for _look in range(2):
        page = text_of(merchant.get(f"/zendingen/{shipment.public_id}/bewerken/"))
        assert "hoort bij een ander land of gebied: Jersey" in page
    shipment = make_shipment(shop, country="JE", street="18 Lark Lane", number="", postal_code="JE2 3AB", city="Stad")
    assert "ander land of gebied" not in text_of(merchant.get(f"/zendingen/{shipment.public_id}/bewerken/"))


def test_the_editor_says_that_a_point_is_no_address(merchant, shop):
    shipment = make_shipment(shop, street="PostNL-punt Winkelstraat", number="1")
    page = text_of(merchant.get(f"/zendingen/{shipment.public_id}/bewerken/"))
    assert "Dit lijkt op een afhaalpunt van PostNL" in page


def test_a_file_says_on_its_line_what_it_repaired_and_what_looks_alike(shop):
    lost = planned(shop, "1;Kim;;Lindenstr.;5;1067;Dresden;DE")
    assert lost.content.recipient.postal_code == "01067"
    assert "postal_code_zero" in codes(lost)
    letter = planned(shop, "1;Kim;;Molenlaan;5;1O50;Brussel;BE")
    assert letter.content.recipient.postal_code == "1050"
    assert "postal_code_letters" in codes(letter)
    assert "other_country" in codes(planned(shop, "1;Kim;;12 rue Imaginaire;;98000;Monaco;FR"))
    assert "place" in codes(planned(shop, "1;Kim;;Poste restante;;1012 AB;Amsterdam;NL"))
    plain = planned(shop, "1;Kim;;Lindelaan;12;3524kb;Utrecht;NL")
    assert codes(plain).isdisjoint({"postal_code_zero", "postal_code_letters", "other_country", "place", "entities"})


def test_a_file_drops_unseen_signs_and_reads_entities_once(shop):
    plan = planned(shop, "1;\ufeffKim\u200b;;Linde\u00adlaan;\uff11\uff12;\u200b3524KB;Utrecht\u00a0;NL")
    found = plan.content.recipient
    assert (found.person, found.street, found.number, found.postal_code) == ("Kim", "Lindelaan", "12", "3524 KB")
    assert (found.city, plan.notes, plan.errors) == ("Utrecht", (), ())
    table = reader.read_table(
        f'{TITLES}\n1;"Zo&euml;";"R&D &amp; Zn &amp;lt;";Linde\u00adlaan;\uff11\uff12;3524KB;Utrecht;EL'.encode()
    )
    plan = reader.plan_row(table.lines[0], PackagePreferences.objects.get(shop=shop))
    found = plan.content.recipient
    assert (found.person, found.company, found.country) == ("Zoë", "R&D & Zn &lt;", "GR")
    assert found.street_line == "Lindelaan 12"
    assert "entities" in codes(plan)


def test_a_box_in_front_of_the_street_of_an_order_goes_behind_it_with_a_note(shop):
    order = make_order(20_102)
    address = replace(order.address, line1="Postbus 123", line2="Lindelaan 12", street="", number="")
    plan = draft_from_order(replace(order, address=address), PackagePreferences())
    found = plan.content.recipient
    assert (found.street, found.number, found.extra) == ("Lindelaan", "12", "Postbus 123")
    assert plan.problems == ()
    assert "street_moved" in codes(plan)


def test_what_a_form_keeps_holds_no_unseen_signs(merchant, shop):
    shipment = make_shipment(shop)
    form = edit_form(shipment) | {"person": "\ufeffKim\u200b de\u00a0Wit", "description": "Mok\u00adken\u202e"}
    assert merchant.post(f"/zendingen/{shipment.public_id}/bewerken/", form, headers=HTMX).status_code == 200
    shipment.refresh_from_db()
    assert (shipment.person, shipment.description) == ("Kim de Wit", "Mokken")
    merchant.post("/zendingen/filters/", {"name": "Naar\u200b huis\ufeff", "filter": "destination=nl"})
    assert shop.savedfilters.get().name == "Naar huis"
