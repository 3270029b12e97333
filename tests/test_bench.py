"""The benchmarks run on tiny sizes, check what they measure, and say when a limit is missed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from benchmarks import context, imports, labels, results, run, seeding
from benchmarks.run import WORKLOADS, find, parse, sizes_of
from carriers.parcels import Destination
from shipments.content import needs_customs
from tests.platforms import product_providers

ORDERS, SHIPMENTS, OPEN_ORDERS = 3, 400, 5
needs_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="the benchmarks measure PostgreSQL")


def nothing() -> float:
    """The CPU of a database that nobody measures."""
    return 0.0


@pytest.mark.parametrize("name", WORKLOADS)
def test_every_workload_is_there(name: str):
    assert callable(find(name))


def test_a_workload_that_is_not_there_is_refused(capsys):
    with pytest.raises(SystemExit):
        parse(["imports"])
    assert "there is no workload imports" in capsys.readouterr().err


def test_the_sizes_can_be_chosen():
    assert sizes_of(parse(["--rows", "200000", "--largest"])).many == 200_000
    assert max(sizes_of(parse(["--largest"])).imports) == 100_000
    assert sizes_of(parse(["--quick"])).many < 10_000


def make_result(figure: float = 5.0, **measures: float) -> results.Result:
    return results.Result("page: overview", "ms", figure, 2.5, measures={"database": 1.0, "growth": 1.0, **measures})


def test_a_row_holds_when_all_its_limits_do():
    row = make_result().to_json()
    assert row["holds"]
    assert row["ratio"] == 2.0
    assert row["must"] == {"figure": 30, "database": 3, "growth": 1.1}


def test_a_row_says_which_limit_it_misses_by_how_much():
    row = make_result(60, database=4.5).to_json()
    assert not row["holds"]
    assert row["missed"] == {"figure": 2.0, "database": 1.5}


def test_what_was_not_measured_does_not_hold():
    assert not results.Result("page: overview", "ms", 5.0).to_json()["holds"]


def test_more_is_better_for_pages_a_second():
    assert results.Result("pages a second", "pages a second", 31).to_json()["holds"]
    assert results.Result("pages a second", "pages a second", 15).to_json()["missed"] == {"figure": 2.0}


def test_a_workload_measured_again_replaces_its_row(tmp_path: Path):
    where = {**results.machine("18.0"), "measured": "2026-11-30 14:00"}
    other = results.Result("start", "s", 3.0).to_json()
    results.save([make_result(60).to_json(), other], where, tmp_path)
    path = results.save([make_result(5).to_json()], where, tmp_path)
    saved = json.loads(path.read_text())
    assert {row["workload"]: row["holds"] for row in saved["rows"]} == {"page: overview": True, "start": True}
    assert saved["machine"]["postgresql"] == "18.0"


def test_the_table_shows_the_newest_results(tmp_path: Path):
    where = results.machine("18.0")
    results.save([make_result(60).to_json()], {**where, "measured": "2026-11-29 14:00"}, tmp_path)
    results.save([make_result(5).to_json()], {**where, "measured": "2026-11-30 14:00"}, tmp_path)
    table = results.table(results.newest(tmp_path))
    assert "| page: overview | 5 ms, database 1, growth 1 | 2.5 | 2 | 30 → 10, database 3, growth 1.1 | yes |" in table
    assert "2026-11-30" in table


def three_workloads(monkeypatch: pytest.MonkeyPatch, second: BaseException) -> None:
    """Of which the second ends like this after a row."""

    def measure(name: str):
        def workload(_bench):
            yield results.Result(f"page: {name}", "ms", 5.0)
            if name == "pages":
                raise second

        return workload

    monkeypatch.setattr(run, "find", measure)


@pytest.fixture
def bench() -> Any:
    return SimpleNamespace(servers=SimpleNamespace(version="18.0"))


def test_a_workload_that_fails_costs_the_others_nothing(monkeypatch, bench, tmp_path: Path, capsys):
    three_workloads(monkeypatch, SystemExit("there are no rows"))
    rows, failed = run.run(bench, parse(["import", "pages", "admin", "--json", str(tmp_path / "rows.json")]))
    assert failed == ["pages"]
    assert [row["group"] for row in rows] == ["import", "pages", "admin"]
    assert json.loads((tmp_path / "rows.json").read_text())["rows"] == rows
    assert "there are no rows" in capsys.readouterr().err


def test_a_run_that_is_stopped_has_saved_what_it_measured(monkeypatch, bench, tmp_path: Path, capsys):
    three_workloads(monkeypatch, KeyboardInterrupt())
    monkeypatch.setattr(results, "RESULTS", tmp_path)
    with pytest.raises(KeyboardInterrupt):
        run.run(bench, parse(["import", "pages", "admin", "--save"]))
    assert [row["group"] for row in results.newest(tmp_path)["rows"]] == ["import", "pages"]
    assert len(capsys.readouterr().out.splitlines()) == 2


FINDING = """
for name in ("django", "redis", "yaml", "pytest"):
    try:
        __import__(name)
    except ImportError:
        continue
    print(name)
