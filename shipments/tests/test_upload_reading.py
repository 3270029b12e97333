"""Which cells a file holds, whatever program wrote it. What cannot be read says why, in a sentence."""

import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override
from openpyxl import Workbook

from shipments.services.csv_files import workbook
from shipments.services.csv_files.grid import MAX_COLUMNS, MAX_ROWS, InvalidFile
from shipments.services.csv_files.reader import read_table


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


HEAD = "Referentie;Naam;Plaats"
ROW = "1;Zoë Brückner;’s-Proef"
TEXT = f"{HEAD}\r\n{ROW}\r\n"


def cells(data: bytes) -> dict[str, str]:
    (line,) = read_table(data).lines
    return {name: line.cells[name] for name in ("reference", "person", "city")}


def xlsx(*rows: list[object], formats: dict[str, str] | None = None) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cell, number_format in (formats or {}).items():
        book.active[cell].number_format = number_format
    return saved(book)


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.encode("cp1252"),
        TEXT.encode("mac_roman"),
        TEXT.encode("utf-32"),
        b"\x00\x00\xfe\xff" + TEXT.encode("utf-32-be"),
        "\r\n".join(f'"{line}"' for line in TEXT.splitlines()).encode(),
        TEXT.replace("\r\n", "\r").encode(),
        TEXT.replace("\r\n", "\n").encode(),
        TEXT.replace(";", "\t").encode("utf-16"),
        TEXT.replace(";", ",").encode(),
        TEXT.replace(";", "|").encode(),
        ("sep=;\r\n" + TEXT).encode(),
        ("SEP=|\r" + TEXT.replace(";", "|").replace("\r\n", "\r")).encode("utf-16"),
        ("sep=\t\n" + TEXT.replace(";", "\t")).encode(),
        ('"sep=,"\r\n' + TEXT.replace(";", ",")).encode("utf-8-sig"),
        ("Orders, november, alle winkels, alles\r\n;;\r\n\r\n" + TEXT).encode(),
        (HEAD + ";;;\r\n;;;;\r\n" + ROW + ";;;;;\r\n;;;\r\n").encode(),
        f'{HEAD}\r\n="1";"=""Zoë Brückner""";\'’s-Proef\r\n'.replace("'’", "’").encode(),
        f"{HEAD}\r\n'1;Zoë Brückner;’s-Proef".encode(),
    ],
)
def test_a_text_file_is_read_however_it_was_saved(data):
    assert cells(data) == {"reference": "1", "person": "Zoë Brückner", "city": "’s-Proef"}


LETTERS = ["Zoë;Café", "Jürgen Köln;Müller", "François;Hélène", "Renée;Coöperatie", "Größe;Süd", "Daniël;België"]
LETTERS += ["Chloé;'s-Proef", "Böhm & Söhne;Ärzte"]
# Of these a Mac's file makes sense as one of Windows too, and nobody can tell.
OF_WINDOWS = ["Åse;Sørensen", "Málaga;Muñoz", "João;Conceição"]


@pytest.mark.parametrize(
    ("names", "encoding"),
    [(names, encoding) for names in LETTERS for encoding in ("cp1252", "cp850", "mac_roman")]
    + [(names, "cp1252") for names in OF_WINDOWS],
)
def test_letters_of_an_old_encoding_are_the_letters_that_were_meant(names, encoding):
    person, city = names.split(";")
    assert cells(f"{HEAD}\n1;{names}\n".encode(encoding)) == {"reference": "1", "person": person, "city": city}


def test_a_separator_and_a_line_end_in_quotes_belong_to_the_cell():
    data = b'Referentie;Naam;Plaats\n1;"Kim; Proef\r\nmagazijn";Ede\n2;Bo;Ede\n'
    lines = read_table(data).lines
    assert [line.cells["person"] for line in lines] == ["Kim; Proef\nmagazijn", "Bo"]
    assert [line.number for line in lines] == [2, 3]


def test_a_line_that_stops_early_has_empty_cells():
    (line,) = read_table(b"Referentie;Naam;Plaats\n1;Kim\n").lines
    assert (line.cells["person"], line.cells.get("city", "")) == ("Kim", "")


@pytest.mark.parametrize("word", ["'t Hart", "d'Or", "O'Neill", "'s-Proef"])
def test_an_apostrophe_of_a_name_stays(word):
    (line,) = read_table(f"Referentie;Naam\n1;{word}\n".encode()).lines
    assert line.cells["person"] == word


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (1001, "General", "1001"),
        (12.0, "General", "12"),
        (0.1 + 0.2, "General", "0.3"),
        (31655550100, "General", "31655550100"),
        (8712345678906, "0.00E+00", "8712345678906"),
        (1067, "00000", "01067"),
        (12345, "00000", "12345"),
        (950, "00-000", "00-950"),
        (950, "00\\-000", "00-950"),
        (655550100, "0000000000", "0655550100"),
        (1700, "#,##0", "1700"),
        (1234.5, "0.00", "1234.5"),
        (0, "00000", "0"),
        (-5, "00", "-5"),
        (True, "General", "true"),
        ("0800", "General", "0800"),
        (None, "General", ""),
        (datetime(2026, 2, 12, tzinfo=UTC), "d-mmm", "12-Feb"),
        (datetime(2012, 3, 1, tzinfo=UTC), "mmm-yy", "Mar-12"),
        (datetime(2026, 2, 12, tzinfo=UTC), "dd/mm/yyyy", "2026-02-12"),
        (datetime(2026, 2, 12, 9, 30, tzinfo=UTC), "d-m-yyyy h:mm", "2026-02-12 09:30+00:00"),
        (date(2026, 2, 12), "yyyy-mm-dd", "2026-02-12"),
    ],
)
def test_a_cell_of_a_workbook_is_what_the_merchant_sees(value, number_format, text):
    assert workbook.cell_text(value, number_format) == text


