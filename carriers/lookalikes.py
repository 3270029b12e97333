"""Postcodes that belong to another country than the one that was chosen: Monaco as France, Jersey as Britain, D-50672.

Nothing is changed: only a person knows whether the country or the postcode is wrong. The hint names the country meant.
"""

import re
from functools import lru_cache

from babel import Locale
from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from carriers.postcode_forms import BRITISH_ISLANDS, FORMS
from carriers.postcodes import LEAD, country_of_lead, read_postal_code, without_announcement, written_form
from carriers.problems import Text
from lib.countries import iso_country
from lib.text import plain_form

MAX_NAMED = 4
# Ranges within the codes of a country that are of another one, by its ISO code. The parts of France, Spain and Finland
# that need a customs form are named by ``carriers.territories``.
RANGES: dict[str, tuple[tuple[str, str], ...]] = {
    "FR": (("980", "MC"),),
    "GB": (("JE", "JE"), ("GY", "GG"), ("IM", "IM")),
    **dict.fromkeys(("CH", "AT"), ((r"948[5-9]|949[0-8]", "LI"),)),
    "IT": (("4789", "SM"), ("00120", "VA")),
    "DK": (("39", "GL"),),
    "NO": (("8099|917", "SJ"),),
    "AU": (("2899", "NF"), ("6798", "CX"), ("6799", "CC")),
    "CN": (("999077", "HK"), (r"99907[89]", "MO")),
    "US": (
        (r"00[679]", "PR"),
        ("008", "VI"),
        (r"969[123]", "GU"),
        (r"9695[012]", "MP"),
        ("96799", "AS"),
        (r"9694[1-4]", "FM"),
        (r"969[67]", "MH"),
        ("96939|96940", "PW"),
    ),
}
# Whose codes are typed most often instead of those of a country, the likeliest first.
NEIGHBORS = {
    "NL": "BE DE LU FR GB",
    "BE": "NL LU FR DE",
    "LU": "BE FR DE NL",
    "DE": "AT CH BE DK LU NL LI PL CZ FR",
    "AT": "DE CH LI IT CZ SK HU SI",
    "CH": "LI AT DE FR IT",
    "LI": "CH AT DE",
    "FR": "BE MC CH LU ES IT DE AD",
    "MC": "FR IT",
    "IT": "SM VA CH AT SI FR",
    "SM": "IT",
    "VA": "IT",
    "ES": "AD PT GI FR IC EA",
    "IC": "ES",
    "EA": "ES",
    "PT": "ES",
    "AD": "ES FR",
    "GI": "GB ES",
    "GB": "IE JE GG IM GI",
    "IE": "GB",
    "JE": "GB GG IM",
    "GG": "GB JE IM",
    "IM": "GB JE GG",
    "DK": "FO GL SE DE NO",
    "GL": "DK FO",
    "FO": "DK GL IS",
    "IS": "FO DK",
    "SE": "NO DK FI",
    "NO": "SE DK SJ FI",
    "SJ": "NO",
    "FI": "AX SE EE NO",
    "AX": "FI SE",
    "EE": "LV FI LT",
    "LV": "LT EE",
    "LT": "LV PL EE",
    "PL": "CZ DE SK LT UA",
    "CZ": "SK DE AT PL",
    "SK": "CZ HU AT PL",
    "HU": "SK AT RO SI HR RS",
    "SI": "HR AT IT HU",
    "HR": "SI BA RS HU IT",
    "RO": "MD BG HU RS",
    "MD": "RO UA",
    "BG": "GR RO TR MK RS",
    "GR": "CY BG TR MK AL",
    "CY": "GR TR",
    "MT": "IT",
    "TR": "CY GR BG",
    "RS": "XK ME BA MK HR HU",
    "XK": "RS AL MK",
    "ME": "RS BA AL",
    "MK": "XK AL GR BG RS",
    "AL": "XK MK ME",
    "BA": "HR RS ME",
    "UA": "PL RO MD RU",
    "BY": "RU PL LT",
    "RU": "BY KZ UA",
    "US": "CA MX PR",
    "CA": "US",
    "MX": "US",
    "AU": "NZ",
    "NZ": "AU",
    "CN": "TW HK MO",
    "TW": "CN",
    "JP": "KR",
    "KR": "JP",
}
AMERICAN_ISLANDS = "PR VI GU MP AS FM MH PW"
FRENCH_ISLANDS = "GP MQ GF RE YT PM BL MF WF PF NC"
# Countries whose codes hold letters are known by them wherever they are typed.
LETTERED = ("NL", "GB", "IE", "CA", "MT", "JE", "GG", "IM", "GI", "AD", *BRITISH_ISLANDS)
# Only Poland writes a dash behind two figures.
POLISH = re.compile(r"\d\d-\d{3}")
SMALL = frozenset(code for ranges in RANGES.values() for _start, code in ranges)


