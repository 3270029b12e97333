"""Memory of all programs, idle and after a day of work, and what a start from nothing costs."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

from benchmarks.context import Bench
from benchmarks.floors import expect
from benchmarks.press import ALL_PROGRAMS, Shop, running_shop
from benchmarks.programs import Programs, wait_for
from benchmarks.results import Result
from jobs.models import Job
from shipments.models import Shipment

# What people look at most.
PAGES = (
    "/",
    "/zendingen/",
    "/zendingen/importeren/",
    "/zendingen/?tab=drafts",
    "/instellingen/",
    "/cijfers/",
    "/downloads/",
)
FILE_SECONDS = 300.0


def memory_workload(bench: Bench) -> Iterator[Result]:
    """PSS: of what programs share each counts its part, so that the sum is what the machine needs."""
    with running_shop(bench, "memory", REQUESTS_PER_MINUTE="100000") as shop:
        # One page each, because the first one loads the templates.
        _look_around(shop, 2 * len(PAGES))
        time.sleep(bench.sizes.idle_seconds)
        idle = shop.programs.memory()
        yield Result("memory, idle", "MB", sum(idle.values()), memory=sum(idle.values()), measures=idle)
        own, database = shop.cpu
        made = work_a_day(shop)
        time.sleep(bench.sizes.idle_seconds)
        after = shop.programs.memory()
        yield Result(
            "memory, after a day",
            "times the idle memory",
            sum(after.values()) / sum(idle.values()),
            None,
            shop.cpu[0] - own,
            shop.cpu[1] - database,
            sum(after.values()),
            measures=after | {"labels": made},
        )


def work_a_day(shop: Shop) -> int:
    """Orders come in and are imported, their labels made and downloaded as one file, and pages looked at all the time.

    Returns the number of labels.
    """
    sizes = shop.bench.sizes
    shop.add_orders(sizes.day_orders)
    shop.read_until(sizes.day_orders)
    body = f"all_matching=site%3D{shop.account.site.public_id}&key=day"
    shop.browser.post("/zendingen/importeren/start/", body)
    wait_for(lambda: _is_done("import"), "the orders are not imported", FILE_SECONDS)
    _look_around(shop, sizes.day_requests)
    shop.browser.post("/zendingen/labels/", "all_matching=tab%3Ddrafts&layout=a6&start=1&key=labels")
    wait_for(lambda: _is_done("labels"), "the labels are not made", FILE_SECONDS)
    job = Job.objects.get(kind="labels")
    page = shop.browser.get(f"/zendingen/taken/{job.public_id}/bestand/")
    expect(page.startswith("%PDF"), "the labels are no PDF")
    _look_around(shop, sizes.day_requests)
    made = Shipment.objects.exclude(barcode=None).count()
    expect(made >= sizes.day_orders // 2, f"only {made} labels were made")
    return made


def _is_done(kind: str) -> bool:
    return Job.objects.filter(kind=kind, finished_at__isnull=False).exists()


def _look_around(shop: Shop, count: int) -> None:
    for number in range(count):
        shop.browser.get(PAGES[number % len(PAGES)])


def start_workload(bench: Bench) -> Iterator[Result]:
    """From an empty database until web, worker and beat are ready: migrations first, as in ``deploy/compose.yaml``."""
    name = "bench_start"
    bench.servers.create(name)
    before, asked, started = os.times(), bench.servers.cpu(), time.monotonic()
    bench.manage(name, "migrate", "--verbosity=0")
    after, migrated = os.times(), time.monotonic() - started
    migrations = after.children_user + after.children_system - before.children_user - before.children_system
    database = bench.servers.cpu() - asked
    # The files for browsers are collected when the image is started, and the same in every run; not counted here.
    with Programs(bench, name) as first:
        del first
    try:
        with Programs(bench, name, ALL_PROGRAMS) as programs:
            wait_for(lambda: programs.responds("/healthz/worker"), "no worker sweeps")
            run = programs.all_cpu()
            own = {part: programs.cpu(part) for part in ALL_PROGRAMS}
            yield Result(
                "start",
                "s CPU of our processes",
                migrations + run,
                _interpreter_cpu(),
                migrations + run,
                database,
                sum(programs.memory().values()),
                measures={"migrate": migrations, "migrate_wall": migrated, **own},
            )
    finally:
        bench.servers.drop(name)


def _interpreter_cpu() -> float:
    """The floor: five processes of Python that import nothing, for migrate, two of the web, worker and beat."""
    before = os.times()
    for _program in range(5):
        subprocess.run([sys.executable, "-c", "pass"], check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system
