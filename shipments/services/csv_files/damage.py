"""What a spreadsheet or a wrong encoding did to a cell. It is said, never repaired: what was lost is not there."""

import re
import unicodedata
from functools import cache
from typing import Any

from babel import Locale
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.addresses import SPLIT_COUNTRIES
from carriers.problems import Problem

# Cells without which a parcel can do: a damaged one is left out, and said.
OPTIONAL_KEYS = frozenset({"email", "phone", "description", "item_sku", "item_variant", "item_name"})
# Cells in which a date stands only when a spreadsheet made it of a number.
NUMBER_KEYS = frozenset({"number", "suffix", "box", "weight", "weight_kg", "insurance", "postal_code", "phone"})
NUMBER_KEYS |= {"item_quantity", "item_weight", "item_sku"}
NAME_KEYS = frozenset(
    {"person", "first_name", "last_name_prefix", "last_name", "company", "street", "city", "extra", "region"}
)
# As words beside a date in the languages of the countries we send to.
MONTH_LANGUAGES = (
    *("nl", "en", "de", "fr", "es", "it", "pt", "da", "sv", "nb", "fi", "pl", "cs", "sk", "sl", "hr", "hu", "ro", "et"),
    *("lv", "lt", "el", "bg", "tr"),
)
# As spreadsheets write them beside the forms of CLDR.
FURTHER_MONTHS = {
    "mrt": 3,
    "mrz": 3,
    "maa": 3,
    "mar": 3,
    "sept": 9,
    "okt": 10,
    "dez": 12,
    "juil": 7,
    "aout": 8,
    "mei": 5,
}
ROUNDED = re.compile(r"-?\d(?:(?:[.,]\d+)?\s?[eE][+-]|[.,]\d+[eE])\d{1,3}")
# A spreadsheet counts with 15 digits and writes zeros for the others.
TOO_LONG = re.compile(r"\d{15}0+")
NUMERIC_DATE = re.compile(
    r"(?:(?P<a>\d{1,2})(?P<mark>[-/.])(?P<b>\d{1,2})(?P=mark)(?P<year>(?:19|20)\d{2})"
    r"|(?P<iso_year>(?:19|20)\d{2})(?P<iso_mark>[-/.])(?P<month>\d{1,2})(?P=iso_mark)(?P<day>\d{1,2}))"
    r"\.?(?:[T ,]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s?[ap]m|[+-]\d{2}:\d{2}|Z)?)?",
    re.IGNORECASE,
)
# With a zero in front, or with a stop behind it, which no number and addition have.
SHORT_DATE = re.compile(r"(?P<a>\d{1,2})(?:-(?P<b>0\d)-\d{2}|\.(?P<c>\d{1,2})(?:\.|\.\d{2}))")
EASTERN_DATE = re.compile(r"(?:\d{4}[年년]\s?)?(?P<month>\d{1,2})[月월]\s?(?P<day>\d{1,2})[日일]")
TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]m)?", re.IGNORECASE)
WORD_DATE = re.compile(
    r"(?:(?P<day>\d{1,2})[\s.\-/]+(?:de\s)?(?P<month>[^\W\d_]{3,})\.?(?:[\s.\-/]+(?:de\s)?\d{2}(?:\d{2})?)?"
    r"|(?P<first_month>[^\W\d_]{3,})\.?[\s.\-/]+(?P<number>\d{1,4})(?:[\s,.\-/]+\d{4})?)"
)
# Days since 1900 of the years 2000 to 2050, which show when a date loses its format.
FIRST_SERIAL, LAST_SERIAL = 36526, 55152
ERROR_VALUE = re.compile(r"#[A-ZÀ-Ý]+(?:/[A-Z0-9]+)?[!?]|#N/[AB]|#NV|#####*|#FORMULA!|Err:\d{3}", re.IGNORECASE)
# UTF-8 that was read as Windows-1252 or Mac Roman: every foreign letter became two or three signs.
MISREAD = re.compile(r"[\x80-\uffff]{2,}")
# Signs that no name has between two letters: an old encoding of other letters, or a letter that was lost.
LOST_LETTER = re.compile(r"\ufffd|(?<=[^\W\d_])[?¿¡¹²³¶¸¬¯£¥¢¦±¤](?=[^\W\d_])|(?<=[^\W\d_])\?(?=\s+[^\W\d_])")


