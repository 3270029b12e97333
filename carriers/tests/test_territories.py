"""Parts of EU countries that need a customs form, by postcode and by ISO code, and neighbors behind a country's code.

``data/territories.tsv`` holds the places, with one nearby that needs no form beside many of them.
"""

import pytest
from django.utils.translation import override

from carriers.parcels import Destination
from carriers.territories import BY_CODE, EU, TERRITORIES, customs_reason, territory_of, zone
from carriers.tests.tables import read_rows

INSIDE = [
    ("ES", "28001"),
    ("ES", "34001"),
    ("ES", "07001"),
    ("FI", "00100"),
    ("FI", "23100"),
    ("IT", "23100"),
    ("IT", "22100"),
    ("IT", "23030"),
    ("IT", "22060"),
    ("DE", "27472"),
    ("DE", "78224"),
    ("GR", "63080"),
    ("FR", "20000"),
    ("FR", "75001"),
    ("FR", "97"),
    ("FR", "98000"),
    ("PT", "9000-001"),
    ("PT", "9500-001"),
]

OUTSIDE = {
    "ES": ("35001", "38001", "51001", "52001"),
    "FI": ("22100", "22999"),
    "IT": ("23041", "22061"),
    "DE": ("27498", "78266"),
    "GR": ("63086", "63087"),
    "FR": ("97110", "97200", "97300", "97400", "97500", "97600", "97133", "97700", "97800", "98700", "98800"),
}
OUTSIDE_CODES = ("IC", "EA", "AX", "GP", "MQ", "GF", "RE", "YT", "PM", "PF", "NC")


@pytest.mark.parametrize(
    ("country", "postal_code"), [(country, code) for country in OUTSIDE for code in OUTSIDE[country]]
)
def test_the_places_customs_law_names_lie_outside(country, postal_code):
    assert territory_of(Destination(country, postal_code)) is not None


@pytest.mark.parametrize("code", OUTSIDE_CODES)
def test_so_do_their_own_country_codes(code):
    assert territory_of(Destination(code)) is not None


@pytest.mark.parametrize("territory", TERRITORIES, ids=lambda place: f"{place.country} {place.name}")
def test_every_territory_needs_a_form_by_each_of_its_postcodes_and_codes(territory):
    for prefix in territory.prefixes:
        for written in (prefix.ljust(5, "0"), f" {prefix[:2]} {prefix[2:]}", f"{territory.country}-{prefix}"):
            place = Destination(territory.country, written)
            assert zone(place) == "ROW", written
            assert territory_of(place) is territory
    for code in territory.codes:
        assert zone(Destination(code)) == "ROW"
        assert territory_of(Destination(code.lower())) is territory
    assert territory.country in EU


@pytest.mark.parametrize(("country", "postal_code"), INSIDE)
def test_the_rest_of_those_countries_needs_none(country, postal_code):
    place = Destination(country, postal_code)
    assert zone(place) == "EU"
    assert territory_of(place) is None
    assert customs_reason(place) == ""


def test_the_sentence_tells_why_a_parcel_to_the_canary_islands_needs_customs_data():
    with override("en"):
        assert str(customs_reason(Destination("ES", "38001"))) == (
            "Canary Islands: outside the EU's VAT area, so this parcel needs customs data."
        )
        assert "customs area" in str(customs_reason(Destination("DE", "27498")))
    with override("nl"):
        assert "Canarische Eilanden: buiten het btw-gebied" in str(customs_reason(Destination("IC")))


@pytest.mark.parametrize(
    "country", ["GB", "GG", "JE", "IM", "SM", "VA", "MC", "BQ", "CW", "AW", "SX", "CH", "NO", "XI"]
)
def test_what_no_eu_country_code_hides_is_the_rest_of_the_world_without_a_word(country):
    assert zone(Destination(country)) == "ROW"
    assert customs_reason(Destination(country)) == ""


def test_no_code_stands_for_two_territories():
    assert len(BY_CODE) == sum(len(territory.codes) for territory in TERRITORIES)


@pytest.mark.parametrize("row", read_rows("territories.tsv"), ids=lambda row: f"{row['country']} {row['postal_code']}")
def test_a_place_needs_a_form_by_what_it_is_and_not_by_the_country_code_on_the_order(row):
    place = Destination(row["country"], row["postal_code"])
    assert zone(place) == ("ROW" if row["customs_form"] == "yes" else zone(Destination(row["country"]))), row["place"]
    with override("en"):
        said = str(customs_reason(place))
    assert (row["place"] in said) == (row["named"] == "yes"), said


@pytest.mark.parametrize(("code", "iso"), [("EL", "GR"), ("el", "GR"), ("UK", "GB"), ("FX", "FR"), ("DEU", "DE")])
def test_another_code_of_a_country_has_the_zone_of_the_country(code, iso):
    assert zone(Destination(code)) == zone(Destination(iso))


def test_mount_athos_is_found_under_the_code_of_the_european_commission():
    assert territory_of(Destination("EL", "630 86")) is territory_of(Destination("GR", "63086")) is not None
