"""Usage: python -m storm [--orders N] [--seed N] [--minutes M] [--small] [--json FILE] [--save]."""

import argparse
import datetime
import json
import os
import random
import signal
import sys
from pathlib import Path
from typing import Any

from storm.run import Plan, Report, Storm
from storm.weather import Climate

RESULTS = Path(__file__).resolve().parent.parent / "benchmarks" / "results"
# Durations of the small form, all in the proportions of production: what arrives late does so before the product
# believes that it never will.
SMALL_CLIMATE = Climate(late=3.0, hang=2.0, retry_after=1)
SMALL_SETTINGS = {
    "WORK_SWEEP_SECONDS": "4",
    "WORK_LEASE_SECONDS": "20",
    "PUSH_LEASE_SECONDS": "20",
    "PUSH_SETTLE_SECONDS": "5",
    "LABEL_SETTLE_SECONDS": "15",
    "RETRY_BASE_SECONDS": "0.3",
    "RETRY_CAP_SECONDS": "2",
    "SYNC_STALE_SECONDS": "1",
    "SYNC_EVERY_SECONDS": "5",
    "SYNC_WITH_WEBHOOKS_SECONDS": "5",
}
# Many merchants' worth of orders in one shop, for which neither would be asked so often.
BUDGET = {"REQUESTS_PER_MINUTE": "100000", "MYPARCEL_LIMIT_PERCENT": "100000"}


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/storm", description=__doc__)
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=None, help="the same seed makes the same plan (default: any)")
    parser.add_argument("--minutes", type=float, default=None, help="how long the storm lasts")
    parser.add_argument("--rounds", type=int, default=None, help="how often each disaster happens")
    parser.add_argument("--small", action="store_true", help="short durations, as in the suite")
    parser.add_argument("--json", type=Path, default=None, help="write the report to this file")
    parser.add_argument("--save", action="store_true", help="add the report to benchmarks/results/storm-DATE.json")
    return parser.parse_args(arguments)


def plan_of(options: argparse.Namespace) -> Plan:
    seed = random.SystemRandom().randrange(10**6) if options.seed is None else options.seed
    minutes = options.minutes or (0.5 if options.small else max(3.0, options.orders / 1000))
    rounds = options.rounds or max(1, round(minutes / 3))
    if options.small:
        return Plan(
            options.orders,
            seed,
            minutes * 60,
            rounds,
            patience=300.0,
            hopeless_after=60.0,
            overdue_after=60.0,
            token_life=8,
            climate=SMALL_CLIMATE,
            env=SMALL_SETTINGS | BUDGET,
        )
    return Plan(options.orders, seed, minutes * 60, rounds, env=BUDGET)


def save(result: dict[str, Any], folder: Path = RESULTS) -> Path:
    """One file a day, with the runs of that day."""
    path = folder / f"storm-{datetime.datetime.now(datetime.UTC):%Y-%m-%d}.json"
    runs = json.loads(path.read_text()) if path.exists() else []
    path.write_text(json.dumps([*runs, result], ensure_ascii=False, indent=1) + "\n")
    return path


def show(report: Report) -> None:
    result = report.as_json()
    for name, value in result.items():
        print(f"{name}: {json.dumps(value, ensure_ascii=False)}")
    print("NOTHING LOST" if report.is_good else "THE STORM FOUND SOMETHING")


def main() -> int:
    options = parse()
    os.environ.pop("DATABASE_URL", None)
    # Whoever stops the program does not leave a dozen others behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    report = Storm(plan_of(options)).run()
    show(report)
    if options.json:
        options.json.write_text(json.dumps(report.as_json(), ensure_ascii=False))
    if options.save:
        print(save(report.as_json()))
    return 0 if report.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
