"""Orders from the platform's bytes to drafts, in this process."""

import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings

from benchmarks.context import ROOT, Account, Bench, make_account
from benchmarks.floors import StoredRows, decode_and_store, expect, fastest_decoder
from benchmarks.measuring import Cost, measure
from benchmarks.order_pages import FIRST_NUMBER, FIRST_PLACED, PAGE_SIZE, PLACED_WITHIN, make_order, pages
from benchmarks.results import Result
from benchmarks.seeding import seeded_account
from integrations.models import ExternalOrder, SyncRun
from integrations.providers import get_provider
from integrations.services import sync
from jobs import runner
from jobs.models import Job
from shipments.models import JobItem, Shipment, ShipmentEvent
from shipments.services.imports import order_import

Cpu = Callable[[], float]


@contextmanager
def order_server(count: int) -> Iterator[None]:
    """A platform with ``count`` orders, to which the provider of this process is connected meanwhile."""
    command = [sys.executable, "-m", "benchmarks.order_server", str(count)]
    program = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    before = settings.WIX_API_URL, settings.WIX_APP_ID
    try:
        settings.WIX_API_URL = program.stdout.readline().strip() if program.stdout else ""
        settings.WIX_APP_ID = "bench"
        get_provider.cache_clear()
        yield
    finally:
        settings.WIX_API_URL, settings.WIX_APP_ID = before
        get_provider.cache_clear()
        program.terminate()
        program.wait()


def read_and_import(account: Account) -> Job:
    """What the schedule, the merchant's press and the worker do, one after the other; orders of a seed stay open."""
    run = sync.request_sync(account.site)
    while SyncRun.objects.filter(pk=run.pk, state__in=["queued", "running"]).exists():
        expect(sync.sync_due() > 0, "nothing reads the orders")
    run.refresh_from_db()
    expect(run.state == SyncRun.State.DONE, f"the orders were not read: {run.reason}")
    orders = account.site.orders.open().filter(placed_at__lt=FIRST_PLACED + PLACED_WITHIN).order_by("pk")
    job = order_import.start_import(account.shop, account.user, orders=orders, key=uuid.uuid4().hex)
    while Job.objects.unfinished().filter(pk=job.pk).exists():
        expect(runner.run_due() > 0, "nothing imports the orders")
    return job


def check_import(job: Job, count: int) -> None:
    """Every order is a draft that can be sent, with the name and the place of its order."""
    progress, other = runner.progress(job), job.items.exclude(state="ok").first()
    reason = f" ({other.state}: {other.message})" if other else ""
    expect(progress.ok == count, f"{progress.ok} of {progress.total} orders were imported, not {count}{reason}")
    drafts = Shipment.objects.filter(pk__in=job.items.values("shipment"))
    expect(drafts.filter(status="draft").count() == count, "there are not as many drafts as orders")
    for index in (0, count // 2, count - 1):
        address = make_order(index)["shippingInfo"]["logistics"]["shippingDestination"]
        draft = drafts.get(reference=str(FIRST_NUMBER + index))
        contact = address["contactDetails"]
        expect(draft.city == address["address"]["city"], f"{draft} goes to another town")
        expect(draft.person == f"{contact['firstName']} {contact['lastName']}", f"{draft} is for somebody else")
        expect(draft.events.count() == 1, f"{draft} has no event")


def stored_by(job: Job) -> StoredRows:
    """The rows of an import."""
    shipments = job.items.values("shipment")
    querysets: list[Any] = [
        ExternalOrder.objects.filter(pk__in=job.items.values("order")),
        JobItem.objects.filter(job=job),
        Shipment.objects.filter(pk__in=shipments),
        ShipmentEvent.objects.filter(shipment__in=shipments),
    ]
    return StoredRows(querysets)


@dataclass(frozen=True, slots=True)
class Imported:
    """Seconds of an import and of its floor, for ``count`` orders."""

    count: int
    cost: Cost
    floor: Cost


def import_once(account: Account, count: int, cpu: Cpu) -> Imported:
    """Needs ``order_server``. The floor decodes the same bodies and copies the same rows."""
    jobs: list[Job] = []
    cost = measure(lambda: jobs.append(read_and_import(account)), cpu)
    check_import(jobs[0], count)
    bodies, rows = pages(count), stored_by(jobs[0])
    decode = fastest_decoder(bodies[0])
    floor = measure(lambda: decode_and_store(bodies, decode, rows), cpu)
    rows.check()
    rows.drop()
    return Imported(count, cost, floor)


def import_result(done: Imported) -> Result:
    """The floor is the CPU of both sides, because COPY leaves most of it to the database; so is the ratio."""
    each, floor = 1000 / done.count, done.floor.own + done.floor.database
    return Result(
        f"import: {done.count} orders",
        "ms CPU an order",
        done.cost.own * each,
        floor * each,
        done.cost.own,
        done.cost.database,
        measures={
            "ratio": (done.cost.own + done.cost.database) / floor,
            "database": done.cost.database * each,
            "floor_database": done.floor.database * each,
            "wall_seconds": done.cost.wall,
        },
    )


def import_workload(bench: Bench) -> Iterator[Result]:
    """Orders of several numbers into an empty shop, and how the cost of one grows with their number."""
    done = []
    for count in bench.sizes.imports:
        with bench.database(), order_server(count):
            _warm_up()
            done.append(import_once(make_account("Bench"), count, bench.servers.cpu))
        yield import_result(done[-1])
    each = [one.cost.own / one.count for one in done]
    yield Result("import growth", "times, most to least an order", max(each) / min(each))


def _warm_up() -> None:
    """What is read once in a process, such as the tables of carriers, is no cost of an order: a page meets most."""
    with order_server(PAGE_SIZE):
        check_import(read_and_import(make_account("Warm", installation="warm", site="warm")), PAGE_SIZE)


def history_workload(bench: Bench) -> Iterator[Result]:
    """The same import into a shop with much history and into one without."""
    count, costs = bench.sizes.beside, []
    for template in (bench.seeded(0), bench.seeded(bench.sizes.many)):
        with bench.database(template), order_server(count):
            _warm_up()
            jobs: list[Job] = []
            costs.append(measure(partial(_append_import, jobs), bench.servers.cpu))
            check_import(jobs[0], count)
    without, beside = costs
    yield Result(
        f"import beside history: {count} orders, {bench.sizes.many} shipments stored / none",
        "times the CPU of our processes and the database",
        (beside.own + beside.database) / (without.own + without.database),
        own_cpu=beside.own,
        database_cpu=beside.database,
        measures={
            "wall_growth": beside.wall / without.wall,
            "own_growth": beside.own / without.own,
            "database_growth": beside.database / without.database,
        },
    )


def _append_import(jobs: list[Job]) -> None:
    jobs.append(read_and_import(seeded_account()))
