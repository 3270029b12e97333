"""Before anything is made: lines of one order, references twice, orders not paid, lines that are no shipment."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from jobs import runner
from jobs.models import Job
from shipments.models import Shipment
from shipments.services.csv_files import file_import
from shipments.services.csv_files.reader import read_table
from shipments.tests.factories import make_shipment

pytestmark = pytest.mark.django_db
HEAD = "referentie;naam;straat;huisnummer;postcode;plaats;gewicht (gram)\n"
KIM = "1001;Kim;Laan;1;3524 KB;Ede;700\n"
BO = "1002;Bo;Weg;2;3511 AA;Ede;400\n"


@pytest.fixture
def merchant(client_for, owner, shop):
    return client_for(owner)


def sent(browser, text: str) -> str:
    return browser.post("/zendingen/bestand/", {"file": SimpleUploadedFile("x.csv", text.encode())})["Location"]


def imported(browser, path: str, **data: str) -> list[tuple[str, int]]:
    browser.post(path, data)
    runner.run_due()
    return list(Shipment.objects.order_by("pk").values_list("reference", "weight"))


def test_a_reference_on_two_lines_is_a_question(merchant):
    path = sent(merchant, HEAD + KIM + BO + KIM)
    text = merchant.get(path).content.decode()
    assert "Referentie 1001 staat op regels 2, 4." in text
    answer = merchant.post(path)
    assert answer.status_code == 422
    assert "Kies wat er moet gebeuren" in answer.content.decode()
    assert not Job.objects.exists()


def test_the_merchant_chooses_one_parcel_or_two(merchant):
    path = sent(merchant, HEAD + KIM + BO + KIM)
    assert imported(merchant, path, doubles="one") == [("1001", 700), ("1002", 400)]
    again = imported(merchant, path, doubles="each", again="1", key="k")
    assert again[2:] == [("1001", 700), ("1002", 400), ("1001", 700)]


@pytest.mark.parametrize("other", ["#1001", "01001", "1001.0", "1.001", "order 1001", " 1001 ", '"1001"', "'1001"])
def test_the_same_reference_in_another_writing_is_the_same(other):
    table = read_table((HEAD + KIM + KIM.replace("1001", other, 1)).encode())
    assert [double.numbers for double in table.doubles] == [(2, 3)]


@pytest.mark.parametrize("other", ["1001-1", "10010", "A1001", "1002"])
def test_another_reference_is_another(other):
    assert not read_table((HEAD + KIM + KIM.replace("1001", other, 1)).encode()).doubles


def test_one_parcel_holds_the_weight_of_both_lines_when_they_differ(merchant):
    path = sent(merchant, HEAD + KIM + KIM.replace("700", "0,3"))
    assert imported(merchant, path, doubles="one") == [("1001", 1000)]
    codes = {note["code"] for note in Shipment.objects.get().notes}
    assert {"one_parcel", "weights_added"} <= codes


def test_lines_of_one_reference_to_two_addresses_stay_two_parcels(merchant):
    path = sent(merchant, HEAD + KIM + BO.replace("1002", "1001"))
    assert "Deze regels hebben verschillende adressen." in merchant.get(path).content.decode()
    assert len(imported(merchant, path, doubles="one")) == 2


def test_lines_without_an_address_are_left_out_and_said(merchant):
    path = sent(merchant, HEAD + KIM + HEAD + "Totaal;;;;;;700\n---;---;---;-;-;---;-\nGemaakt op 27-11;;;;;;\n" + BO)
    text = merchant.get(path).content.decode()
    for words in (
        "Regel 3 herhaalt de kolomnamen.",
        "Regel 4 bevat geen adres",
        "Regel 5 bevat geen adres",
        "Regel 6 bevat geen adres",
    ):
        assert words in text
    assert imported(merchant, path) == [("1001", 700), ("1002", 400)]


def test_a_total_in_the_column_of_names_is_no_recipient():
    table = read_table(
        (HEAD.replace("referentie;", "") + KIM[5:] + "Subtotaal;;;;;700\nGrand total;;;;;700\n").encode()
    )
    assert (len(table.lines), [line.number for line in table.left_out]) == (1, [3, 4])


def test_a_line_with_more_cells_than_columns_is_no_shipment(merchant):
    path = sent(merchant, HEAD.replace(";", ",") + "1001,Kim, Proef,Laan,1,3524 KB,Ede,700\n" + BO.replace(";", ","))
    assert "meer cellen dan er kolommen zijn" in merchant.get(path).content.decode()
    assert imported(merchant, path) == [("1002", 400)]


PAID = "order number,name,address,zip,city,payment status\n"


def test_orders_that_were_not_paid_are_only_imported_when_asked_for(merchant):
    lines = "1,Kim,Laan 1,3524 KB,Ede,Paid\n2,Bo,Weg 2,3511 AA,Ede,Not Paid\n3,Cem,Weg 3,3511 AA,Ede,Refunded\n"
    path = sent(merchant, PAID + lines).removesuffix("kolommen/")
    text = merchant.get(path).content.decode()
    assert "2 orders zijn niet betaald of zijn geannuleerd" in text
    assert "De order is niet betaald (Not Paid)." in text
    assert [reference for reference, _weight in imported(merchant, path)] == ["1"]
    made = imported(merchant, path, held="1", again="1", key="k")
    assert [reference for reference, _weight in made] == ["1", "1", "2", "3"]


ARTICLES = "order number,name,address,zip,city,item,sku,qty,weight\n"


def test_lines_of_articles_are_one_parcel_with_the_weight_of_all(merchant):
    lines = "1,Kim,Laan 1,3524 KB,Ede,Mok,M,2,0.35\n1,,,,,Trui,T,1,0.6\n,,,,,Sticker,S,1,\n"
    lines += "2,Bo,Weg 2,3511 AA,Ede,Mok,M,1,0.35\n"
    path = sent(merchant, ARTICLES + lines).removesuffix("kolommen/")
    assert imported(merchant, path) == [("1", 1300), ("2", 350)]
    first = Shipment.objects.earliest("pk")
    assert [(line["pieces"], line["name"], line["sku"]) for line in first.order_lines] == [
        (2, "Mok", "M"),
        (1, "Trui", "T"),
        (1, "Sticker", "S"),
    ]
    assert any("Sticker" in note["text"]["nl"] for note in first.notes)


def test_articles_that_were_refunded_are_not_packed(merchant):
    head = ARTICLES.replace("qty,", "qty,quantity refunded,")
    lines = "1,Kim,Laan 1,3524 KB,Ede,Mok,M,3,1,0.35\n1,Kim,Laan 1,3524 KB,Ede,Trui,T,1,1,0.6\n"
    path = sent(merchant, head + lines).removesuffix("kolommen/")
    assert imported(merchant, path) == [("1", 700)]
    assert [(line["pieces"], line["name"]) for line in Shipment.objects.get().order_lines] == [(2, "Mok")]


def test_a_number_of_pieces_that_is_none_is_an_error(merchant):
    path = sent(merchant, ARTICLES + "1,Kim,Laan 1,3524 KB,Ede,Mok,M,veel,0.35\n").removesuffix("kolommen/")
    assert "is geen heel aantal stuks" in merchant.get(path).content.decode()


def test_a_reference_the_shop_already_has_is_said(merchant, shop, rival):
    make_shipment(shop, reference="1001")
    make_shipment(rival, reference="1002")
    text = merchant.get(sent(merchant, HEAD + KIM + BO)).content.decode()
    assert "Er zijn al zendingen met deze referenties:" in text
    assert file_import.known_references(shop, ["1001", "1002", ""]) == {"1001"}


def test_what_was_understood_stands_on_its_line(merchant):
    text = merchant.get(sent(merchant, HEAD + KIM.replace("700", "0,7"))).content.decode()
    assert "Gewicht “0,7” is gelezen als 700 g." in text
