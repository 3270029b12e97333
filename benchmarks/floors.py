"""The least that a machine has to do for the same result: what each workload is compared with."""

import io
import sys
import time
import zlib
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.db import connection, models, transaction
from pydantic_core import from_json, to_json

# Decoders by module and function, if they are installed.
DECODERS = (("orjson", "loads"), ("msgspec.json", "decode"), ("pydantic_core", "from_json"), ("json", "loads"))
Decode = Callable[[bytes], Any]
COPY_BATCH = 100


def fastest_decoder(sample: bytes) -> Decode:
    """The one of the installed decoders that needs the least for this body."""
    found: list[tuple[float, int, Decode]] = []
    for module, name in DECODERS:
        if find_spec(module.partition(".")[0]) is None:
            continue
        decode: Decode = getattr(import_module(module), name)
        decode(sample)
        started = time.process_time()
        for _time in range(5):
            decode(sample)
        found.append((time.process_time() - started, len(found), decode))
    return min(found)[2]


class StoredRows:
    """The rows that a workload stored, taken out again to be stored by COPY in tables of the same indexes."""

    def __init__(self, querysets: Sequence[models.QuerySet[Any]]) -> None:
        self.tables = [_Table(queryset) for queryset in querysets]

    def copy(self) -> None:
        """Store them all, as many a transaction as the product does."""
        longest = max(len(table.rows) for table in self.tables)
        for start in range(0, longest, COPY_BATCH):
            with transaction.atomic(), connection.cursor() as cursor:
                for table in self.tables:
                    table.copy(cursor, table.rows[start : start + COPY_BATCH])

    def check(self) -> None:
        with connection.cursor() as cursor:
            for table in self.tables:
                cursor.execute(f'SELECT count(*) FROM "{table.clone}"')
                expect(cursor.fetchone() == (len(table.rows),), f"{table.clone} has other rows than were copied")

    def drop(self) -> None:
        with connection.cursor() as cursor:
            for table in self.tables:
                cursor.execute(f'DROP TABLE "{table.clone}"')


class _Table:
    """Rows as Python values: JSON apart, which whoever stores a row has to write."""

    def __init__(self, queryset: models.QuerySet[Any]) -> None:
        fields = [field for field in queryset.model._meta.local_concrete_fields if not field.generated]
        self.columns = ", ".join(f'"{field.column}"' for field in fields)
        json_columns = [index for index, field in enumerate(fields) if isinstance(field, models.JSONField)]
        source = queryset.model._meta.db_table
        self.clone = f"floor_{source}"
        ids = list(queryset.order_by("pk").values_list("pk", flat=True))
        expect(bool(ids), f"{source} has no rows to copy")
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE TABLE "{self.clone}" (LIKE "{source}" INCLUDING ALL)')
            target = io.StringIO()
            # The ids are whole numbers of ours; COPY takes no parameters.
            chosen = f'SELECT {self.columns} FROM "{source}" WHERE id IN ({", ".join(map(str, ids))}) ORDER BY id'
            cursor.cursor.copy_expert(f"COPY ({chosen}) TO STDOUT", target)
        self.rows = [_parse(line, json_columns) for line in target.getvalue().splitlines()]
        expect(len(self.rows) == len(ids), f"{source} has other rows than were asked for")

    def copy(self, cursor: Any, rows: Sequence[tuple[list[str], dict[int, Any]]]) -> None:
        text = io.StringIO("".join([_write(plain, documents) for plain, documents in rows]))
        cursor.cursor.copy_expert(f'COPY "{self.clone}" ({self.columns}) FROM STDIN', text)


def _parse(line: str, json_columns: Sequence[int]) -> tuple[list[str], dict[int, Any]]:
    """A line of COPY: its columns, and the values of those that are JSON."""
    plain = line.split("\t")
    written = {index: plain[index].replace("\\\\", "\\") for index in json_columns}
    return plain, {index: from_json(text) for index, text in written.items() if text != "\\N"}


def _write(plain: list[str], documents: dict[int, Any]) -> str:
    row = plain.copy()
    for index, document in documents.items():
        row[index] = to_json(document).decode().replace("\\", "\\\\")
    return "\t".join(row) + "\n"


def decode_and_store(bodies: Iterable[bytes], decode: Decode, rows: StoredRows) -> None:
    """The floor of an import: the same JSON decoded, and the rows that came of it stored."""
    for body in bodies:
        decode(body)
    rows.copy()


def expect(is_right: bool, wrong: str) -> None:
    """Raise SystemExit when a workload did not do its work: a figure of it would mean nothing."""
    if not is_right:
        sys.exit(f"not measured: {wrong}")


# A label of 105 × 148 mm in points, and how many dots a module of its barcode has.
WIDTH, HEIGHT = 297.64, 419.53
MODULE = 72 / 203 * 3


def plain_label(lines: Sequence[str], bars: Sequence[int]) -> bytes:
    """The operators of a label: a frame, rules, a line of text for each of ``lines``, and the bars as one path.

    ``bars`` are widths in modules, a bar and a gap in turn.
    """
    parts = ["0.8 w 14 14 269 391 re S", "14 373 m 283 373 l S", "14 194 m 283 194 l S", "14 30 m 283 30 l S", "BT"]
    parts.append("/F1 12 Tf 16 TL 22 380 Td")
    parts += [f"({line}) Tj T*" for line in lines]
    parts.append("ET")
    x, left = 0, (WIDTH - sum(bars) * MODULE) / 2
    parts.append(f"q {MODULE:.4f} 0 0 119 {left:.3f} 54 cm")
    for index, width in enumerate(bars):
        if index % 2 == 0:
            parts.append(f"{x} 0 {width} 1 re")
        x += width
    parts.append("f Q")
    return "\n".join(parts).encode("latin-1", "replace")


def plain_document(pages: Iterable[bytes]) -> bytes:
    """A PDF of these pages, written by hand: one font that every reader has, compressed contents, a table of places."""
    streams = [zlib.compress(page, 1) for page in pages]
    first = 4
    kids = " ".join(f"{first + 2 * index} 0 R" for index in range(len(streams)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(streams)}/Kids[{kids}]/MediaBox[0 0 {WIDTH} {HEIGHT}]"
        "/Resources<</Font<</F1 3 0 R>>>>>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for index, stream in enumerate(streams):
        objects.append(f"<</Type/Page/Parent 2 0 R/Contents {first + 2 * index + 1} 0 R>>".encode())
        objects.append(b"<</Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (len(stream), stream))
    parts, places, at = [b"%PDF-1.5\n"], list[int](), 9
    for number, body in enumerate(objects, 1):
        places.append(at)
        parts.append(b"%d 0 obj\n%b\nendobj\n" % (number, body))
        at += len(parts[-1])
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    parts += [b"%010d 00000 n \n" % place for place in places]
    parts.append(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, at))
    return b"".join(parts)
