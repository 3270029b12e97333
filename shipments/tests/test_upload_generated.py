"""Any bytes are read or refused with a sentence; any cells become a plan. Never an exception."""

import io
import zipfile

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from lib.tests.generated import generated
from shipments.services.csv_files.grid import InvalidFile
from shipments.services.csv_files.mapping import TARGETS
from shipments.services.csv_files.reader import Table, plan_row, read_table
from shops.models import PackagePreferences

TITLES = st.sampled_from(
    [*(str(title) for title in TARGETS.values()), "Shipping City", "order_id", "Name", "x", "", "sep=;"]
)
ODD = st.sampled_from(
    [
        "12-feb",
        "3,1E+10",
        "#REF!",
        "ZoÃ«",
        "1.700",
        "0,7 kg",
        "9" * 400,
        "\x00",
        "\ud800",
        '="1"',
        "'1",
        "NL",
        "Totaal",
        "1067",
    ]
)
CELLS = st.one_of(ODD, st.text(max_size=30), st.integers().map(str), st.floats().map(str))
TABLES = st.lists(st.lists(CELLS, max_size=8), max_size=6)


def read_and_plan(data: bytes) -> None:
    try:
        table = read_table(data)
    except InvalidFile as refused:
        sentence = str(refused.message)
    else:
        sentence = plan_all(table)
    assert sentence.endswith(".")


def plan_all(table: Table) -> str:
    for line in table.lines:
        plan = plan_row(line, PackagePreferences())
        assert all(str(message.text) for message in (*plan.errors, *plan.notes))
        assert plan.errors or plan.content.weight >= 1
    return "Read."


@generated(80)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data):
    read_and_plan(data)


@generated(80)
@given(
    st.lists(TITLES, min_size=1, max_size=8),
    TABLES,
    st.sampled_from(";,\t|"),
    st.sampled_from(["utf-8", "utf-16", "cp1252"]),
)
def test_any_table_of_text_is_read_or_refused(titles, rows, delimiter, encoding):
    text = "\r\n".join(delimiter.join(row) for row in [titles, *rows])
    read_and_plan(text.encode(encoding, errors="replace"))


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(allow_nan=False, allow_infinity=False),
    st.datetimes(), st.dates(), st.times(),
    st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=20),
)  # fmt: skip


@generated(30)
@given(st.lists(TITLES, min_size=1, max_size=8), st.lists(st.lists(VALUES, max_size=8), max_size=5))
def test_any_workbook_is_read_or_refused(titles, rows):
    book, file = Workbook(), io.BytesIO()
    for row in [titles, *rows]:
        book.active.append(row)
    book.save(file)
    read_and_plan(file.getvalue())


@generated(30)
@given(
    st.dictionaries(
        st.sampled_from(["xl/workbook.xml", "[Content_Types].xml", "xl/worksheets/sheet1.xml"]), st.binary(max_size=80)
    )
)
def test_any_archive_is_read_or_refused(entries):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    read_and_plan(file.getvalue())
