"""The draft editor: options, required fields, undo, conflicts, and new shipments."""

import json
import re
import uuid

import pytest

from integrations.orders import OrderLine
from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import abroad, make_order
from jobs import runner
from shipments.models import CustomsItem, Shipment
from shipments.tests.factories import fill_sender, make_shipment
from shipments.tests.test_pages import edit_form

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
MAX_QUERIES = 12


@pytest.fixture
def merchant(client_for, owner, shop):
    return client_for(owner)


def address_of(shipment: Shipment, what: str = "bewerken") -> str:
    return f"/zendingen/{shipment.public_id}/{what}/"


def read(answer) -> str:
    """The page with single spaces, so that line breaks in the template do not matter."""
    return re.sub(r"\s+", " ", answer.content.decode())


def choices(**changes: str) -> dict[str, str]:
    return {
        "was": json.dumps({"carrier": "postnl", "package_type": "package", "signature": True, "country": "NL"})
    } | changes


def look(merchant, shipment: Shipment, **changes: str) -> str:
    form = edit_form(shipment) | {"layout": "split", "was_country": shipment.country} | choices(**changes)
    answer = merchant.post(address_of(shipment, "mogelijkheden"), form, headers=HTMX)
    assert answer.status_code == 200
    return read(answer)


def control(page: str, name: str) -> str:
    """The HTML of the first control with this id."""
    found = re.search(rf'<[^<]*id="{name}"[^>]*>', page)
    assert found, f"no {name} on the page"
    return found[0]


def test_each_package_type_says_its_limit_or_the_short_reason_why_not(merchant, shop):
    page = read(merchant.get(address_of(make_shipment(shop))))
    assert "Tot 23 kg" in page
    assert "Tot 2 kg, past door de bus" in page
    page = read(merchant.get(address_of(make_shipment(shop, country="US", postal_code="97209", region="OR"))))
    assert "Tot 20 kg" in page
    assert "Alleen binnen Nederland" in page
    assert "disabled" in control(page, "type-mailbox")
    assert "DHL For You (niet buiten de EU)" in page


def test_an_address_is_typed_as_its_country_writes_it(merchant, shop):
    page = read(merchant.get(address_of(make_shipment(shop))))
    assert page.index('id="id_postal_code"') < page.index('id="id_number"') < page.index('id="id_street"')
    page = read(
        merchant.get(address_of(make_shipment(shop, country="US", postal_code="97209", region="OR", number="")))
    )
    assert "Adresregel 1" in page
    assert "Staat </label>" in page
    assert "ZIP-code </label>" in page
    assert 'type="hidden" name="number"' in page


def test_only_what_may_stay_empty_is_called_optional(merchant, shop):
    page = read(merchant.get(address_of(make_shipment(shop))))
    assert re.search(r"Toevoeging <span class=\"field__opt\">\(optioneel\)", page)
    for name in ("Naam", "Straat", "Plaats", "Huisnummer"):
        assert f"{name} </label>" in page, name


def test_the_weight_is_kilograms_with_a_comma(merchant, shop):
    shipment = make_shipment(shop, weight=2100)
    assert 'value="2,10"' in control(read(merchant.get(address_of(shipment))), "id_weight")
    for typed, grams in (("0,95", 950), ("1.425", 1425), ("2 kg", 2000)):
        shipment.refresh_from_db()
        merchant.post(address_of(shipment), edit_form(shipment, weight=typed))
        shipment.refresh_from_db()
        assert shipment.weight == grams


@pytest.mark.parametrize("typed", ["", "zwaar", "0", "-1", "1e9", "nan"])
def test_a_weight_that_is_none_is_refused_in_words_and_kept_on_the_page(merchant, shop, typed):
    shipment = make_shipment(shop)
    answer = merchant.post(address_of(shipment), edit_form(shipment, weight=typed, city="Nergens"))
    assert answer.status_code == 422
    page = read(answer)
    assert "De zending is niet bewaard." in page or "was not saved" in page
    assert "Nergens" in page


def test_a_choice_that_rules_out_options_switches_them_off_says_so_and_can_be_undone(merchant, shop):
    shipment = make_shipment(shop, signature=True)
    page = look(merchant, shipment, package_type="mailbox", signature="1")
    assert "Je wisselde naar Brievenbuspakje." in page
    assert "Handtekening voor ontvangst is uitgezet" in page
    assert "disabled" in control(page, "o-signature")
    undo = {"undo": choices()["was"], "package_type": "mailbox"}
    page = look(merchant, shipment, **undo)
    assert "Je eerdere keuze staat er weer." in page
    assert "checked" in control(page, "type-package")
    assert "checked" in control(page, "o-signature")


