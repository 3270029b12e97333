"""Which column holds what: the guess, the page to correct it, and what is remembered of it."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from jobs import runner
from shipments.models import ColumnMapping, Shipment
from shipments.services.csv_files import file_import
from shipments.services.csv_files.mapping import TARGETS
from shipments.services.csv_files.reader import read_table
from shipments.services.csv_files.titles import BUYER, RECIPIENT, read_title

pytestmark = pytest.mark.django_db
FOREIGN = b"order_number,name,address,zip,city\n7,Kim Proef,Kastanjelaan 12,3524 KB,Utrecht\n"
# A language we do not know the titles of.
SPANISH = b"Pedido;Destinatario completo;Calle;CPostal;Poblacion\n7;Kim;Kastanjelaan 12;3524KB;Utrecht\n"


@pytest.fixture
def merchant(client_for, owner, shop):
    return client_for(owner)


def sent(browser, data: bytes, name: str = "x.csv") -> str:
    return browser.post("/zendingen/bestand/", {"file": SimpleUploadedFile(name, data)})["Location"]


@pytest.mark.parametrize(
    ("key", "titles"),
    [
        (
            "reference",
            "Order Number|order_number|orderNumber|Bestelnummer|Bestellnummer|N° de commande|Kenmerk|Ref.",
        ),
        ("person", "Name|Naam|Ontvanger|Empfänger|Destinataire|Recipient name|Naam ontvanger|Contactpersoon|Full name"),
        ("first_name", "First Name (Shipping)|Voornaam|Vorname|Prénom|Receiver_FirstName|shipping_first_name"),
        ("last_name", "Last name|Achternaam|Nachname|Nom de famille|Surname"),
        ("company", "Company (Shipping)|Bedrijfsnaam|Firma|Société|company_name|Recipient company name"),
        ("street", "Address 1&2 (Shipping)|shipping_address_1|Straat|Straße|Rue|Afleveradres|Straße und Hausnummer"),
        (
            "street",
            "Adresse de livraison|Street and number|Straat + huisnr.|AddressLine1|Lieferanschrift|Shipping Street",
        ),
        ("number", "house_number|Huisnummer|Huisnr.|Hausnummer|HouseNr|Numéro de rue|HuisNr"),
        ("suffix", "number_suffix|Toevoeging|Huisnr. toev.|HouseNrExt|Hausnummerzusatz|Huisnummer toevoeging"),
        ("extra", "shipping_address_2|Adresregel 2|Adresszusatz|Complément d'adresse|Address line 2"),
        ("postal_code", "Shipping Zip|Postcode|PLZ|Code postal|ZIP/Postal code|Postleitzahl|zipcode|Afleverpostcode"),
        ("city", "City|Plaats|Woonplaats|Ort|Stadt|Ville|Delivery city|Town/City"),
        ("country", "Country Code (Shipping)|Land|Pays|Country|Landcode|cc|Delivery country"),
        ("email", "E-mail|Email|E-Mail-Adresse|Courriel|Contact email|billing_email|emailadres|E-mailadres ontvanger"),
        ("phone", "Telefoon|Phone (Billing)|Téléphone|Telefonnummer|GSM-nummer|Mobiel nummer|telephone|Tel."),
        ("weight", "Weight|Gewicht (kg)|Poids en grammes|Total weight|Gewicht in gram|weight_g"),
        ("item_quantity", "Qty|Aantal|Lineitem quantity|Menge|Quantité"),
        ("payment_status", "Financial Status|Payment status|Betaalstatus|Zahlungsstatus"),
    ],
)
def test_a_title_is_known_in_the_languages_and_programs_of_merchants(key, titles):
    for title in titles.split("|"):
        found = read_title(title)
        assert found is not None, title
        assert found.key == key, title


@pytest.mark.parametrize(
    "title",
    [
        "Sender name",
        "Afzender plaats",
        "Return address",
        "Shipping method",
        "Total",
        "Price",
        "Date created",
        "",
        "12",
        "?",
    ]
    + [
        "Delivery date",
        "Customer note",
        "Discount code",
        "Tracking number",
        "x" * 500,
        "Shipping",
        "Orders van november",
    ],
)
def test_a_title_of_something_else_is_not_taken_for_a_part(title):
    assert read_title(title) is None


def test_whose_address_it_is_is_read_too():
    assert read_title("Shipping City").whose == read_title("Lieferstadt").whose == RECIPIENT
    assert read_title("Billing City").whose == read_title("Factuurplaats").whose == BUYER


def keys_of(text: str) -> dict[str, str]:
    columns = read_table(text.encode()).columns
    return {key: title for title, key in zip(columns.titles, columns.keys, strict=True) if key}


def test_the_buyers_address_never_fills_up_the_recipients():
    found = keys_of(
        "order,ship name,ship street,ship city,billing city,billing zip,billing company\n1,Kim,Laan,Ede,a,b,c\n"
    )
    assert found["city"] == "ship city"
    assert not {"postal_code", "company"} & set(found)


def test_a_buyer_without_another_address_is_the_recipient():
    found = keys_of("order,billing name,billing street,billing city\n1,Kim,Laan 1,Ede\n")
    assert (found["person"], found["street"]) == ("billing name", "billing street")


def test_a_name_beside_a_first_name_is_the_last_name_unless_it_holds_both():
    assert keys_of("ref,first name,name,city\n1,Kim,Proef,Ede\n")["last_name"] == "name"
    assert keys_of("ref,first name,name,city\n1,Kim,Kim Proef,Ede\n")["person"] == "name"


def test_a_prefix_of_its_own_is_part_of_the_name():
    table = read_table(b"ref,prefix x,infix,name,city\n1,,van der,Proef,Ede\n")
    assert table.lines[0].cells["person"] == "van der Proef"


def test_a_column_of_numbers_with_additions_is_the_number():
    assert keys_of("ref,name,street,huisnummer toevoeging,city\n1,Kim,Laan,12A,Ede\n")["number"]
    assert keys_of("ref,name,street,huisnummer,huisnummer toevoeging,city\n1,Kim,Laan,12,A,Ede\n")["suffix"]


def test_the_number_people_know_goes_before_the_number_of_the_program():
    assert keys_of("order_id,order_number,name\n99,1001,Kim\n")["reference"] == "order_number"
    assert keys_of("id,name,shipping name\n99,#1001,Kim\n")["reference"] == "name"
    assert keys_of("id,name\n99,Kim\n")["reference"] == "id"


@pytest.mark.parametrize(
    ("weights", "key"),
    [
        ("0.700|1.2", "weight_kg"),
        ("700|350", "weight"),
        ("1|2|5", "weight_kg"),
        ("700.0|350.0", "weight"),
        ("|", "weight"),
    ],
)
def test_the_unit_of_a_weight_without_one_is_seen_from_the_weights(weights, key):
    rows = "".join(f"{n},Kim,{weight}\n" for n, weight in enumerate(weights.split("|")))
    assert key in keys_of("order_number,full name,weight\n" + rows)


def test_a_file_of_another_program_shows_its_columns_first(merchant):
    page = sent(merchant, FOREIGN)
    assert page.endswith("/kolommen/")
    text = merchant.get(page).content.decode()
    assert "Kies de kolommen" in text
    assert "Kastanjelaan 12" in text
    assert re.search(r'<option value="street"\s+selected', text)
    assert not Shipment.objects.exists()


def chosen(*keys: str) -> dict[str, str]:
    return {f"column-{place}": key for place, key in enumerate(keys)}


def test_the_columns_can_be_corrected_and_are_remembered_for_this_shop(merchant, shop, rival, client_for):
    page = sent(merchant, FOREIGN)
    preview = merchant.post(page, chosen("reference", "company", "street", "postal_code", "city"))["Location"]
    merchant.post(preview)
    runner.run_due()
    assert (Shipment.objects.get().company, Shipment.objects.get().person) == ("Kim Proef", "")
    again = sent(merchant, FOREIGN.replace(b"Utrecht", b"Ede"))
    assert not again.endswith("/kolommen/")
    assert sent(client_for(rival.memberships.get().user), FOREIGN).endswith("/kolommen/")
    text = merchant.get(again + "kolommen/").content.decode()
    assert re.search(r'<option value="company"\s+selected', text)
    assert ColumnMapping.objects.count() == 1


def test_a_file_in_a_language_we_do_not_know_can_be_mapped_by_hand(merchant):
    page = sent(merchant, SPANISH)
    text = merchant.get(page).content.decode()
    assert "In geen enkele kolom staan deze gegevens" in text
    merchant.post(merchant.post(page, chosen("reference", "person", "street", "postal_code", "city"))["Location"])
    runner.run_due()
    made = Shipment.objects.get()
    assert (made.reference, made.street, made.number, made.postal_code) == ("7", "Kastanjelaan", "12", "3524 KB")


def test_one_part_in_two_columns_is_said_and_nothing_is_remembered(merchant):
    page = sent(merchant, FOREIGN)
    answer = merchant.post(page, chosen("reference", "person", "street", "street", "city"))
    assert answer.status_code == 422
    assert "is bij twee kolommen gekozen" in answer.content.decode()
    assert merchant.post(page, chosen("", "", "", "", "")).status_code == 422
    assert merchant.post(page, chosen("shoe_size")).status_code == 422
    assert not ColumnMapping.objects.exists()


def test_the_guess_is_accepted_as_it_stands_and_going_back_does_no_harm(merchant):
    page = sent(merchant, FOREIGN)
    for _time in range(2):
        preview = merchant.post(page)["Location"]
        assert merchant.get(page).status_code == 200
    assert "1 regel wordt een conceptzending" in merchant.get(preview).content.decode()


def test_a_choice_that_finds_no_shipment_leads_back_to_the_columns(merchant):
    page = sent(merchant, FOREIGN)
    preview = merchant.post(page, chosen("", "", "", "", "phone"))["Location"]
    assert "1 regel" in merchant.get(preview).content.decode()
    preview = merchant.post(sent(merchant, b"order_number,x,y,city\n7,1,2,\n"), chosen("reference", "", "", "city"))
    answer = merchant.get(preview["Location"], follow=True)
    assert answer.redirect_chain[-1][0].endswith("/kolommen/")
    assert "geen zendingen eronder" in answer.content.decode()


def test_a_remembered_part_that_no_longer_exists_is_not_used(shop):
    fingerprint = file_import.store_upload(shop, FOREIGN)
    guess = file_import.open_sheet(shop, fingerprint).guess
    file_import.remember_columns(shop, guess, ["reference", "gone", "street"])
    assert file_import.open_upload(shop, fingerprint).columns.keys == ("reference", "", "street", "", "")
    assert "gone" not in TARGETS


def test_only_so_many_choices_are_remembered(shop, monkeypatch):
    monkeypatch.setattr(file_import, "MAX_MAPPINGS", 2)
    for name in ("a", "b", "c"):
        fingerprint = file_import.store_upload(shop, FOREIGN.replace(b"zip", name.encode()))
        file_import.remember_columns(shop, file_import.open_sheet(shop, fingerprint).guess, [])
    assert ColumnMapping.objects.count() == 2


def test_our_own_titles_and_unknown_ones_go_straight_to_the_lines(merchant):
    page = sent(merchant, b"referentie;naam;plaats;kleur\n1;Kim;Ede;rood\n")
    assert not page.endswith("/kolommen/")
    text = merchant.get(page).content.decode()
    assert "Deze kolommen worden niet gebruikt:" in text
    assert page + "kolommen/" in text
