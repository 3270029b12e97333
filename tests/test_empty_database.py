"""``migrate`` creates the tables of an empty database at once, and leaves every other database to Django."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from myparcel_backoffice import empty_database


@pytest.fixture
def empty(django_db_blocker, tmp_path: Path):
    """The alias of an empty SQLite database."""
    connections.databases["empty"] = connections.databases["default"] | {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(tmp_path / "empty.sqlite3"),
        "OPTIONS": {},
    }
    with django_db_blocker.unblock():
        yield "empty"
        connections["empty"].close()
    del connections["empty"], connections.databases["empty"]


def tables(alias: str) -> set[str]:
    return set(connections[alias].introspection.table_names())


def test_an_interrupted_start_leaves_nothing_behind(empty: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(empty_database, "_migrations", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        call_command("migrate", database=empty, verbosity=0)
    assert tables(empty) == set()


def test_a_database_with_tables_is_migrated_step_by_step(empty: str, monkeypatch: pytest.MonkeyPatch):
    with connections[empty].cursor() as cursor:
        cursor.execute("CREATE TABLE somebody_elses (id integer)")
    handed_on = []
    monkeypatch.setattr(migrate.Command, "handle", lambda *_, **options: handed_on.append(options["database"]))
    call_command("migrate", database=empty, verbosity=0)
    assert (handed_on, tables(empty)) == ([empty], {"somebody_elses"})


@pytest.mark.parametrize("asked", [["contenttypes"], ["contenttypes", "0001"]])
def test_who_asks_for_one_app_gets_no_more(empty: str, asked: list[str]):
    call_command("migrate", *asked, database=empty, verbosity=0)
    assert tables(empty) == {"django_content_type", "django_migrations"}
    assert {app for app, _name in MigrationRecorder(connections[empty]).applied_migrations()} == {"contenttypes"}


def test_who_asks_whether_something_is_left_gets_an_answer_and_no_tables(empty: str):
    with pytest.raises(SystemExit):
        call_command("migrate", check_unapplied=True, database=empty, verbosity=0)
    assert tables(empty) <= {"django_migrations"}


def test_where_nothing_is_left_to_do_only_what_is_missing_beside_the_tables_is_made(
    empty: str, monkeypatch: pytest.MonkeyPatch
):
    call_command("migrate", database=empty, verbosity=0)
    with connections[empty].cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'append_only_%'")
        lost = [name for (name,) in cursor.fetchall()]
        cursor.execute(f"DROP TRIGGER {lost[0]}")
    monkeypatch.setattr(migrate.Command, "handle", lambda *_, **__: pytest.fail("prepared every migration"))
    call_command("migrate", database=empty, verbosity=0)
    with connections[empty].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_master WHERE name = %s", lost[:1])
        assert cursor.fetchone() == (1,)


def test_a_migration_that_is_left_is_applied(empty: str, monkeypatch: pytest.MonkeyPatch):
    call_command("migrate", database=empty, verbosity=0)
    MigrationRecorder(connections[empty]).migration_qs.filter(app="audit").delete()
    handed_on = []
    monkeypatch.setattr(migrate.Command, "handle", lambda *_, **options: handed_on.append(options["database"]))
    call_command("migrate", database=empty, verbosity=0)
    assert handed_on == [empty]