def test_an_option_another_one_demands_is_on_and_says_why(merchant, shop):
    page = look(merchant, make_shipment(shop), age_check="1")
    assert "checked disabled" in control(page, "o-signature")
    assert "Hoort bij Leeftijdscheck 18+" in page


def test_options_that_cannot_go_abroad_fold_into_one_line_with_their_reasons(merchant, shop):
    page = read(merchant.get(address_of(make_shipment(shop, country="US", postal_code="97209", region="OR"))))
    assert re.search(r"\d opties kunnen niet naar Verenigde Staten", page)
    assert "Leeftijdscheck 18+: Alleen binnen Nederland" in page


def test_looking_touches_nothing_else_and_brings_only_what_changed(merchant, shop):
    shipment = make_shipment(shop)
    page = look(merchant, shipment, package_type="mailbox", city="Getypt")
    assert 'id="address-fields"' not in page, "the address stays as it is while the country does"
    for part in ("customs", "save-status", "label-preview"):
        assert 'hx-swap-oob="true"' in control(page, part)
    assert "Getypt" in page, "the label shows what is typed"
    shipment.refresh_from_db()
    assert (shipment.city, shipment.package_type) == ("Utrecht", "package")


def test_another_country_brings_its_own_address_form_and_loses_no_word(merchant, shop):
    page = look(merchant, make_shipment(shop, suffix="B"), country="US")
    assert 'hx-swap-oob="true"' in control(page, "address-fields")
    assert 'value="12B Lindelaan"' in control(page, "id_street")
    assert "Douanegegevens" in page


def test_without_script_checking_shows_the_whole_page_again(merchant, shop):
    shipment = make_shipment(shop)
    answer = merchant.post(address_of(shipment, "mogelijkheden"), edit_form(shipment, country="US"))
    page = read(answer)
    assert "<h1>" in page
    assert "Niet-bewaarde" in page or "Nog " in page


def test_the_insured_amount_that_fits_the_order_is_suggested(merchant, shop):
    shipment = make_shipment(shop, value="180.00")
    assert "Past bij de waarde van de order: tot € 250" in read(merchant.get(address_of(shipment)))


def test_the_button_for_the_label_waits_and_names_what_is_missing(merchant, shop):
    shipment = make_shipment(shop, number="")
    page = read(merchant.get(address_of(shipment)))
    assert "Nog 1 veld voor je een label kunt maken" in page
    assert 'aria-disabled="true"' in control(page, "save-and-label")
    assert "Eerst: Huisnummer ontbreekt." in page
    assert 'aria-invalid="true"' in control(page, "id_number")


def test_saving_in_place_says_when_and_keeps_the_form(merchant, shop):
    shipment = make_shipment(shop)
    answer = merchant.post(address_of(shipment), edit_form(shipment, city="Zeist"), headers=HTMX)
    assert re.search(r"Bewaard om \d\d:\d\d", read(answer))
    assert 'value="2"' in control(read(answer), "id_version")


def test_the_log_keeps_what_was_changed(merchant, shop):
    shipment = make_shipment(shop)
    changed = {"city": "Leiden", "signature": "on", "weight": "2,5", "description": shipment.description}
    merchant.post(address_of(shipment), edit_form(shipment) | changed)
    event = shipment.events.get(kind="edited")
    assert event.text["nl"] == "Ontvanger gewijzigd; Handtekening voor ontvangst aan; Gewicht: 700 → 2500 g"
    assert event.text["en"] == "Recipient changed; Signature on delivery on; Weight: 700 → 2500 g"


def test_the_same_form_twice_is_no_conflict(merchant, shop):
    shipment = make_shipment(shop)
    form = edit_form(shipment, city="Zeist")
    assert merchant.post(address_of(shipment), form).status_code == 302
    assert merchant.post(address_of(shipment), form).status_code == 302
    shipment.refresh_from_db()
    assert (shipment.version, shipment.events.count()) == (2, 1)


def test_a_conflict_says_who_and_when_and_keeps_what_was_typed(merchant, shop):
    shipment = make_shipment(shop)
    merchant.post(address_of(shipment), edit_form(shipment, city="Zeist"))
    answer = merchant.post(address_of(shipment), edit_form(shipment, city="Mijn plaats"))
    assert answer.status_code == 409
    assert re.search(r"Olga Owner wijzigde deze zending om \d\d:\d\d\.", read(answer))
    assert "Bekijk nieuwe versie" in read(answer)
    assert "Mijn plaats" in read(answer)