def find_damage(key: str, text: str, country: str = "") -> Problem | None:
    """What is wrong with a cell; None for a sound one. ``country`` is the recipient's, for house numbers."""
    if not text:
        return None
    if ERROR_VALUE.fullmatch(text):
        message = _("“{value}” is an error of a spreadsheet, not a value. Correct it in your file.")
        return _problem(key, "error_value", message, value=text)
    if ROUNDED.fullmatch(text) or (key != "phone" and TOO_LONG.fullmatch(text)):
        message = _(
            "A spreadsheet turned this into a rounded number ({value}); its last digits are lost. Enter it again."
        )
        return _problem(key, "rounded", message, value=text)
    if meant := _meant_by_date(key, text):
        message = _("“{value}” looks like a date that a spreadsheet made of it ({meant}?). Correct it in your file.")
        return _problem(key, "date", message, value=text, meant=meant)
    if key == "number" and country in SPLIT_COUNTRIES and text.isdecimal() and _is_serial(text):
        message = _("“{value}” looks like the number of a date in a spreadsheet. Enter the house number again.")
        return _problem(key, "date", message, value=text)
    return _misread(key, text)


def _problem(key: str, code: str, message: Any, **values: str) -> Problem:
    return Problem(key, f"damaged_{code}", format_lazy(message, **{name: value[:60] for name, value in values.items()}))


def _is_serial(text: str) -> bool:
    return len(text) == 5 and FIRST_SERIAL <= int(text) <= LAST_SERIAL


def _meant_by_date(key: str, text: str) -> str:
    """What a date was before a spreadsheet changed it, as far as one can tell; "" when it is no date."""
    if found := NUMERIC_DATE.fullmatch(text):
        if key == "reference" or (key not in NUMBER_KEYS and key != "street"):
            return ""
        return f"{int(found['a'])}-{int(found['b'])}" if found["a"] else f"{int(found['day'])}-{int(found['month'])}"
    if key in NUMBER_KEYS and TIME.fullmatch(text):
        return text.replace(":", "-")
    if key in NUMBER_KEYS and (found := SHORT_DATE.fullmatch(text)):
        return f"{int(found['a'])}-{int(found['b'] or found['c'])}"
    if found := EASTERN_DATE.fullmatch(text):
        return f"{int(found['month'])}-{int(found['day'])}"
    if key in NUMBER_KEYS or key == "reference":
        return _meant_by_words(text)
    return ""


def _meant_by_words(text: str) -> str:
    plain = _plain(text)
    first, _blank, rest = plain.partition(" ")
    found = WORD_DATE.fullmatch(rest if first.rstrip(".,") in _weekdays() else plain)
    if found is None or not (month := _months().get(found["month"] or found["first_month"])):
        return ""
    return f"{int(found['day'])}-{month}" if found["day"] else f"{month}-{int(found['number'])}"


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text).casefold().strip()
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


@cache
def _months() -> dict[str, int]:
    """The number of a month by every name of at least three letters, without marks and stops."""
    months: dict[str, int] = {}
    for language in MONTH_LANGUAGES:
        for forms in Locale.parse(language).months.values():
            for width in ("abbreviated", "wide"):
                for number, name in forms[width].items():
                    months.setdefault(_plain(name).rstrip("."), number)
    return {name: number for name, number in (months | FURTHER_MONTHS).items() if len(name) >= 3}


@cache
def _weekdays() -> frozenset[str]:
    names = (Locale.parse(language).days["format"] for language in MONTH_LANGUAGES)
    return frozenset(
        _plain(name).rstrip(".")
        for forms in names
        for name in (*forms["wide"].values(), *forms["abbreviated"].values())
    )


def _misread(key: str, text: str) -> Problem | None:
    if text.isascii() and "?" not in text:
        return None
    if (meant := _meant_by_misread(text)) != text:
        message = _("“{value}” was saved with the wrong encoding (“{meant}”?). Save the file again as CSV UTF-8.")
        return _problem(key, "encoding", message, value=text, meant=meant)
    if key in NAME_KEYS and LOST_LETTER.search(text):
        message = _("“{value}” has lost letters, because the file was saved with the wrong encoding. Correct it.")
        return _problem(key, "encoding", message, value=text)
    return None


def _meant_by_misread(text: str) -> str:
    return MISREAD.sub(lambda found: _decoded(found[0]), text)


def _decoded(signs: str) -> str:
    """Two or more signs that are one UTF-8 letter in an old encoding; the signs themselves when they are not."""
    for encoding in ("cp1252", "latin-1", "mac_roman"):
        try:
            letters = signs.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        if len(letters) < len(signs):
            return letters
    return signs
