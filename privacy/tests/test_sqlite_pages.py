"""What is deleted in SQLite's file is overwritten, however the library was built."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.backends.sqlite3 import base

CANARY = "Saartje Kanariepiet " * 20

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="the file is SQLite's"),
]


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A file of its own with the product's settings, in a library that overwrites nothing by itself."""

    def connect(*arguments: Any, **options: Any) -> sqlite3.Connection:
        opened = real(*arguments, **options)
        opened.execute("PRAGMA secure_delete=OFF")
        return opened

    real = sqlite3.connect
    monkeypatch.setattr(base.Database, "connect", connect)
    own = base.DatabaseWrapper(connection.settings_dict | {"NAME": str(tmp_path / "own.sqlite3")}, alias="own")
    with own.cursor() as cursor:
        cursor.execute("CREATE TABLE persons (id INTEGER PRIMARY KEY, text TEXT)")
    yield own
    own.close()


def test_a_deleted_person_is_not_left_in_the_file(database, tmp_path):
    """Neither where a row was deleted nor where its text became shorter."""
    file = tmp_path / "own.sqlite3"
    with database.cursor() as cursor:
        cursor.executemany("INSERT INTO persons (text) VALUES (%s)", [[f"{number} {CANARY}"] for number in range(40)])
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert b"Kanarie" in file.read_bytes()
        cursor.execute("UPDATE persons SET text = '' WHERE id % 2 = 0")
        cursor.execute("DELETE FROM persons WHERE id % 2 = 1")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"Kanarie" not in file.read_bytes()