def other_countries(country: str, postal_code: str) -> tuple[str, ...]:
    """The ISO codes of the countries the postcode may be of instead, the likeliest first and at most MAX_NAMED.

    Empty when it is one of ``country`` and of no other, or when no country is known for it.
    """
    return _other_countries(iso_country(country), postal_code)


@lru_cache(maxsize=4096)
def _other_countries(country: str, postal_code: str) -> tuple[str, ...]:
    if country not in FORMS or not postal_code:
        return ()
    found, bare = read_postal_code(country, postal_code), without_announcement(plain_form(postal_code))
    if found.is_valid and not found.repair:
        if POLISH.fullmatch(bare) and country not in {"PL", "PT"}:
            return ("PL",)
        compact = re.sub(r"[ -]", "", found.text)
        return next(((code,) for start, code in RANGES.get(country, ()) if re.match(start, compact)), ())
    return () if found.repair == "letters" else _matching(country, bare)


def _matching(country: str, bare: str) -> tuple[str, ...]:
    if lead := LEAD.match(bare):
        announced = country_of_lead(lead["letters"])
        if announced not in {"", country} and written_form(announced, bare[lead.end() :]):
            return (announced,)
    if bare.isdigit():
        known = NEIGHBORS.get(country, "").split() or _relatives(country)
    else:
        known = [*LETTERED, *NEIGHBORS.get(country, "").split()]
    found = [code for code in dict.fromkeys(known) if code != country and written_form(code, bare)]
    # A range of a small territory says more than a form that several countries share.
    return tuple(sorted(found, key=lambda code: code not in SMALL))[:MAX_NAMED]


def _relatives(country: str) -> list[str]:
    if country in AMERICAN_ISLANDS.split():
        return ["US", *AMERICAN_ISLANDS.split()]
    return ["FR", *FRENCH_ISLANDS.split()] if country in FRENCH_ISLANDS.split() else []


def note_about(country: str, postal_code: str) -> Text:
    """The hint for a postcode that fits the chosen country although it may be of another; else empty."""
    if not (found := other_countries(country, postal_code)):
        return ""
    text = _(
        "The postcode {code} belongs to another country or territory: {countries}. Choose it as the country if the "
        "parcel goes there."
    )
    return format_lazy(text, code=postal_code, countries=_names(found))


def wrong_postcode(country: str, postal_code: str) -> Text:
    """What to do about a postcode that is not valid in its country, with the countries it fits if there are any."""
    if country == "NL":
        text: Text = _("Enter a postcode such as 1234 AB.")
    else:
        text = format_lazy(_("“{code}” is not a valid postcode for this country. Correct it."), code=postal_code)
    return format_lazy("{} {}", text, hint) if (hint := fitting_countries(country, postal_code)) else text


def fitting_countries(country: str, postal_code: str) -> Text:
    """A sentence that names the other countries whose form the postcode has; empty when there are none."""
    if not (found := other_countries(country, postal_code)):
        return ""
    text = _("In this form it is a postcode of: {countries}. If the parcel goes there, choose that country.")
    return format_lazy(text, countries=_names(found))


def _names(codes: tuple[str, ...]) -> Promise | str:
    *others, last = (country_name(code) for code in codes)
    if not others:
        return last
    first = format_lazy(", ".join("{}" for _one in others), *others)
    return format_lazy(_("{first} or {last}"), first=first, last=last)


def _country_name(code: str) -> str:
    language = "nl" if (get_language() or "nl").startswith("nl") else "en_GB"
    return str(Locale.parse(language).territories.get(code, code))


country_name = lazy(_country_name, str)
