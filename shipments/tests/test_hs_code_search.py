"""The search for HS codes: a page that works without scripts, and the list below a field."""

import pytest

from shipments.models import CustomsItem
from shipments.tests.factories import make_shipment

pytestmark = pytest.mark.django_db
ADDRESS = "/zendingen/douane/hs-codes/"


def test_a_word_finds_a_code_on_a_page_of_its_own(client_for, owner, shop):
    browser = client_for(owner)
    page = browser.get(ADDRESS, {"q": "mok"}).content.decode()
    assert "6912 00" in page
    assert "Servies van keramiek" in page
    assert "Niets gevonden" in browser.get(ADDRESS, {"q": "qqq"}).content.decode()
    assert "Niets gevonden" not in browser.get(ADDRESS).content.decode(), "nothing was asked yet"


def test_a_script_gets_the_options_alone(client_for, owner, shop):
    answer = client_for(owner).get(ADDRESS, {"q": "mug"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in answer
    assert 'role="option" aria-selected="false" data-code="691200" data-english="Tableware, ceramic"' in " ".join(
        answer.split()
    )


def test_the_editor_helps_with_code_country_and_language_too(client_for, owner, shop):
    draft = make_shipment(shop, country="CH", postal_code="8001", city="Zürich", invoice="1")
    CustomsItem.objects.create(shipment=draft, description="Koffiemok", weight=350, value=1495, origin="CN")
    page = client_for(owner).get(f"/zendingen/{draft.public_id}/bewerken/").content.decode()
    assert f'data-hs-codes="{ADDRESS}"' in page
    assert f'href="{ADDRESS}"' in page, "without scripts"
    assert 'value="China"' in page
    assert "Is de omschrijving Nederlands (koffiemok)?" in page
