"""What a spreadsheet does to a cell is seen; what only looks like it is left alone."""

import pytest

from shipments.services.csv_files.cells import read_weight
from shipments.services.csv_files.damage import find_damage
from shipments.services.csv_files.reader import plan_row, read_table
from shipments.services.csv_files.statuses import held_reason, status_remarks
from shops.models import PackagePreferences


@pytest.mark.parametrize(
    "text",
    ["12-feb", "Mrt-12", "2-Dec", "1-3-2026", "01/03/2026", "12.02.2026", "2026-02-12", "2026-02-12 00:00", "febr.-12"]
    + ["12-févr", "févr.-12", "12. Mär", "12-Mrz", "3-août", "12-maj", "1-kvě", "5-lut", "12-mag", "31-ago", "12-Φεβ"]
    + [
        "12-feb-26",
        "Feb 12, 2026",
        "12 februari",
        "dec-26",
        "12:30",
        "0:12:00",
        "mei 12",
        "12/jan",
        "12-02-26",
        "12.2.",
        "12.02.26",
        "2月12日",
        "zo 12 feb",
        "donderdag 12 februari 2026",
        "12 de febrero de 2026",
        "12:30 PM",
        "12-sept",
        "45979",
    ],
)
def test_a_date_is_no_house_number(text):
    damage = find_damage("number", text, "NL")
    assert damage is not None
    assert damage.code == "damaged_date"


@pytest.mark.parametrize(
    "text",
    [
        "12",
        "12A",
        "12 bis",
        "12-2",
        "12-14",
        "5/3/12",
        "12-2-26",
        "12 hs",
        "12 rood",
        "12 III",
        "12E3",
        "1944",
        "12 ter",
    ]
    + ["12-A1", "4.1", "12 box 3", "9999", "12 maisonnette", "3 mb", "1-3"],
)
def test_a_house_number_is_no_date(text):
    assert find_damage("number", text, "NL") is None


def test_a_large_house_number_is_fine_where_there_are_such():
    assert find_damage("number", "45979", "US") is None


@pytest.mark.parametrize(
    ("key", "text", "meant"),
    [
        ("number", "12-feb", "12-2"),
        ("number", "Mrt-12", "3-12"),
        ("number", "2026-02-12", "12-2"),
        ("weight", "1-jul", "1-7"),
    ],
)
def test_what_a_date_was_is_proposed(key, text, meant):
    assert f"{meant}?" in str(find_damage(key, text, "NL").text)


@pytest.mark.parametrize("key", ["reference", "phone", "item_sku", "number", "postal_code"])
@pytest.mark.parametrize(
    "text", ["3,16556E+10", "3.16556e+10", "1E+05", "1,00001E+12", "-4,5E-05", "3.16556E10", "8,71235E+12"]
)
def test_a_rounded_number_has_lost_its_digits(key, text):
    assert find_damage(key, text).code == "damaged_rounded"


@pytest.mark.parametrize(
    "text", ["1E5", "E+10", "12E", "3SABC1E+10", "+31655550100", "2026-11-27", "ORD-2026-02-12", "0012"]
)
def test_a_code_that_only_looks_like_one_is_sound(text):
    assert find_damage("reference", text) is None


def test_a_reference_of_more_digits_than_a_spreadsheet_counts_is_damaged_when_it_ends_in_zeros():
    assert find_damage("reference", "1234567890123450").code == "damaged_rounded"
    assert find_damage("reference", "1234567890123456") is None


@pytest.mark.parametrize(
    "text",
    [
        "#REF!",
        "#N/A",
        "#N/B",
        "#NV",
        "#VALUE!",
        "#WAARDE!",
        "#NAAM?",
        "#DIV/0!",
        "#DEEL/0!",
        "#BEZUG!",
        "#####",
        "Err:502",
    ],
)
def test_an_error_of_a_spreadsheet_is_no_value(text):
    assert find_damage("street", text).code == "damaged_error_value"


def test_a_reference_with_a_number_sign_is_no_error():
    assert find_damage("reference", "#1001") is None


@pytest.mark.parametrize(
    "text",
    ["ZoÃ« Proef", "GÃ¼nther", "FranÃ§oise", "JOSÃ‰", "Zo√´", "â€™s-Proef", "MÃ¼nchen"]
    + ["Zo? Proef", "M?ller", "Ren\ufffd", "Za¿ó³æ", "Bj\ufffdrn"],
)
def test_letters_of_a_wrong_encoding_were_not_meant(text):
    assert find_damage("person", text).code == "damaged_encoding"


