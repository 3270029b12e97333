"""Countries as people and other programs write them."""

import pytest

from lib.countries import country_codes
from lib.country_names import find_country


@pytest.mark.parametrize("code", sorted(country_codes()))
def test_every_code_is_itself(code):
    assert find_country(code) == find_country(f" {code.lower()} ") == code


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("NL", "Nederland|nederland|The Netherlands|NETHERLANDS|Pays-Bas|Niederlande|Holland|NLD|NED|Países Bajos"),
        ("NL", "NL-NH|NL - Nederland|Nederland (NL)|Nederland/Netherlands"),
        ("BE", "België|Belgie|Belgique|Belgium|Belgien|BEL|B|België / Belgique|BE-VLG"),
        ("DE", "Duitsland|Deutschland|Germany|Allemagne|DEU|BRD|D|Niemcy|GER"),
        ("AT", "Oostenrijk|Österreich|Oesterreich|AUT|A|Autriche"),
        ("GB", "UK|U.K.|uk|GBR|Verenigd Koninkrijk|Groot-Brittannië|England|Scotland|GB-NIR|UK-ENG|Royaume-Uni"),
        ("GR", "EL|GRC|Griekenland|Hellas|Ελλάδα|Grèce"),
        ("FR", "Frankrijk|FRA|F|France métropolitaine|Frankreich"),
        ("CH", "Zwitserland|Schweiz|Suisse|CHE|SUI"),
        ("CZ", "Tsjechië|Czech Republic|Česko|CZE|Tschechien"),
        ("US", "USA|U.S.A.|Verenigde Staten|United States (US)|États-Unis"),
        ("PL", "Polen|Polska|POL|Pologne"),
        ("IE", "Ierland|Éire|IRL|Republic of Ireland"),
        ("CW", "Curaçao|CUW"),
        ("CI", "Côte d’Ivoire|Ivoorkust"),
    ],
)
def test_a_country_is_known_by_what_people_write(code, written):
    for text in written.split("|"):
        assert find_country(text) == code, text


@pytest.mark.parametrize("text", ["", " ", "XX", "EU", "Narnia", "Utrecht", "NL/BE", "12", "-", "ZZZ", "Q"])
def test_what_is_no_country_is_none(text):
    assert find_country(text) == ""
