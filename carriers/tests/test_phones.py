"""Phone numbers as buyers write them, in every country that is sent to: one number in E.164, or a sentence why not."""

import time

import phonenumbers
import pytest
from django.utils.translation import override
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from carriers.phones import COMMON, LABEL_WORDS, Reading, international_form, read_phone
from carriers.tests.contact_data import verdict
from carriers.tests.tables import grouped, read_rows
from lib.countries import country_codes

ROWS = read_rows("phones.tsv")
KINDS = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE)
COUNTRIES = sorted(country_codes() & phonenumbers.SUPPORTED_REGIONS)
# As long as a number of another country without its plus; a sentence says how it was read.
READ_ANOTHER_WAY = frozenset({"SE"})


@pytest.mark.parametrize("numbers", grouped(ROWS, "verdict"))
def test_a_number_is_read_as_its_country_means_it(numbers):
    wrong = []
    for row in numbers:
        phone = read_phone(row["given"], row["country"])
        if (phone.number, verdict(phone.reading)) != (row["right"], row["verdict"]):
            wrong.append((row["country"], row["given"], phone))
    assert not wrong


def test_every_country_has_numbers_in_the_table():
    assert {row["country"] for row in ROWS} >= set(COUNTRIES)
    assert len(ROWS) > 600


def examples(country: str):
    found = (phonenumbers.example_number_for_type(country, kind) for kind in KINDS)
    return [number for number in found if number is not None]


def written(number: phonenumbers.PhoneNumber) -> dict[str, str]:
    """One number in the ways in which people and programs write it."""
    home, abroad, e164 = (
        phonenumbers.format_number(number, style)
        for style in (PhoneNumberFormat.NATIONAL, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.E164)
    )
    return {
        "at home": home,
        "from abroad": abroad,
        "figures": "".join(filter(str.isdigit, home)),
        "stops": home.replace(" ", "."),
        "a stroke": home.replace(" ", "/", 1),
        "two zeros": f"00{e164[1:]}",
        "no plus": e164[1:],
        "a word": f"Tel.: {home}",
        "direction marks": f"\u202a{abroad}\u202c",
        "full-width": home.translate({ord("0") + figure: 0xFF10 + figure for figure in range(10)}),
        "no-break spaces": abroad.replace(" ", "\u00a0"),
    }


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_way_of_writing_a_number_gives_the_same_number(country):
    for number in examples(country):
        right = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        found = {way: read_phone(text, country) for way, text in written(number).items()}
        if country in READ_ANOTHER_WAY and found["no plus"].number != right:
            assert found.pop("no plus").message
        assert {phone.number for phone in found.values()} == {right}
        assert found["direction marks"].message == ""


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_second_number_and_an_extension_are_said_and_the_first_number_goes(country):
    for number in examples(country):
        home = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
        right = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        for more, rest in ((" / 030 5550123", "030 5550123"), (" ext. 12", "ext. 12")):
            phone = read_phone(home + more, country)
            assert (phone.number, phone.reading, phone.rest) == (right, Reading.LEFT_OUT, rest)
            assert rest in str(phone.message)


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_lost_zero_is_put_back_and_said_where_the_country_writes_one(country):
    for number in examples(country):
        national = phonenumbers.national_significant_number(number)
        home = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
        phone = read_phone(national.lstrip("0") if country in {"IT", "SM", "VA"} else national, country)
        if country in {"SM", "VA"}:
            continue
        assert phone.number == phonenumbers.format_number(number, PhoneNumberFormat.E164)
        if home.lstrip("(").startswith("0") and not national.startswith("0"):
            assert phone.reading is Reading.ZERO
            assert phone.typed in str(phone.message)


@pytest.mark.parametrize(
    "text", ["06-555501", "06 5555 0123 4", "06555501234567", "06-55550123456789 0", "+31 6 555501234"]
)
def test_a_number_is_never_cut(text):
    """Too much or too little is no number at all, also where a part of it would be one."""
    assert (read_phone(text, "NL").number, read_phone(text, "NL").reading) == ("", Reading.WRONG)


@pytest.mark.parametrize(
    ("text", "country", "says"),
    [
        ("bel niet", "NL", "bel niet"),
        ("3,16556E+10", "NL", "spreadsheet"),
        ("kim@example.com", "NL", "email address"),
        ("O655550123", "NL", "+31 6 55550123"),
        ("655550123", "NL", "first zero"),
        ("31655550123", "BE", "+31 6 55550123"),
    ],
)
def test_what_is_no_plain_number_is_said_with_what_was_typed(text, country, says):
    message = read_phone(text, country).message
    with override("en"):
        assert says in str(message)
    with override("nl"):
        assert text in str(message)


@pytest.mark.parametrize("text", ["06 5555 0123", "+31655550123", "0031655550123", "tel. 06-55550123", "-", ""])
def test_a_change_of_form_alone_is_not_worth_a_sentence(text):
    assert read_phone(text, "NL").message == ""


def test_words_that_announce_a_number_are_no_rest():
    for word in sorted(LABEL_WORDS):
        assert read_phone(f"{word}: 06 5555 0123", "NL").reading is Reading.REPAIRED
    assert read_phone("buren: 06 5555 0123", "NL").rest == "buren"


def test_a_place_without_a_numbering_plan_is_not_judged():
    phone = read_phone("12 34 56", "AQ")
    assert (phone.reading, phone.to_send, phone.is_wrong) == (Reading.UNJUDGED, "12 34 56", False)
    assert read_phone("", "").reading is Reading.EMPTY
    assert read_phone("+31 6 5555 0123", "").number == "+31655550123"
    assert read_phone("06 5555 0123", "").kept == "06 5555 0123"


@pytest.mark.parametrize(("country", "start"), [("NL", "06"), ("BE", "04")])
def test_the_shortcut_for_common_numbers_agrees_with_the_numbering_plans(country, start):
    pattern, _code = COMMON[country]
    for middle in range(1000):
        typed = f"{start}{middle:03d}12345"
        if not pattern.fullmatch(typed):
            continue
        number = phonenumbers.parse(typed, country)
        assert phonenumbers.is_valid_number(number), typed
        assert read_phone(typed, country).number == phonenumbers.format_number(number, PhoneNumberFormat.E164)


def test_a_number_is_read_back_as_itself():
    for row in ROWS:
        if row["right"]:
            assert read_phone(row["right"], row["country"]).reading is Reading.FITS
            assert read_phone(international_form(row["right"]), row["country"]).number == row["right"]


@pytest.mark.parametrize(
    "text", ["()" * 50, "+" * 100, "/" * 100, "0 " * 50, "06 5555 0123 / " * 6, "1" * 100, "(0)" * 30]
)
def test_the_oddest_text_is_read_within_a_moment(text):
    started = time.perf_counter()
    assert read_phone(text[:100], "NL").number in {"", "+31655550123"}
    assert time.perf_counter() - started < 0.5
