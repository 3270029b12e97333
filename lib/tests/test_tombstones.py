"""The journal of what was erased: without personal data, and readable after a crash and after a change of keys."""

from pathlib import Path

import pytest

from lib import tombstones
from lib.tombstones import Kind


@pytest.fixture(autouse=True)
def journal(settings, tmp_path: Path) -> Path:
    settings.ERASURE_JOURNAL = tmp_path / "apart" / "erasures.jsonl"
    return settings.ERASURE_JOURNAL


def test_an_entry_is_found_again_by_what_was_erased(journal: Path):
    tombstones.record(Kind.WORD, "shop-1", ["saar@example.com", "Saar"])
    entries = list(tombstones.read_journal())
    assert [(entry.kind, entry.scope) for entry in entries] == 2 * [(Kind.WORD, "shop-1")]
    assert entries[0].hash in tombstones.possible_hashes("saar@example.com")
    assert "saar" not in journal.read_text().lower()
    assert journal.stat().st_mode & 0o077 == 0


def test_nothing_to_record_makes_no_file(journal: Path):
    tombstones.record(Kind.WORD, "shop-1", [])
    assert not journal.exists()
    assert list(tombstones.read_journal()) == []


def test_a_line_that_a_crash_cut_off_costs_no_other(journal: Path):
    tombstones.record(Kind.ORDER, "c", ["1"])
    with journal.open("a") as lines:
        lines.write('{"at": "2026-\n')
    tombstones.record(Kind.ORDER, "c", ["2"])
    assert len(list(tombstones.read_journal())) == 2


def test_an_entry_of_an_older_key_is_found_as_long_as_the_key_is_listed(settings):
    old = tombstones.make_hash("order-1")
    settings.TOMBSTONE_KEYS = ["a new key"]
    assert old not in tombstones.possible_hashes("order-1")
    settings.TOMBSTONE_KEYS = ["a new key", f"tombstones:{settings.SECRET_KEY}"]
    assert tombstones.possible_hashes("order-1")[1] == old != tombstones.make_hash("order-1")
