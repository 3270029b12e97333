"""From the merchant's press to drafts, and from a payment to a row one can see: all programs run as in production."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benchmarks.context import Account, Bench, make_account
from benchmarks.floors import StoredRows, expect
from benchmarks.measuring import percentile
from benchmarks.programs import SITE, Browser, Programs, Sandbox, sandbox, wait_for
from benchmarks.results import Result
from integrations.models import ExternalOrder, SyncRun
from integrations.services import sync
from jobs.models import Job
from shipments.models import Shipment, ShipmentEvent

ALL_PROGRAMS = ("web", "worker", "beat")
READ_SECONDS, WORK_SECONDS, VISIBLE_SECONDS = 600.0, 300.0, 60.0
LOOK_EVERY = 0.01
# Let what starts settle before anything is timed.
QUIET_SECONDS = 3.0


class Shop:
    """A shop with a connected site of the sandbox, while all programs run."""

    def __init__(self, bench: Bench, server: Sandbox, programs: Programs, account: Account) -> None:
        self.bench, self.server, self.programs, self.account = bench, server, programs, account
        self.browser = Browser(programs.port, account.user)

    def add_orders(self, count: int) -> None:
        made = self.server.ask("/sandbox/orders", {"site": SITE, "count": count})["count"]
        expect(made == count, f"the platform made {made} orders")

    def read_all(self) -> int:
        """Have the workers read the site; returns how many orders are open then."""
        self.start_reading()
        wait_for(self.has_read, "the orders are not read", READ_SECONDS)
        return self.account.site.orders.open().count()

    def read_until(self, count: int) -> None:
        """Read again until as many orders are open: the platform's search may lag behind."""
        wait_for(lambda: self.read_all() >= count, "the orders are not read", READ_SECONDS)

    def start_reading(self) -> None:
        self.run = sync.request_sync(self.account.site)

    def has_read(self) -> bool:
        return SyncRun.objects.filter(pk=self.run.pk, state="done").exists()

    @property
    def cpu(self) -> tuple[float, float]:
        return self.programs.all_cpu(), self.bench.servers.cpu()


@contextmanager
def running_shop(bench: Bench, name: str, **env: str) -> Iterator[Shop]:
    with sandbox(bench, name) as server, bench.database() as database:
        installation, site = server.install()
        account = make_account("Bench", installation=installation, site=site)
        with Programs(bench, database, ALL_PROGRAMS, **(server.environment() | env)) as programs:
            webhook = f"http://127.0.0.1:{programs.port}/webhooks/{account.site.platform}/"
            server.ask("/sandbox/knobs", {"webhook_url": webhook})
            time.sleep(QUIET_SECONDS)
            yield Shop(bench, server, programs, account)


def press_workload(bench: Bench) -> Iterator[Result]:
    """The button of the import page until every order is a draft. The floor copies as many rows."""
    for count in bench.sizes.presses:
        # More calls a minute than production allows: what is timed begins when the orders are there.
        with running_shop(bench, f"press-{count}", REQUESTS_PER_MINUTE="100000") as shop:
            shop.add_orders(count)
            shop.read_until(count)
            yield _press(shop, count)


def _press(shop: Shop, count: int) -> Result:
    open_orders = shop.account.site.orders.open().count()
    expect(open_orders >= count, f"only {open_orders} of {count} orders were read")
    # The merchant presses on a page that is open. Its web process may be another one than the press meets.
    token = shop.browser.token("/zendingen/importeren/")
    time.sleep(QUIET_SECONDS)
    own, database = shop.cpu
    started = time.monotonic()
    body = f"all_matching=site%3D{shop.account.site.public_id}&key=press-{count}"
    status = shop.browser.post("/zendingen/importeren/start/", body, token)
    answered = time.monotonic() - started
    expect(status in (200, 302), f"the press was answered with {status}")
    wait_for(_is_imported, "the orders are not imported", WORK_SECONDS, LOOK_EVERY)
    wall = time.monotonic() - started
    own, database = shop.cpu[0] - own, shop.cpu[1] - database
    made = Shipment.objects.filter(status="draft").count()
    expect(made >= count, f"{made} drafts of {count} orders")
    return Result(
        f"press to drafts, {count}",
        "s from the press to the last draft",
        wall,
        None,
        own,
        database,
        sum(shop.programs.memory().values()),
        measures={"drafts": made, "answer_seconds": answered, "floor_wall": _copied(shop)},
    )


def _is_imported() -> bool:
    return Job.objects.filter(kind="import", finished_at__isnull=False).exists()


def _copied(shop: Shop) -> float:
    """Seconds of the same rows by COPY: what the machine needs at least."""
    rows = StoredRows([Shipment.objects.all(), ShipmentEvent.objects.filter(shipment__shop=shop.account.shop)])
    started = time.monotonic()
    rows.copy()
    wall = time.monotonic() - started
    rows.check()
    rows.drop()
    return wall


def visible_workload(bench: Bench) -> Iterator[Result]:
    """From the payment at the platform until the import page would show the order, told by webhook."""
    with running_shop(bench, "visible", REQUESTS_PER_MINUTE="100000") as shop:
        shop.read_all()
        yield _visible(shop, "idle", lambda number: number < shop.bench.sizes.payments)
        shop.add_orders(bench.sizes.busy_orders)
        # Orders above the sandbox's limit come without webhooks, so only the reading tells of them.
        shop.start_reading()
        yield _visible(shop, "busy", lambda number: number < 3 or not shop.has_read())


def _visible(shop: Shop, when: str, goes_on: Callable[[int], bool]) -> Result:
    own, database = shop.cpu
    waits: list[float] = []
    while goes_on(len(waits)):
        waits.append(_pay(shop))
    own, database = shop.cpu[0] - own, shop.cpu[1] - database
    return Result(
        f"paid to visible, {when}",
        "s, 95 of 100 are faster",
        percentile(waits, 0.95),
        None,
        own,
        database,
        sum(shop.programs.memory().values()),
        measures={"orders": len(waits), "median": statistics.median(waits), "slowest": max(waits)},
    )


def _pay(shop: Shop) -> float:
    """Place an order that is paid a moment later; seconds from the payment until it can be imported."""
    unpaid = {"paymentStatus": "NOT_PAID"}
    own_id = shop.server.ask("/sandbox/orders", {"site": SITE, "count": 1, "order": unpaid})["ids"][0]
    time.sleep(0.2)
    started = time.monotonic()
    shop.server.ask(f"/sandbox/orders/{own_id}/pay", {})
    wait_for(lambda: is_visible(own_id), "a paid order does not become visible", VISIBLE_SECONDS, LOOK_EVERY)
    return time.monotonic() - started


def is_visible(order_id: str) -> bool:
    return ExternalOrder.objects.filter(external_id=order_id, eligibility="open").exists()
