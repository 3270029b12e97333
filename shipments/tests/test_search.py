"""Search and shortcuts: an exact number opens or prints, and a shop finds only its own rows."""

import pytest

from integrations.models import Connection
from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import make_order
from jobs.models import Job
from lib.trigrams import has_trigrams
from shipments.queries import first_found, search
from shipments.tests.factories import make_shipment

pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant(client_for, owner, shop):
    return client_for(owner)


def results(merchant, query: str) -> str:
    return merchant.get("/zoeken/", {"q": query}, headers={"HX-Request": "true"}).content.decode()


def test_results_come_in_groups_with_what_matched_marked(merchant, shop, rival):
    make_shipment(shop, reference="10517", person="Femke Hoekstra")
    make_shipment(rival, reference="666", person="Hoekstra Rival")
    mirror_order(make_connection(shop), make_order(10559))
    page = results(merchant, "hoek")
    assert "<mark>Hoek</mark>stra" in page
    assert "Rival" not in page
    assert "Alle zendingen met “hoek”" in page
    assert "10559" in results(merchant, "10559")
    Connection.objects.update(state="disconnected")
    assert "importeren/?site" not in results(merchant, "10559")


def test_pages_are_found_by_their_name(merchant):
    assert "/instellingen/zendingen/" in results(merchant, "pakketvoor")
    assert "Niets gevonden voor “zzz”" in results(merchant, "zzz")
    assert "/zendingen/" in results(merchant, "")


def test_markup_in_a_name_stays_text(merchant, shop):
    make_shipment(shop, person="<script>x</script>")
    assert "<script>" not in results(merchant, "script")


@pytest.mark.parametrize("typed", ["10517", "#10517", " 10517 ", "3SABC", "3sabc"])
def test_an_exact_number_or_barcode_opens_the_shipment(merchant, shop, typed):
    shipment = make_shipment(shop, reference="10517", status="registered", barcode="3SABC")
    make_shipment(shop, reference="105170")
    assert merchant.get("/zoeken/", {"q": typed})["Location"] == f"/zendingen/{shipment.public_id}/"


def test_two_parcels_with_one_number_are_shown_instead_of_guessed(merchant, shop):
    make_shipment(shop, reference="10517")
    make_shipment(shop, reference="10517")
    assert merchant.get("/zoeken/", {"q": "10517"}).status_code == 200


def test_another_shops_number_opens_nothing(merchant, rival):
    make_shipment(rival, reference="10517")
    assert merchant.get("/zoeken/", {"q": "10517"}).status_code == 200
    assert search.find_exact(rival, "10517") is not None


def test_p_before_the_number_asks_to_print_and_looking_prints_nothing(merchant, shop):
    make_shipment(shop, reference="10517")
    assert merchant.get("/zoeken/", {"q": "p 10517"})["Location"] == "/zoeken/scan/?code=10517"
    assert 'value="10517"' in merchant.get("/zoeken/scan/?code=10517").content.decode()
    assert not Job.objects.exists()


def test_shortcuts_are_listed_and_switched_off_for_this_browser(merchant, shop):
    assert "Volgende of vorige rij" in merchant.get("/sneltoetsen/").content.decode()
    shown = merchant.get("/sneltoetsen/", headers={"HX-Request": "true", "HX-Target": "dialog"}).content.decode()
    assert "Volgende of vorige rij" in shown
    assert "<html" not in shown, "in a window above the page it is no page of its own"
    merchant.post("/sneltoetsen/", {"enabled": "0"})
    assert merchant.cookies["keys"].value == "off"
    assert "staan uit" in merchant.get("/sneltoetsen/").content.decode()
    merchant.post("/sneltoetsen/", {"enabled": "1"})
    assert merchant.cookies["keys"].value == "on"


def test_a_short_word_says_that_older_rows_were_not_looked_through(merchant, shop, monkeypatch):
    """Only where there is an index that does not know it; elsewhere all rows are read."""
    for name in ("SHORT_WALK", "LONG_WALK"):
        monkeypatch.setattr(first_found, name, 1)
    for _number in range(3):
        make_shipment(shop, city="Zwolle")
    for path in ("/zendingen/?q={}", "/zoeken/?q={}"):
        assert ("is alleen in de nieuwste" in merchant.get(path.format("zw")).content.decode()) is has_trigrams()
        assert "is alleen in de nieuwste" not in merchant.get(path.format("zwo")).content.decode()
