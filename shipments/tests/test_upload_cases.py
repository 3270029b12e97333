"""Files as merchants have them, each with what must become of it (data/uploads/expected.json)."""

import json
from pathlib import Path

import pytest

from carriers.tests.tables import read_rows
from jobs import runner
from shipments.content import ADDRESS_FIELDS
from shipments.models import JobItem, Shipment
from shipments.services.csv_files import file_import
from shipments.services.csv_files.reader import RowPlan, Table, plan_row, read_table
from shops.models import PackagePreferences

pytestmark = pytest.mark.django_db
UPLOADS = Path(__file__).parent / "data" / "uploads"
CASES = json.loads((UPLOADS / "expected.json").read_text())
EXPORTS = Path(__file__).resolve().parents[2] / "tests" / "data" / "exports"


def read(name: str) -> Table:
    return read_table((UPLOADS / name).read_bytes())


def plans_of(table: Table, shop) -> list[RowPlan]:
    preferences = PackagePreferences.objects.get(shop=shop)
    return [plan_row(line, preferences) for line in table.lines]


def facts(plan: RowPlan) -> dict[str, object]:
    recipient = {name: getattr(plan.content.recipient, name) for name in ADDRESS_FIELDS}
    further = list(plan.line.further)
    return recipient | {
        "line": plan.line.number,
        "reference": plan.reference,
        "weight": plan.content.weight,
        "further": further,
        "error": bool(plan.errors),
    }


@pytest.mark.parametrize("case", CASES, ids=[case["what"] for case in CASES])
def test_every_line_of_a_file_is_read_as_it_was_meant(shop, case):
    table = read(case["file"])
    found = [facts(plan) for plan in plans_of(table, shop)]
    assert len(found) == len(case["rows"])
    for wanted, got in zip(case["rows"], found, strict=True):
        expected = {"error": False} | wanted
        assert {name: got[name] for name in expected} == expected
    assert [line.number for line in table.left_out] == case.get("left_out", [])
    assert [[double.reference, list(double.numbers)] for double in table.doubles] == case.get("doubles", [])


@pytest.mark.parametrize("case", CASES, ids=[case["what"] for case in CASES])
def test_every_file_becomes_the_shipments_it_promises(shop, owner, case):
    fingerprint = file_import.store_upload(shop, (UPLOADS / case["file"]).read_bytes())
    file_import.start_upload(shop, owner, fingerprint, doubles=file_import.EACH_LINE)
    runner.run_due()
    good = [row for row in case["rows"] if not row.get("error")]
    made = list(Shipment.objects.filter(shop=shop).order_by("pk"))
    assert [shipment.reference for shipment in made] == [row["reference"] for row in good]
    failed = JobItem.objects.filter(state=JobItem.State.FAILED)
    assert failed.count() == len(case["rows"]) - len(good)


def test_a_rounded_phone_number_is_left_out_and_said(shop):
    plan = plans_of(read("damaged.csv"), shop)[1]
    assert plan.content.recipient.phone == ""
    (note,) = plan.notes
    assert (note.field, note.code) == ("phone", "damaged_rounded")
    assert "3,16556E+10" in str(note.text)


def test_what_was_understood_of_a_weight_is_said(shop):
    texts = [[str(note.text) for note in plan.notes] for plan in plans_of(read("weights.csv"), shop)]
    assert ["0,7" in texts[0][0], "700 g" in texts[0][0], "1700 g" in texts[3][0]] == [True, True, True]


def test_the_articles_of_an_order_travel_with_its_parcel(shop):
    (plan,) = plans_of(read("articles_by_line.csv"), shop)
    assert [(line.quantity, line.name, line.sku) for line in plan.content.lines] == [
        (1, "Trui Noord, Maat: M", "TN-M"),
        (2, "Mok", "MOK-1"),
    ]
    assert any(note.code == "one_parcel" and "2, 3" in str(note.text) for note in plan.notes)


def test_the_sheet_that_was_read_is_named(shop):
    table = read("workbook.xlsx")
    assert (table.sheet, table.other_sheets) == ("Orders", ("Prijzen",))


@pytest.mark.parametrize("row", read_rows("number_fields.tsv"), ids=lambda row: "|".join(row.values()))
def test_a_line_is_taken_apart_as_the_editor_does_it(shop, row):
    """One code for both, so the rows are those of the fields of an address."""
    head = "reference;name;street;house number;suffix;postcode;town;country code"
    cells = [row["given_street"], row["given_number"], row["given_suffix"], row["postal_code"], "Ede", row["country"]]
    (plan,) = plans_of(read_table(f"{head}\n1;Noor;{';'.join(cells)}\n".encode()), shop)
    got = plan.content.recipient
    assert not plan.errors
    assert [getattr(got, name) or "" for name in ("street", "number", "suffix", "box", "extra")] == [
        row[name] or "" for name in ("street", "number", "suffix", "box", "extra")
    ]


EXPORTED = {
    "wix": [
        ("21001", "Noor Proef", 1300, (2, 3)),
        ("21002", "Mia Muster", 350, (4,)),
        ("21003", "Kees Proef", 350, (5,)),
    ],
    "shopify": [
        ("1001", "Noor Proef", 1000, (2, 3)),
        ("1002", "Mia Muster", 1000, (4,)),
        ("1003", "Kees Proef", 1000, (5,)),
    ],
    "woocommerce": [
        ("1001", "Noor Proef", 1000, (2,)),
        ("1002", "Bo Muster", 1000, (3,)),
        ("1003", "Élise Exemple", 1000, (4,)),
    ],
    "sendcloud": [("1001", "Noor Proef", 700, (2,)), ("1002", "Bo Muster", 1250, (3,))],
    "myparcel": [("1001", "Noor Proef", 700, (2,)), ("1002", "Zoë Muster", 1200, (3,))],
    "postnl": [("1001", "Noor van der Proef", 700, (2,)), ("1002", "Bo Muster", 1250, (3,))],
}


@pytest.mark.parametrize("system", EXPORTED)
def test_the_columns_of_other_systems_are_guessed(shop, system):
    table = read_table((EXPORTS / f"{system}.csv").read_bytes())
    plans = plans_of(table, shop)
    assert not table.columns.is_own
    assert [
        (plan.reference, plan.content.recipient.person, plan.content.weight, plan.line.numbers) for plan in plans
    ] == EXPORTED[system]
    assert not any(plan.errors or plan.problems for plan in plans)


@pytest.mark.parametrize("system", ["wix", "shopify", "woocommerce"])
def test_the_parcel_goes_to_the_recipient_and_not_to_who_pays(shop, system):
    plan = plans_of(read_table((EXPORTS / f"{system}.csv").read_bytes()), shop)[0]
    recipient = plan.content.recipient
    assert (recipient.street, recipient.city, recipient.company) == ("Kastanjelaan", "Utrecht", "")


@pytest.mark.parametrize("system", ["wix", "shopify", "woocommerce"])
def test_an_order_that_was_not_paid_is_held_and_says_why(shop, system):
    plans = plans_of(read_table((EXPORTS / f"{system}.csv").read_bytes()), shop)
    assert sum(plan.held is not None for plan in plans) == 1