def test_a_workbook_is_read_like_a_text_file():
    data = xlsx(["Orders", None], [], ["Referentie", "Naam", "Postcode"], [1001, "Kim", 1067], formats={"C4": "00000"})
    table = read_table(data)
    assert [(line.number, line.cells) for line in table.lines] == [
        (4, {"reference": "1001", "person": "Kim", "postal_code": "01067"})
    ]
    assert (table.sheet, table.other_sheets) == ("", ())


def test_of_several_sheets_the_one_with_our_columns_is_read_and_hidden_ones_never():
    book = Workbook()
    book.active.title = "Uitleg"
    book.active.append(["Zo werkt het"])
    hidden = book.create_sheet("Oud")
    hidden.append(["Referentie", "Naam", "Straat", "Plaats"])
    hidden.append([1, "Oud", "Laan", "Ede"])
    hidden.sheet_state = "hidden"
    sheet = book.create_sheet("Zendingen")
    sheet.append(["Referentie", "Naam"])
    sheet.append([2, "Nieuw"])
    table = read_table(saved(book))
    assert [line.cells["person"] for line in table.lines] == ["Nieuw"]
    assert (table.sheet, table.other_sheets) == ("Zendingen", ("Uitleg",))


def test_a_formula_without_its_result_is_not_taken_for_an_empty_cell():
    data = xlsx(["Referentie", "Naam", "Gewicht (gram)"], [1, "Kim", "=350*2"])
    (line,) = read_table(data).lines
    assert line.cells["weight"] == workbook.UNCALCULATED


def rezipped(data: bytes, **changed: bytes) -> bytes:
    """The archive with entries replaced or, when there is no such entry, added."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename not in changed:
                new.writestr(entry.filename, old.read(entry))
        for name, content in changed.items():
            new.writestr(name, content)
    return file.getvalue()


GOOD = xlsx(["Referentie", "Naam"], [1, "Kim"])
SHEET = "xl/worksheets/sheet1.xml"


def far_cell(where: str) -> bytes:
    book = Workbook()
    book.active.append(["Referentie", "Naam"])
    book.active.append([1, "Kim"])
    book.active[where] = "x"
    return saved(book)


def many_sheets() -> bytes:
    book = Workbook()
    for number in range(workbook.MAX_SHEETS):
        book.create_sheet(f"Blad {number}")
    return saved(book)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old format .xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (rezipped(GOOD, **{"xl/media/big.bin": b"\0" * (workbook.MAX_UNPACKED_BYTES + 1)}), "too large"),
        (rezipped(GOOD, **{f"xl/media/{n}": b"" for n in range(workbook.MAX_ENTRIES)}), "too large"),
        (rezipped(GOOD, **{SHEET: b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'}), "cannot read this workbook"),
        (rezipped(GOOD, **{SHEET: b"<worksheet><sheetData><row"}), "cannot read this workbook"),
        (GOOD[: len(GOOD) // 2], "cannot read this workbook"),
        (far_cell("A200000"), "more than"),
        (far_cell("ZZ1"), f"more than {MAX_COLUMNS} columns"),
        (many_sheets(), "too many sheets"),
        (xlsx(["Referentie"], *([n] for n in range(MAX_ROWS + 1))), f"more than {MAX_ROWS} lines"),
        (xlsx(), "empty"),
        (xlsx(["Referentie", "Naam"]), "no shipments below"),
        (b"%PDF-1.7\n1 0 obj", "PDF"),
        (b"\x1f\x8b\x08\0", "compressed"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"<html><table><tr><td>Naam", "web page"),
        (b"Referentie;Naam\n1;a\0b\n", "not a CSV file"),
        (b"\xff\xfe\x00\xd8\x00\x00\x01", "not a CSV file"),
        ((";".join(["Naam"] + ["x"] * MAX_COLUMNS) + "\nKim\n").encode(), "columns"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(data, sentence):
    with pytest.raises(InvalidFile) as refused:
        read_table(data)
    assert sentence in str(refused.value.message)
    assert str(refused.value.message).endswith(".")


def test_another_kind_of_spreadsheet_is_told_from_a_damaged_one():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<x/>")
    with pytest.raises(InvalidFile, match="not an Excel workbook"):
        read_table(file.getvalue())