@pytest.mark.parametrize(
    "text",
    [
        "Zoë",
        "Łódź",
        "SÃO PAULO",
        "Åsa Ångström",
        "Ünal «x»",
        "Øðå",
        "Ελλάδα",
        "Привет",
        "李小龍",
        "L·L",
        "½ rue",
        "Hé?",
        "C/O?",
    ]
    + ["Müller & Söhne", "’s-Hertogenbosch", "Đặng Ngọc", "ÄÖÜ"],
)
def test_real_letters_are_left_alone(text):
    assert find_damage("person", text) is None
    assert find_damage("city", text) is None


def planned(text: str):
    return [plan_row(line, PackagePreferences()) for line in read_table(text.encode()).lines]


HEAD = "reference;name;street;house number;postcode;town;country code;phone;weight (grams);email address\n"


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("12-feb;Kim;Laan;1;3524 KB;Ede;NL;;;", "reference"),
        ("1;ZoÃ«;Laan;1;3524 KB;Ede;NL;;;", "person"),
        ("1;Kim;L?an;1;3524 KB;Ede;NL;;;", "street"),
        ("1;Kim;Laan;1-mrt;3524 KB;Ede;NL;;;", "number"),
        ("1;Kim;Laan;1;#N/A;Ede;NL;;;", "postal_code"),
        ("1;Kim;Laan;1;3524 KB;MÃ¼nchen;NL;;;", "city"),
        ("1;Kim;Laan;1;3524 KB;Ede;#REF!;;;", "country"),
        ("1;Kim;Laan;1;3524 KB;Ede;NL;;1-jul;", "weight"),
    ],
)
def test_a_damaged_line_becomes_no_label_and_says_which_cell(line, field):
    (plan,) = planned(HEAD + line)
    assert [error.field for error in plan.errors] == [field]


@pytest.mark.parametrize(
    ("line", "field"),
    [("1;Kim;Laan;1;3524 KB;Ede;NL;3,1E+10;;", "phone"), ("1;Kim;Laan;1;3524 KB;Ede;NL;;;#N/B", "email")],
)
def test_what_a_parcel_can_do_without_is_left_out_and_said(line, field):
    (plan,) = planned(HEAD + line)
    assert not plan.errors
    assert getattr(plan.content.recipient, field) == ""
    assert [note.field for note in plan.notes] == [field]


@pytest.mark.parametrize(
    ("text", "unit", "grams"),
    [
        ("700", "g", 700),
        ("0,7", "g", 700),
        ("700 g", "g", 700),
        ("700.0", "g", 700),
        ("1.700", "g", 1700),
        ("1,700", "g", 1700),
    ]
    + [("0,7 kg", "g", 700), ("12,5", "g", 12_500), ("700.000", "g", 700), ("1 700", "g", 1700), ("1.700,5", "g", 1701)]
    + [
        ("20.0", "g", 20),
        ("5", "g", 5),
        ("31,5", "g", 31_500),
        ("150,5", "g", 151),
        ("700gr.", "g", 700),
        ("2 kilo", "g", 2000),
        (",7", "g", 700),
        ("1 kg 200 g", "g", 1200),
        ("2.0", "g", 2000),
    ]
    + [("0.700", "kg", 700), ("1.700", "kg", 1700), ("1,25", "kg", 1250), ("700", "kg", 700), ("5", "kg", 5000)]
    + [("700 g", "kg", 700), ("1.700 g", "kg", 1700), ("1.5 lb", "g", 681), ("16 oz", "g", 454), ("0", "g", 0)],
)
def test_a_weight_is_read_as_people_write_it(text, unit, grams):
    assert read_weight(text, unit).grams == grams


@pytest.mark.parametrize("text", ["heavy", "-5", ",", "9" * 400, "12 dozen", "1e5", "½", "", "1,2,3.4.5kg5"])
def test_what_is_no_weight_is_none(text):
    assert read_weight(text, "g").grams is None


