"""Telephone numbers as people write them, read as the country of the address means them.

The form that is kept and sent is E.164 (ITU-T): a plus, the calling code of a country and the number, without signs.
The numbering plans are those of the package ``phonenumbers``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import chain

import phonenumbers
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType, ValidationResult

from carriers.problems import Text
from lib.text import plain_form

# Territories without a numbering plan of their own; other unknown ones are left unjudged.
PLAN_OF = {"IC": "ES", "EA": "ES", "UM": "US", "PN": "NZ", "HM": "AU", "CQ": "GG"}
# Countries whose zero stays when the number is written with a plus.
ZERO_STAYS = frozenset({"IT", "SM", "VA"})
# Words that only announce a number, in the languages of the countries that are sent to.
LABELS = """
    tel telefon telefoon telefoonnummer telefoonnr telnr telefono telefone telefonas telefons telefonnummer tlf
    tlfnr tfn téléphone telephone teléfono téléfono telemóvel telemovel τηλ τηλέφωνο puh puhelin sími simi fon
    phone phonenumber ph mob mobiel mobiele mobile mobil mobilnummer mobiltelefon mobilni móvil movil cell cel
    cellulare cellphone celular gsm handy portable port kom komórka komórkowy тел телефон моб t m p h w nr no n
    num numer number nummer numéro numero número broj číslo szám szam thuis werk privé prive home work office
    whatsapp wa contact call bel gsmnr mobielnr natel