@pytest.mark.parametrize("where", ["bewerken", "nieuw"])
def test_a_number_of_parcels_leads_to_dividing_what_was_saved(merchant, shop, where):
    shipment = make_shipment(shop)
    form = edit_form(shipment, parcels="3", city="Zeist") | {"key": str(uuid.uuid4()), "label": "1"}
    answer = merchant.post(address_of(shipment) if where == "bewerken" else "/zendingen/nieuw/", form)
    saved = shop.shipments.get(city="Zeist")
    assert answer.url == address_of(saved, "splitsen") + "?count=3"
    assert "Pakket 3" in read(merchant.get(answer.url))


def test_a_new_shipment_starts_with_the_preferences_and_is_made_once(merchant, shop):
    page = read(merchant.get("/zendingen/nieuw/"))
    assert "checked" in control(page, "type-package")
    form = edit_form(make_shipment(shop), version="1") | {"key": str(uuid.uuid4())}
    first, second = merchant.post("/zendingen/nieuw/", form), merchant.post("/zendingen/nieuw/", form)
    assert first.url == second.url
    made = Shipment.objects.get(public_id=form["key"])
    assert (made.reference, made.order, made.events.first().kind) == ("H-1", None, "created")


def test_going_back_to_the_form_of_a_new_shipment_edits_the_one_that_was_made(merchant, shop):
    form = edit_form(make_shipment(shop), version="1") | {"key": str(uuid.uuid4())}
    merchant.post("/zendingen/nieuw/", form)
    merchant.post("/zendingen/nieuw/", form | {"city": "Zeist"})
    assert Shipment.objects.get(public_id=form["key"]).city == "Zeist"
    assert Shipment.objects.count() == 2


def test_the_key_of_another_shop_opens_nothing(merchant, shop, rival):
    theirs = make_shipment(rival)
    form = edit_form(make_shipment(shop), version="1", city="Mijn plaats") | {"key": str(theirs.public_id)}
    merchant.post("/zendingen/nieuw/", form)
    theirs.refresh_from_db()
    assert theirs.city == "Utrecht"


def test_a_new_shipment_goes_straight_to_its_label(merchant, shop):
    fill_sender(shop)
    form = edit_form(make_shipment(shop), version="1") | {"key": str(uuid.uuid4()), "label": "1"}
    assert "/taken/" in merchant.post("/zendingen/nieuw/", form, headers=HTMX)["HX-Redirect"]
    runner.run_due()
    assert Shipment.objects.get(public_id=form["key"]).status == "registered"


def test_the_next_and_previous_draft_are_one_press_away(merchant, shop):
    old, mine, new = make_shipment(shop), make_shipment(shop), make_shipment(shop)
    page = read(merchant.get(address_of(mine)))
    assert page.index(address_of(new)) < page.index(address_of(old))


def test_the_order_its_amounts_and_the_note_of_the_buyer_are_in_sight(merchant, shop):
    order = mirror_order(make_connection(shop), make_order(6, buyer_note="Graag na vijven"))
    page = read(merchant.get(address_of(make_shipment(shop, order=order))))
    assert "2× Mok Zeegroen" in page
    assert "29,90" in page
    assert "Graag na vijven" in page


def test_a_territory_outside_the_customs_area_says_why_it_needs_a_form(merchant, shop):
    page = read(merchant.get(address_of(make_shipment(shop, country="ES", postal_code="35001", city="Las Palmas"))))
    assert "Canarische Eilanden" in page


def test_the_editor_asks_at_most_twelve_questions_however_much_is_in_the_parcel(
    merchant, shop, django_assert_max_num_queries
):
    lines = tuple(OrderLine(str(n), f"Mok {n}", 1, sku=f"MOK-{n}", weight=1) for n in range(100))
    order = mirror_order(make_connection(shop, synced_at="2099-01-01T00:00Z"), abroad("US", 7))
    shipment = make_shipment(shop, order=order, country="US", postal_code="97209", region="OR")
    for line in lines:
        CustomsItem.objects.create(shipment=shipment, description=line.name, sku=line.sku)
        make_shipment(shop)
    with django_assert_max_num_queries(MAX_QUERIES):
        assert merchant.get(address_of(shipment)).status_code == 200