@pytest.mark.parametrize(
    ("country", "typed", "right"),
    [("DE", "1067", "01067"), ("FR", "1000", "01000"), ("Italië", "187", "00187"), ("US", "2108", "02108")]
    + [("Spain", "8001", "08001"), ("FI", "100", "00100"), ("Polen", "950", "00-950"), ("DEU", "1067.0", "01067")],
)
def test_zeros_of_a_postcode_that_were_dropped_come_back_and_that_is_said(country, typed, right):
    (plan,) = planned(HEAD + f"1;Kim;Weg;1;{typed};Ede;{country};;;")
    assert (plan.content.recipient.postal_code, plan.errors) == (right, ())
    assert [note.code for note in plan.notes if note.field == "postal_code"] == ["postal_code_zero"]


@pytest.mark.parametrize(("country", "typed"), [("NL", "1234"), ("BE", "123"), ("CH", "800"), ("DE", "01067")])
def test_no_zero_is_invented(country, typed):
    (plan,) = planned(HEAD + f"1;Kim;Weg;1;{typed};Ede;{country};;;")
    assert plan.content.recipient.postal_code == typed


@pytest.mark.parametrize(
    ("country", "typed", "right"),
    [("NL", "655550100", "+31655550100"), ("NL", "31655550100", "+31655550100"), ("BE", "470550100.0", "+32470550100")]
    + [("NL", "06-5555 0100", "+31655550100"), ("NL", "+31655550100", "+31655550100")],
)
def test_a_phone_number_that_became_a_number_is_read_as_one(country, typed, right):
    (plan,) = planned(HEAD + f"1;Kim;Weg;1;9000;Ede;{country};{typed};;")
    assert plan.content.recipient.phone == right


@pytest.mark.parametrize(
    "status",
    [
        "Not Paid",
        "pending",
        "on-hold",
        "wc-on-hold",
        "Niet betaald",
        "In de wacht",
        "cancelled",
        "Canceled",
        "Geannuleerd",
    ]
    + ["storniert", "Annulée", "refunded", "Terugbetaald", "Remboursée", "failed", "Unbezahlt", "En attente", "voided"],
)
def test_an_order_that_should_not_be_sent_is_held(status):
    assert held_reason({"order_status": status}) is not None
    assert status in str(held_reason({"payment_status": status}))


@pytest.mark.parametrize(
    "status", ["Paid", "processing", "In behandeling", "betaald", "completed", "", "bezahlt", "Quokka"]
)
def test_any_other_order_is_not_held(status):
    assert held_reason({"order_status": status, "payment_status": status}) is None


def test_an_order_not_sent_yet_is_pending_without_being_unpaid():
    assert held_reason({"fulfillment_status": "pending"}) is None
    assert held_reason({"fulfillment_status": "Canceled"}) is not None
    assert held_reason({"cancelled_at": "2026-11-27"}) is not None


def test_what_was_sent_already_and_what_nobody_knows_is_said():
    assert status_remarks({"fulfillment_status": "Fulfilled"})
    assert "Quokka" in str(status_remarks({"order_status": "Quokka"})[0])
    assert status_remarks({"order_status": "processing", "fulfillment_status": "Not Fulfilled"}) == []


@pytest.mark.parametrize("sign", ["\u200b", "\ufeff", "\u00ad", "\u200e", "\u2060"])
def test_signs_nobody_sees_are_gone_before_anything_is_read(sign):
    head = HEAD.replace("postcode", f"{sign}post{sign}code").replace("name;", f"name{sign};")
    (plan,) = planned(head + f"1{sign};Kim;Laan;{sign}12;{sign}3524 KB{sign};Ede;{sign}NL;;7{sign}00;")
    got = plan.content.recipient
    assert (got.number, got.postal_code, got.country, plan.content.weight) == ("12", "3524 KB", "NL", 700)


def test_figures_of_another_shape_are_figures():
    (plan,) = planned(HEAD + "1;Kim;Laan;\uff11\uff12;\uff13\uff15\uff12\uff14KB;Ede;NL;;\uff17\uff10\uff10;")
    got = plan.content.recipient
    assert (got.number, got.postal_code, plan.content.weight) == ("12", "3524 KB", 700)


def test_entities_are_read_once_and_said():
    (plan,) = planned(HEAD.replace(";", ",") + "1,Caf&eacute; &amp; Zn,Laan,12,3524 KB,Ede,NL,,,")
    assert plan.content.recipient.person == "Café & Zn"
    assert [note.code for note in plan.notes] == ["entities"]