"""


def test_a_program_that_is_measured_finds_what_production_installs_and_no_more(tmp_path: Path):
    """Celery loads a parser of YAML where there is one, and so a Python that is measured would be larger."""
    bench = context.Bench.__new__(context.Bench)
    bench.folder, bench.servers = tmp_path, SimpleNamespace(url=str, redis_url="", folder=tmp_path)  # type: ignore[assignment]
    environment = {"PYTHONPATH": bench.program_environment("any")["PYTHONPATH"], "PATH": os.environ["PATH"]}
    done = subprocess.run([sys.executable, "-c", FINDING], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["django", "redis"]


@needs_postgresql
@pytest.mark.django_db
class TestOnPostgreSQL:
    @pytest.fixture(autouse=True)
    def _product_providers(self):
        with product_providers():
            yield

    def test_orders_are_imported_and_labeled(self, files_dir):
        with imports.order_server(ORDERS):
            account = labels.make_account("Bench")
            imported = imports.import_result(imports.import_once(account, ORDERS, nothing))
        assert imported.figure > 0
        assert imported.floor
        with imports.order_server(ORDERS):
            rows = list(labels.label_once(labels.prepared_account(ORDERS, "Labels"), ORDERS, nothing))
        assert [row.workload for row in rows] == ["label: made and drawn", "label bytes, a6", "label bytes, a4"]
        assert all(row.figure > 0 for row in rows)

    def test_a_shop_with_history_is_what_the_product_would_have_stored(self):
        seeding.seed_shop(SHIPMENTS, OPEN_ORDERS)
        shop = seeding.seeded_account().shop
        assert shop.shipments.count() == SHIPMENTS
        assert shop.shipments.drafts().count() == 300
        assert [line.quantity for line in shop.shipments.latest("pk").lines] == [2]
        assert shop.externalorders.count() == SHIPMENTS + OPEN_ORDERS
        assert seeding.seeded_account(seeding.FLOOR_NAME).shop.shipments.count() == 0

    def test_no_parcel_of_the_seed_needs_customs_papers(self):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT DISTINCT {seeding.POSTCODE} FROM generate_series(1, 10000) AS k")
            codes = [code for (code,) in cursor.fetchall()]
        assert len(codes) == 8_000
        places = [Destination(country, code) for country in {*seeding.COUNTRIES} for code in codes]
        assert [place for place in places if needs_customs(place)] == []

    def test_a_column_that_the_seed_does_not_know_is_named(self):
        with pytest.raises(KeyError, match="remarks"):
            seeding.insert(seeding.ShipmentEvent, {"remarks": "''"}, 1, 1, 1)
        with pytest.raises(ValueError, match="ShipmentEvent.shipment"):
            seeding.insert(seeding.ShipmentEvent, {"kind": "'imported'"}, 1, 1, 1)
