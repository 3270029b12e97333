"""Every row of the goal table by one command: script/bench [WORKLOAD...]. See benchmarks/README.md."""

import argparse
import json
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks import results
from benchmarks.context import QUICK, Bench, Sizes

# By name: the module and the function that yields its results. Modules need Django, so they are imported late.
WORKLOADS = {
    "import": "imports.import_workload",
    "history": "imports.history_workload",
    "press": "press.press_workload",
    "visible": "press.visible_workload",
    "pages": "pages.page_workload",
    "searches": "pages.search_workload",
    "admin": "pages.admin_workload",
    "throughput": "pages.throughput_workload",
    "labels": "labels.label_workload",
    "files": "labels.file_workload",
    "streamed": "labels.streamed_workload",
    "imposed": "labels.imposing_workload",
    "calls": "platform_calls.calls_workload",
    "webhooks": "platform_calls.webhook_workload",
    "standing": "standing.standing_workload",
    "memory": "memory.memory_workload",
    "start": "memory.start_workload",
}
Workload = Callable[[Bench], Iterator[results.Result]]


def find(name: str) -> Workload:
    module, _dot, function = WORKLOADS[name].partition(".")
    found: Workload = getattr(import_module(f"benchmarks.{module}"), function)
    return found


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help=f"all by default: {', '.join(WORKLOADS)}")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that everything runs")
    parser.add_argument("--rows", type=int, help="shipments stored instead of a million")
    parser.add_argument("--largest", action="store_true", help="also import 100,000 orders")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the databases there for the next run")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows to a file as well")
    parser.add_argument("--save", action="store_true", help="add the rows to benchmarks/results")
    parser.add_argument(
        "--table", action="store_true", help="print the newest saved results as a table, and nothing else"
    )
    options = parser.parse_args(arguments)
    if unknown := set(options.workloads) - set(WORKLOADS):
        parser.error(f"there is no workload {', '.join(sorted(unknown))}")
    return options


def sizes_of(options: argparse.Namespace) -> Sizes:
    sizes = QUICK if options.quick else Sizes()
    if options.rows:
        sizes = replace(sizes, many=options.rows)
    return replace(sizes, imports=(*sizes.imports, 100_000)) if options.largest else sizes


def main() -> None:
    options = parse()
    if options.table:
        print(results.table(results.newest()))
        return
    # So that a run that is stopped takes its programs and servers with it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    bench = Bench(sizes_of(options), options.keep)
    try:
        bench.start()
        rows, failed = run(bench, options)
    finally:
        bench.stop()
    missed = sum(not row["holds"] for row in rows)
    if missed or failed:
        sys.exit(f"{missed} of {len(rows)} rows miss a limit; {len(failed)} workloads failed: {', '.join(failed)}")


def run(bench: Bench, options: argparse.Namespace) -> tuple[list[dict[str, Any]], list[str]]:
    """The rows and the names of the workloads that ended with a wrong result; those after them are measured all the
    same. Each row is printed and saved as soon as it is there, so that a run that is stopped loses none.
    """
    rows: list[dict[str, Any]] = []
    failed: list[str] = []
    where = results.machine(bench.servers.version)
    for name in options.workloads or WORKLOADS:
        started = time.monotonic()
        try:
            for result in find(name)(bench):
                rows.append(result.to_json() | {"group": name})
                print(json.dumps(rows[-1]), flush=True)
                if options.save:
                    results.save([rows[-1]], where)
                if options.json:
                    results.write({"machine": where, "rows": rows}, options.json)
        except (Exception, SystemExit):
            traceback.print_exc()
            failed.append(name)
        print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    return rows, failed


if __name__ == "__main__":
    main()
