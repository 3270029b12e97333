"""Reading single cells: marks of a spreadsheet, countries, weights, whole numbers."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from math import ceil

from lib.formulas import unescape_formula
from lib.text import clean_text

MAX_WEIGHT_GRAMS = 100_000
# No parcel weighs more. What would, was written in the other unit, or with a point that is no thousands separator.
MAX_PARCEL_GRAMS = 35_000
GRAMS_PER_UNIT = {
    **dict.fromkeys(("g", "gr", "gram", "grams", "grammen", "gramm", "gramme", "grammes"), Decimal(1)),
    **dict.fromkeys(("kg", "kgs", "kilo", "kilos", "kilo's", "kilogram", "kilograms", "kilogramm"), Decimal(1000)),
    **dict.fromkeys(("kilogramme", "kilogrammes"), Decimal(1000)),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds"), Decimal("453.59237")),
    **dict.fromkeys(("oz", "ounce", "ounces"), Decimal("28.349523")),
}
KILOGRAMS_AND_GRAMS = re.compile(
    r"(\d+)\s*(?:kg|kilo)s?\s*(?:en|and|und|et|\+)?\s*(\d{1,3})\s*(?:g|gr|gram)?\.?", re.IGNORECASE
)
WEIGHT = re.compile(r"(?P<number>[\d.,][\d.,'’\s]*)(?P<unit>[a-z][a-z']*)?\.?", re.IGNORECASE)
FORMULA_TEXT = re.compile(r'="(?P<text>(?:[^"]|"")*)"', re.DOTALL)
WHOLE_AS_DECIMAL = re.compile(r"(-?\d+)[.,]0{1,2}")


@dataclass(frozen=True, slots=True)
class Weight:
    """``grams`` is None for what is no weight; ``is_plain`` is true when a whole number of grams was written."""

    grams: int | None
    is_plain: bool = False


def clean_cell(text: str) -> str:
    """The text without what nobody sees, and without the marks that keep it a text: ="…" and a leading apostrophe."""
    text = clean_text(text, len(text))[0]
    if formula := FORMULA_TEXT.fullmatch(text):
        return formula["text"].replace('""', '"').strip()
    text = unescape_formula(text)
    # An apostrophe before a figure is the mark for text; before letters it belongs to the name ('t Hart).
    return text[1:].strip() if re.match(r"['’`]\s*[#+]?\d", text) else text


def without_decimals(text: str) -> str:
    """12.0 and 12,00 as 12, which programs make of a number; everything else unchanged."""
    match = WHOLE_AS_DECIMAL.fullmatch(text)
    return match[1] if match else text


def read_weight(text: str, unit: str) -> Weight:
    """Grams, rounded up. ``unit`` ("g" or "kg") is that of the column; a unit in the cell wins.

    Nobody sends a parcel of 0.7 g or 700 kg, so such a number was written in the other unit.
    """
    if both := KILOGRAMS_AND_GRAMS.fullmatch(text.strip()):
        return Weight(int(both[1][:4]) * 1000 + int(both[2]))
    match = WEIGHT.fullmatch(text.strip())
    if match is None:
        return Weight(None)
    named = (match["unit"] or "").casefold()
    if named and named not in GRAMS_PER_UNIT:
        return Weight(None)
    is_kilograms = GRAMS_PER_UNIT[named] > 1 if named else unit == "kg"
    number = _number(match["number"].strip(), is_kilograms=is_kilograms)
    if number is None:
        return Weight(None)
    grams = number.value * GRAMS_PER_UNIT[named] if named else _in_grams(number, unit)
    if grams > 10 * MAX_WEIGHT_GRAMS:
        return Weight(None)
    is_plain = match["number"].strip().isdecimal() and unit == "g" and (not named or named == "g")
    return Weight(ceil(grams), is_plain)


@dataclass(frozen=True, slots=True)
class _Number:
    value: Decimal
    has_decimals: bool


def _number(text: str, *, is_kilograms: bool) -> _Number | None:
    """A number with a point or a comma. Three digits behind the only one are thousands, unless that is too heavy."""
    text = re.sub(r"(?<=\d)[\s'’](?=\d{3}(?!\d))", "", text).rstrip(".,")
    marks = [letter for letter in text if letter in ".,"]
    try:
        if not marks:
            return _Number(Decimal(text), has_decimals=False)
        last = marks[-1]
        before, _mark, after = text.rpartition(last)
        before = before or "0"
        whole = re.sub(r"[.,]", "", before)
        if marks.count(last) > 1:
            return _Number(Decimal(whole + after), has_decimals=False)
        is_thousands = len(marks) == 1 and len(after) == 3 and not before.startswith("0") and not is_kilograms
        if is_thousands and int(whole + after) <= MAX_PARCEL_GRAMS:
            return _Number(Decimal(whole + after), has_decimals=False)
        return _Number(Decimal(f"{whole}.{after}"), has_decimals=True)
    except (InvalidOperation, ValueError):
        return None


def _in_grams(number: _Number, unit: str) -> Decimal:
    value, is_whole = number.value, number.value == number.value.to_integral_value()
    if unit == "kg":
        is_grams = value * 1000 > MAX_WEIGHT_GRAMS and is_whole
        return value if is_grams else value * 1000
    is_kilograms = number.has_decimals and value * 1000 <= (10_000 if is_whole else MAX_PARCEL_GRAMS)
    return value * 1000 if is_kilograms else value
