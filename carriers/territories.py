"""The zone of a destination: NL, BE, the rest of the EU, or the rest of the world.

Parts of EU countries outside the customs or VAT area need a customs form although their country code is in the EU, and
so do their neighbors that share their postcodes, such as San Marino. The table states customs law in general and may be
edited. Monaco is left out: goods move there as within France. Livigno and Campione d'Italia once shared a postcode
with their neighbors (23030 and 22060); those are left out, because most addresses there need no customs form.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.parcels import Destination
from carriers.problems import Text
from lib.countries import iso_country
from lib.text import plain_form

# fmt: off
EU = frozenset([
    "AT", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "PL", "PT", "RO", "SE", "SI", "SK",
])
# fmt: on
SINGLE_COUNTRY_ZONES = frozenset({"NL", "BE"})
ZONES = ("NL", "BE", "EU", "ROW")


@dataclass(frozen=True, slots=True)
class Territory:
    """A place that needs a customs form although orders reach it under the code of an EU country.

    ``prefixes`` are the first digits of its postcodes in that country. ``codes`` are its own ISO codes if those stand
    for a part of the EU country. ``form`` is the pattern of its whole postcode where that is not one of the country.
    """

    name: Text
    country: str
    prefixes: tuple[str, ...]
    codes: tuple[str, ...] = ()
    in_customs_union: bool = False
    form: str = ""


TERRITORIES = (
    Territory(_("Canary Islands"), "ES", ("35", "38"), ("IC",), in_customs_union=True),
    Territory(_("Ceuta and Melilla"), "ES", ("51", "52"), ("EA",)),
    Territory(_("Åland"), "FI", ("22",), ("AX",), in_customs_union=True),
    Territory(_("Livigno"), "IT", ("23041",)),
    Territory(_("Campione d'Italia"), "IT", ("22061",), in_customs_union=True),
    Territory(_("Heligoland"), "DE", ("27498",)),
    Territory(_("Büsingen"), "DE", ("78266",)),
    Territory(_("Mount Athos"), "GR", ("63086", "63087"), in_customs_union=True),
    Territory(_("San Marino"), "IT", ("4789",)),
    Territory(_("Vatican City"), "IT", ("00120",)),
    Territory(_("Faroe Islands"), "DK", (), form=r"(?:FO)?[1-9]\d\d"),
    Territory(_("Greenland"), "DK", ("39",)),
    Territory(_("Liechtenstein"), "AT", tuple(str(code) for code in range(9485, 9499))),
    Territory(_("Andorra"), "ES", (), form=r"AD[1-7]0\d"),
    Territory(_("Andorra"), "FR", (), form=r"AD[1-7]0\d"),
    Territory(_("Gibraltar"), "ES", (), form="GX111AA"),
    Territory(_("Saint Barthélemy"), "FR", ("97133", "977"), ("BL",)),
    Territory(_("Guadeloupe"), "FR", ("971",), ("GP",), in_customs_union=True),
    Territory(_("Martinique"), "FR", ("972",), ("MQ",), in_customs_union=True),
    Territory(_("French Guiana"), "FR", ("973",), ("GF",), in_customs_union=True),
    Territory(_("Réunion"), "FR", ("974",), ("RE",), in_customs_union=True),
    Territory(_("Saint Pierre and Miquelon"), "FR", ("975",), ("PM",)),
    Territory(_("Mayotte"), "FR", ("976",), ("YT",), in_customs_union=True),
    Territory(
        _("French overseas territories"),
        "FR",
        ("978", "984", "986", "987", "988"),
        ("MF", "WF", "PF", "NC", "TF"),
    ),
)
BY_COUNTRY = {country: [one for one in TERRITORIES if one.country == country] for country in EU}
BY_CODE = {code: one for one in TERRITORIES for code in one.codes}
LEAD = re.compile(r"^[A-Z]{1,3}(?=\d)")


def zone(destination: Destination) -> str:
    """ "NL", "BE", "EU" or "ROW"; an unknown country is "ROW"."""
    country = iso_country(destination.country)
    if country in SINGLE_COUNTRY_ZONES:
        return country
    if country not in EU:
        return "ROW"
    return "ROW" if _by_postal_code(country, destination.postal_code) else "EU"


def territory_of(destination: Destination) -> Territory | None:
    """None unless the destination is in TERRITORIES."""
    country = iso_country(destination.country)
    return BY_CODE.get(country) or _by_postal_code(country, destination.postal_code)


def _by_postal_code(country: str, postal_code: str) -> Territory | None:
    return _search(country, postal_code) if postal_code and BY_COUNTRY.get(country) else None


@lru_cache(maxsize=4096)
def _search(country: str, postal_code: str) -> Territory | None:
    """Blanks, dashes and letters for the country before the code (FI-22100, I-47890) make no difference."""
    code = re.sub(r"[\s.-]", "", plain_form(postal_code)).upper()
    digits = LEAD.sub("", code)
    for territory in BY_COUNTRY[country]:
        if territory.form and re.fullmatch(territory.form, code):
            return territory
        if territory.prefixes and digits.startswith(territory.prefixes):
            return territory
    return None


def customs_reason(destination: Destination) -> Text:
    """Empty unless the destination is in an EU country but needs customs data."""
    territory = territory_of(destination)
    if territory is None:
        return ""
    if territory.in_customs_union:
        message = _("{place}: outside the EU's VAT area, so this parcel needs customs data.")
    else:
        message = _("{place}: outside the EU's customs area, so this parcel needs customs data.")
    return format_lazy(message, place=territory.name)
