"""The zone of a destination: NL, BE, the rest of the EU, or the rest of the world.

Parts of EU countries outside the customs or VAT area need a customs form although their country code is in the EU. The
table states customs law in general and may be edited. Livigno and Campione d'Italia once shared a postcode with their
neighbors (23030 and 22060); those are left out, because most addresses there need no customs form.
"""

from dataclasses import dataclass

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.parcels import Destination
from carriers.problems import Text

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
    """A place in an EU country that needs a customs form.

    ``prefixes`` are the first digits of its postcodes in that country; ``codes`` are its own ISO codes.
    """

    name: Text
    country: str
    prefixes: tuple[str, ...]
    codes: tuple[str, ...] = ()
    in_customs_union: bool = False


TERRITORIES = (
    Territory(_("Canary Islands"), "ES", ("35", "38"), ("IC",), in_customs_union=True),
    Territory(_("Ceuta and Melilla"), "ES", ("51", "52"), ("EA",)),
    Territory(_("Åland"), "FI", ("22",), ("AX",), in_customs_union=True),
    Territory(_("Livigno"), "IT", ("23041",)),
    Territory(_("Campione d'Italia"), "IT", ("22061",), in_customs_union=True),
    Territory(_("Heligoland"), "DE", ("27498",)),
    Territory(_("Büsingen"), "DE", ("78266",)),
    Territory(_("Mount Athos"), "GR", ("63086", "63087"), in_customs_union=True),
    Territory(_("Guadeloupe"), "FR", ("971",), ("GP",), in_customs_union=True),
    Territory(_("Martinique"), "FR", ("972",), ("MQ",), in_customs_union=True),
    Territory(_("French Guiana"), "FR", ("973",), ("GF",), in_customs_union=True),
    Territory(_("Réunion"), "FR", ("974",), ("RE",), in_customs_union=True),
    Territory(_("Saint Pierre and Miquelon"), "FR", ("975",), ("PM",)),
    Territory(_("Mayotte"), "FR", ("976",), ("YT",), in_customs_union=True),
    Territory(
        _("French overseas territories"),
        "FR",
        ("977", "978", "984", "986", "987", "988"),
        ("BL", "MF", "WF", "PF", "NC", "TF"),
    ),
)
OUTSIDE_BY_POSTCODE = {
    country: tuple(prefix for one in TERRITORIES if one.country == country for prefix in one.prefixes)
    for country in {one.country for one in TERRITORIES}
}
BY_CODE = {code: one for one in TERRITORIES for code in one.codes}


def zone(destination: Destination) -> str:
    """ "NL", "BE", "EU" or "ROW"; an unknown country is "ROW"."""
    country = destination.country.upper()
    if country in SINGLE_COUNTRY_ZONES:
        return country
    if country not in EU:
        return "ROW"
    return "ROW" if _lies_outside(country, destination.postal_code) else "EU"


def _lies_outside(country: str, postal_code: str) -> bool:
    prefixes = OUTSIDE_BY_POSTCODE.get(country, ())
    return bool(prefixes) and _digits(country, postal_code).startswith(prefixes)


def _digits(country: str, postal_code: str) -> str:
    """The postcode without spaces and without a leading country code (FI-22100)."""
    return "".join(postal_code.split()).upper().removeprefix(country).lstrip("-")


def territory_of(destination: Destination) -> Territory | None:
    """None unless the destination is in TERRITORIES."""
    country = destination.country.upper()
    if country in BY_CODE:
        return BY_CODE[country]
    if not _lies_outside(country, destination.postal_code):
        return None
    digits = _digits(country, destination.postal_code)
    return next(one for one in TERRITORIES if one.country == country and digits.startswith(one.prefixes))


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
