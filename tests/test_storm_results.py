"""What a storm found is kept beside the results of the benchmarks, and a storm that found something is no success."""

import json
from pathlib import Path

import pytest

from benchmarks import results
from storm.__main__ import parse, plan_of, save
from storm.run import Plan, Report

PLAN = Plan(orders=10, seed=1, seconds=30)


def test_the_runs_of_a_day_are_kept_in_one_file(tmp_path: Path):
    first = save(Report(PLAN).as_json(), tmp_path)
    assert save(Report(PLAN).as_json(), tmp_path) == first
    assert [run["seed"] for run in json.loads(first.read_text())] == [1, 1]


def test_the_benchmarks_do_not_take_a_storm_for_theirs(tmp_path: Path):
    save(Report(PLAN).as_json(), tmp_path)
    (tmp_path / "2026-01-01.json").write_text('{"rows": []}')
    assert results.newest(tmp_path) == {"rows": []}


@pytest.mark.parametrize(
    ("report", "is_good"),
    [
        (Report(PLAN, findings={"lost": []}, converged_after=3.0), True),
        (Report(PLAN, findings={"lost": ["order 1"]}, converged_after=3.0), False),
        (Report(PLAN, findings={"lost": []}), False),
        (Report(PLAN, findings={"lost": []}, converged_after=3.0, broken=["no call met late"]), False),
    ],
    ids=["nothing found", "something found", "not within the time", "a fault that did not happen"],
)
def test_only_a_storm_with_every_fault_and_no_finding_is_good(report: Report, is_good: bool):
    assert report.is_good is is_good


def test_what_arrives_late_does_so_before_the_product_gives_it_up():
    small = plan_of(parse(["--small", "--orders", "300", "--seed", "1"]))
    assert small.climate.late < float(small.env["PUSH_SETTLE_SECONDS"])
    large = plan_of(parse(["--seed", "1"]))
    assert (large.orders, large.climate.late, large.patience) == (10_000, 20.0, 600.0)
    assert "PUSH_SETTLE_SECONDS" not in large.env