"""
LABEL_WORDS = frozenset(LABELS.split())
# What a spreadsheet makes of a long number: the last figures are gone.
ROUNDED = re.compile(r"\d(?:[.,]\d*)?\s*e\s*[+-]?\s*\d{1,2}(?!\d)", re.IGNORECASE)
# What it makes of one that it takes for an amount.
DECIMALS = re.compile(r"(?<!\d)(\d{7,})[.,]0{1,2}(?!\d)")
# Everything that stands inside a written number.
RUN = re.compile(r"[+(\d][\d\s+().,/\\_:·•'-]*")
BRACKETED_ZERO = re.compile(r"\(\s*0\s*\)")
BETWEEN_NUMBERS = re.compile(r"\s*[/\\,:•]\s*|\s+-\s+|(?<=\d)\s*(?=\+)|(?<=\d)\s*(?=\(\+)")
LOOK_ALIKES = str.maketrans("OoIl|", "00111")
WRITTEN_WITH_LETTERS = re.compile(r"[\d\s+()./\-OoIl|]+")
# Fewer digits are no number of their own; small islands have shorter ones.
# Mobile numbers of the Netherlands and Belgium, nearly all that come in: read without asking the numbering plans.
COMMON = {
    "NL": (re.compile(r"(?:\+31|0031|0)(6[1-58]\d{7})"), "+31"),
    "BE": (re.compile(r"(?:\+32|0032|0)(4[5-9]\d{7})"), "+32"),
}
# The longest that carriers take.
MAX_LENGTH = 25
BRACKETS = str.maketrans("[]{}", "()()")
BLANKS = str.maketrans("", "", " -./")
MIN_DIGITS, MIN_ISLAND_DIGITS = 7, 4
# A number without its zero can begin with the country's own code; from this length on it is read as that code.
MIN_AFTER_CODE = 8


class Reading(StrEnum):
    """What became of a typed number. All but WRONG and UNJUDGED leave one to send, and EMPTY none to speak of."""

    EMPTY = "empty"
    FITS = "fits"
    REPAIRED = "repaired"
    ZERO = "zero"
    ABROAD = "abroad"
    LETTERS = "letters"
    LEFT_OUT = "left_out"
    WRONG = "wrong"
    ROUNDED = "rounded"
    EMAIL = "email"
    UNJUDGED = "unjudged"


@dataclass(frozen=True, slots=True)
class Phone:
    """``number`` is in E.164 and empty when none can be sent; ``rest`` is what was typed beside it."""

    typed: str
    number: str
    reading: Reading
    rest: str = ""

    @property
    def is_wrong(self) -> bool:
        return self.reading in {Reading.WRONG, Reading.ROUNDED, Reading.EMAIL}

    @property
    def kept(self) -> str:
        """What is kept of it: the number, or what was typed while that is no number."""
        return self.number or ("" if self.reading is Reading.EMPTY else self.typed)

    @property
    def to_send(self) -> str:
        """Empty when there is none. A number in a place without a numbering plan goes as it was typed."""
        return self.typed if self.reading is Reading.UNJUDGED and len(self.typed) <= MAX_LENGTH else self.number

    @property
    def message(self) -> Text:
        """What a merchant must know of it; empty when only its form was changed."""
        if self.reading not in MESSAGES:
            return ""
        return format_lazy(
            MESSAGES[self.reading], typed=self.typed, number=international_form(self.number), rest=self.rest
        )


MESSAGES = {
    Reading.ZERO: _("The first zero of the phone number {typed} was missing; it was read as {number}."),
    Reading.ABROAD: _("The phone number {typed} was read as one with a country code: {number}."),
    Reading.LETTERS: _("The letters in the phone number {typed} were read as figures: {number}."),
    Reading.LEFT_OUT: _("The phone number in “{typed}” is {number}; the carrier does not get the rest: {rest}."),
    Reading.WRONG: _(
        "“{typed}” is not a phone number in this country, so the carrier does not get it. Enter it with the area code, "
        "or with + and the country code."
    ),
    Reading.ROUNDED: _(
        "A spreadsheet rounded the phone number to “{typed}”, so the carrier does not get it. Enter the whole number."
    ),
    Reading.EMAIL: _("“{typed}” is an email address, not a phone number. Enter the phone number."),
}


@lru_cache(maxsize=4096)
def read_phone(typed: str, country: str) -> Phone:
    """The number that was typed, as the country (ISO 3166-1 alpha-2) of the address means it.

    One with a plus, or 00, keeps its own country. Of several numbers the first that can be one is taken. A number is
    never cut: what cannot be one as a whole is wrong.
    """
    typed = " ".join(typed.split())
    if country in COMMON and (common := COMMON[country][0].fullmatch(typed.translate(BLANKS))):
        number = COMMON[country][1] + common[1]
        return Phone(typed, number, Reading.FITS if number == typed else Reading.REPAIRED)
    text = plain_form(typed).translate(BRACKETS)
    if not any(character.isalnum() for character in text):
        return Phone(typed, "", Reading.EMPTY)
    if ROUNDED.search(text):
        return Phone(typed, "", Reading.ROUNDED)
    text = DECIMALS.sub(r"\1", text)
    without_mail = re.sub(r"\S*@\S*", " ", text)
    region = PLAN_OF.get(country, country)
    found = _first_number(without_mail, region)
    if found is not None:
        return _reading(typed, text, *found)
    if WRITTEN_WITH_LETTERS.fullmatch(text) and _digits(text) >= MIN_DIGITS - 1:
        written = _as_number(text.translate(LOOK_ALIKES), region)
        if written is not None:
            return Phone(typed, _e164(written[0]), Reading.LETTERS)
    if "@" in text:
        return Phone(typed, "", Reading.EMAIL)
    if region not in phonenumbers.SUPPORTED_REGIONS and len(typed) <= MAX_LENGTH and _digits(text) >= 5:
        return Phone(typed, "", Reading.UNJUDGED)
    return Phone(typed, "", Reading.WRONG)


@lru_cache(maxsize=4096)
def international_form(number: str) -> str:
    """A number in E.164 as people read it, such as +31 6 55550100; anything else as it is."""
    if not number.startswith("+"):
        return number
    try:
        return str(phonenumbers.format_number(phonenumbers.parse(number), PhoneNumberFormat.INTERNATIONAL))
    except NumberParseException:
        return number


def _reading(typed: str, text: str, number: PhoneNumber, part: str, why: Reading) -> Phone:
    e164 = _e164(number)
    rest = text.replace(part, " ", 1)
    if _says_something(rest, e164):
        return Phone(typed, e164, Reading.LEFT_OUT, " ".join(rest.split()).strip(" .,;:/-()"))
    return Phone(typed, e164, Reading.FITS if e164 == typed else why)


def _says_something(rest: str, number: str) -> bool:
    """Whether there is more than words that announce a number, or the same number again."""
    words = {word for word in re.split(r"[\W\d_]+", rest.casefold()) if word}
    digits = "".join(filter(str.isdigit, rest)).lstrip("0")
    return bool(words - LABEL_WORDS or (digits and not number.endswith(digits[-9:]) if len(digits) > 6 else digits))


def _first_number(text: str, region: str) -> tuple[PhoneNumber, str, Reading] | None:
    """The first part of the text that can be a number, the part, and how it was read."""
    for run in RUN.findall(text):
        part = run.strip(" .,;:/\\-_'·•")
        for written in _parts(part, region):
            if (number := _as_number(written, region)) is not None:
                return number[0], written, number[1]
    return None


def _parts(run: str, region: str) -> Iterator[str]:
    """The ways to read a run of figures: as several numbers when each is long enough, as one, as one with more."""
    parts = [part.strip() for part in BETWEEN_NUMBERS.split(run) if part.strip()]
    shortest = min(map(_digits, parts)) if len(parts) > 1 else 0
    if shortest >= MIN_DIGITS:
        yield from parts
    yield run
    if MIN_ISLAND_DIGITS <= shortest < MIN_DIGITS:
        yield from (part for part in parts if _digits(part) > MIN_DIGITS or part is parts[0])
    if "/" in run and _digits(run.partition("/")[0]) >= MIN_DIGITS:
        yield run.partition("/")[0].strip()
    yield from _before_another_number(run, region)


def _before_another_number(run: str, region: str) -> Iterator[str]:
    """Two numbers with only a blank between them: each must be one."""
    for blank in re.finditer(r"\s+", run):
        first, second = run[: blank.start()], run[blank.end() :]
        if min(_digits(first), _digits(second)) >= MIN_DIGITS and _as_number(second, region) is not None:
            yield first


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)


def _as_number(written: str, region: str) -> tuple[PhoneNumber, Reading] | None:
    """One number: the first way of reading it that a numbering plan knows, else the first that fits one."""
    likely: tuple[PhoneNumber, Reading] | None = None
    for digits, why in _forms(written, region):
        number = _parse(digits, region)
        if number is None:
            continue
        if phonenumbers.is_valid_number(number):
            return number, why
        if likely is None and why is not Reading.ABROAD and _fits_plan(number):
            likely = number, why
    return likely


def _forms(written: str, region: str) -> Iterator[tuple[str, Reading]]:
    """The ways to read one number, likeliest first."""
    whole = "".join(re.findall(r"[\d+]", written))
    bare = "".join(re.findall(r"[\d+]", BRACKETED_ZERO.sub("", written)))
    if "+" in bare[1:]:
        return
    if whole.startswith("+") or (whole.startswith("00") and not whole.startswith("000")):
        whole, bare = (re.sub("^00", "", number.removeprefix("+")) for number in (whole, bare))
        # A zero cannot follow a plus, so the plus was typed before a number of the country itself.
        yield whole if whole.startswith("0") else f"+{bare}", Reading.REPAIRED
        if bare.startswith("39"):
            yield f"+{whole}", Reading.REPAIRED
        return
    yield from _national_forms(whole, bare, region)


def _national_forms(whole: str, bare: str, region: str) -> Iterator[tuple[str, Reading]]:
    lacks_zero, code = _lacks_zero(whole, region), str(phonenumbers.country_code_for_region(region) or "")
    is_own = bool(code) and bare.startswith(code)
    if lacks_zero and is_own and len(bare) >= len(code) + MIN_AFTER_CODE and _is_listed(f"+{bare}"):
        yield f"+{bare}", Reading.ABROAD
    yield whole, Reading.ZERO if lacks_zero else Reading.REPAIRED
    if region in ZERO_STAYS and not whole.startswith(("0", "3")):
        yield f"0{whole}", Reading.ZERO
    if not whole.startswith("0") and (is_own or not _is_nearly_listed(whole, region)):
        yield f"+{bare}", Reading.REPAIRED if is_own else Reading.ABROAD


def _lacks_zero(digits: str, region: str) -> bool:
    """Whether the country writes a number like this with a zero before it."""
    if digits.startswith("0") or region in ZERO_STAYS:
        return False
    number = _parse(digits, region)
    if number is None or str(number.national_number) != digits:
        return False
    return bool(phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL).lstrip("(").startswith("0"))


def _parse(digits: str, region: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(digits, region if region in phonenumbers.SUPPORTED_REGIONS else None)
    except NumberParseException:
        return None


def _fits_plan(number: PhoneNumber) -> bool:
    """Whether a number of no known range can be one all the same, such as those that are kept free for stories.

    It has the length of a telephone there, and is not the beginning of a number that exists, or one with more.
    """
    national = phonenumbers.national_significant_number(number)
    if len(national) < MIN_DIGITS or national.startswith("0") or _is_made_up(national):
        return False
    region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    mobile = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
    begins_as_mobile = mobile is not None and str(mobile.national_number)[0] == national[0]
    kinds = (PhoneNumberType.MOBILE,) if begins_as_mobile else (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE)
    fits = ValidationResult.IS_POSSIBLE
    if all(phonenumbers.is_possible_number_for_type_with_reason(number, kind) != fits for kind in kinds):
        return False
    return not _has_listed_neighbor(f"+{number.country_code}", national)


def _is_nearly_listed(digits: str, region: str) -> bool:
    """Whether one figure too many or too few keeps these from being a number of the country."""
    code = phonenumbers.country_code_for_region(region)
    return bool(code) and _has_listed_neighbor(f"+{code}", digits, by=1)


def _has_listed_neighbor(code: str, national: str, by: int = 3) -> bool:
    """``by``: how many figures too many a number may have; too few are one, or two of which the last is 0."""
    shorter = (national[:-figures] for figures in range(1, by + 1))
    longer = (national + str(figure) + more for more in ("", "0")[:by] for figure in range(10))
    return any(_is_listed(code + near) for near in chain(shorter, longer))


def _is_made_up(national: str) -> bool:
    return len(set(national[-6:])) == 1 or national in "12345678901234567890" or national in "98765432109876543210"


def _is_listed(e164: str) -> bool:
    number = _parse(e164, "")
    return number is not None and phonenumbers.is_valid_number(number)


def _e164(number: PhoneNumber) -> str:
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))
