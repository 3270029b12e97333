"""What a page costs with few and with many shipments stored: the web process and the database apart."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Thread

from django.db import connection

from benchmarks.context import Account, Bench, use_database
from benchmarks.floors import expect
from benchmarks.programs import Browser, Programs
from benchmarks.results import Result
from benchmarks.seeding import FLOOR_NAME, RARE_NAME, STREET_SIDES, STREETS, TOWNS, seeded_account
from benchmarks.servers import EMPTY
from benchmarks.urls import EMPTY_PAGE
from shipments.models import Shipment

PAGE_SIZE = 50
# One web process answers a browser as long as the line stays open. Its threads and their database connections read
# much once, so a page is asked for this often before it is measured, and at least twice however slow it is.
WARM_UPS, FEWEST_REQUESTS = 6, 2
LIST = "/zendingen/"
IMPORT = "/zendingen/importeren/"
FILTERS = (
    "tab=drafts",
    "tab=to_print",
    "tab=printed",
    "tab=in_transit",
    "tab=delivered",
    "tab=attention",
    "period=today",
    "period=week",
    "period=month",
    "carrier=dhlforyou",
    "destination=be",
    "destination=eu",
    "tab=delivered&carrier=dhlforyou&destination=be",
    "tab=in_transit&period=month&destination=nl",
)
# What is typed, and whether it is typed letter by letter as far as the row that must be found.
SEARCHES = {
    "rare name": RARE_NAME,
    "common town": TOWNS[0],
    "part of a street": f"{STREET_SIDES[5]}{STREETS[0]}"[2:9],
    "barcode": "",
}
SHORTEST_TYPED = 2
ADMIN = "/admin/"
ADMIN_LISTS = (
    "shipments/shipment/",
    "shipments/shipment/?status__exact=delivered",
    "shipments/shipment/?carrier__exact=dhlforyou",
    "shipments/shipment/?p=10",
    "shipments/shipment/?q=quispel",
    "integrations/externalorder/",
    "integrations/externalorder/?q=quispel",
    "integrations/fulfillment/",
    "integrations/fulfillment/?state__exact=needs_attention",
    "integrations/fulfillment/?q=3SBENC000000077",
    "integrations/connection/",
    "integrations/webhookevent/",
    "integrations/syncrun/",
    "jobs/job/",
    "shops/shop/",
    "accounts/user/",
)


@dataclass(frozen=True, slots=True)
class Visit:
    """Milliseconds a request of web and database CPU and of waiting, and the bytes of the page."""

    web: float
    database: float
    wall: float
    size: int
    requests: int
    page: str

    @property
    def cpu(self) -> float:
        return self.web + self.database


class Site:
    """The web processes on one database, and who looks at them."""

    def __init__(self, bench: Bench, programs: Programs, account: Account) -> None:
        self.bench, self.programs, self.account = bench, programs, account
        self.browser = Browser(programs.port, account.user)

    def visit(self, path: str, browser: Browser | None = None, headers: dict[str, str] | None = None) -> Visit:
        """Ask for a page as often as the sizes say, or as the time allows."""
        browser, sizes = browser or self.browser, self.bench.sizes
        start = time.monotonic()
        for asked in range(WARM_UPS):
            page = browser.get(path, headers)
            if asked + 1 >= FEWEST_REQUESTS and time.monotonic() - start > sizes.page_seconds:
                break
        web, database, started, count = self.programs.cpu(), self.bench.servers.cpu(), time.monotonic(), 0
        while count < sizes.requests and (count < FEWEST_REQUESTS or time.monotonic() - started < sizes.page_seconds):
            page = browser.get(path, headers)
            count += 1
        wall = time.monotonic() - started
        web, database = self.programs.cpu() - web, self.bench.servers.cpu() - database
        each = 1000 / count
        return Visit(web * each, database * each, wall * each, len(page.encode()), count, page)


class Sites:
    """The same shop with few and with many shipments, one after the other."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    def open(self, shipments: int) -> Iterator[Site]:
        """One site; a generator, so that everything stops when the loop over it ends."""
        name = self.bench.seeded(shipments)
        use_database(name)
        try:
            with Programs(self.bench, name) as programs:
                yield Site(self.bench, programs, seeded_account())
        finally:
            use_database(EMPTY)


def rows_on(page: str) -> int:
    """Rows of a list of shipments or orders."""
    return page.partition(" data-rows")[2].partition("</table>")[0].count("<tr")


def paths(site: Site) -> dict[str, tuple[str, int]]:
    """The pages by name: the address, and how many rows it must show."""
    shop, total = site.account.shop, site.account.shop.shipments.count()
    middle = shop.shipments.filter(pk__lte=total // 2).order_by("-pk").first()
    full = min(PAGE_SIZE, total)
    found = {"overview": (LIST, full), "overview, middle page": (f"{LIST}?after={middle.public_id}", full)}  # type: ignore[union-attr]
    for query in FILTERS:
        found[f"overview, {query}"] = (f"{LIST}?{query}", -1)
    return found | {
        "import": (IMPORT, min(PAGE_SIZE, site.bench.sizes.open_orders)),
        "settings": ("/instellingen/", 0),
        "dashboard": ("/", 0),
        "figures": ("/cijfers/", 0),
    }


def page_workload(bench: Bench) -> Iterator[Result]:
    """Every page, with few shipments first. The floor is the layout of an empty shop and the rows by one query."""
    visits: list[dict[str, Visit]] = []
    empty: Visit | None = None
    rows = (0.0, 0.0)
    for shipments in (bench.sizes.few, bench.sizes.many):
        for site in Sites(bench).open(shipments):
            visits.append(_visit_all(site))
            if empty is None:
                empty = site.visit(EMPTY_PAGE, Browser(site.programs.port, seeded_account(FLOOR_NAME).user))
            rows = indexed_rows(bench)
    assert empty is not None
    few, many = visits
    for name, visit in many.items():
        yield Result(
            f"page: {name}",
            "ms CPU of the web process",
            visit.web,
            empty.web + (sum(rows) if name.startswith(("overview", "import")) else 0.0),
            visit.web * visit.requests / 1000,
            visit.database * visit.requests / 1000,
            measures={
                "database": visit.database,
                "growth": visit.cpu / few[name].cpu,
                "web_with_few": few[name].web,
                "database_with_few": few[name].database,
                "floor_database": rows[1],
                "wall_ms": visit.wall,
                "bytes": visit.size,
            },
        )


def _visit_all(site: Site) -> dict[str, Visit]:
    visits = {}
    for name, (path, rows) in paths(site).items():
        visits[name] = site.visit(path)
        found = rows_on(visits[name].page)
        is_right = found == rows if rows >= 0 else 0 < found <= PAGE_SIZE
        expect(is_right, f"{path} shows {found} rows")
    return visits


def indexed_rows(bench: Bench) -> tuple[float, float]:
    """Milliseconds of this process and of the database for the newest rows, by the index of their keys."""
    query = Shipment.objects.order_by("-pk").values_list()[: PAGE_SIZE + 1]
    sql, parameters = query.query.sql_with_params()
    times = max(5, bench.sizes.requests)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        own, database = time.process_time(), bench.servers.cpu()
        for _time in range(times):
            cursor.execute(sql, parameters)
            expect(len(cursor.fetchall()) > 0, "there are no rows")
        own, database = time.process_time() - own, bench.servers.cpu() - database
    return own * 1000 / times, database * 1000 / times


def search_workload(bench: Bench) -> Iterator[Result]:
    """Searches as one types: a request for every second letter. The figure is the slowest of them."""
    for site in Sites(bench).open(bench.sizes.many):
        floor = sum(indexed_rows(bench))
        barcode = site.account.shop.shipments.order_by("-pk")[1000 if bench.sizes.many > 5000 else 400].barcode
        for name, text in SEARCHES.items():
            yield _search(site, name, text or str(barcode), floor)


def _search(site: Site, name: str, text: str, floor: float) -> Result:
    steps = [text[:length] for length in range(SHORTEST_TYPED, len(text), 2)] + [text]
    visits = [site.visit(f"/zoeken/?q={step.replace(' ', '+')}", headers={"HX-Request": "true"}) for step in steps]
    expect(f"{LIST}" in visits[-1].page, f"{text} was not found")
    listed = site.visit(f"{LIST}?q={text.replace(' ', '+')}")
    expect(0 < rows_on(listed.page) <= PAGE_SIZE, f"{text} was not found in the list")
    slowest = max([*visits, listed], key=lambda visit: visit.database)
    every = [*visits, listed]
    return Result(
        f"search: {name}",
        "ms of the database, slowest step",
        slowest.database,
        floor,
        sum(visit.web * visit.requests for visit in every) / 1000,
        sum(visit.database * visit.requests for visit in every) / 1000,
        measures={
            "steps": len(steps),
            "mean_database": sum(visit.database for visit in visits) / len(visits),
            "mean_web": sum(visit.web for visit in visits) / len(visits),
            "list_database": listed.database,
            "list_web": listed.web,
        },
    )


def admin_workload(bench: Bench) -> Iterator[Result]:
    """The admin's lists and searches."""
    for site in Sites(bench).open(bench.sizes.many):
        floor = indexed_rows(bench)[1]
        for path in ADMIN_LISTS:
            visit = site.visit(ADMIN + path)
            expect('id="result_list"' in visit.page or "paginator" in visit.page, f"{path} is no list")
            yield Result(
                f"admin: {path}",
                "ms of the database",
                visit.database,
                floor,
                visit.web * visit.requests / 1000,
                visit.database * visit.requests / 1000,
                measures={"web": visit.web, "bytes": visit.size},
            )


READERS = 4


def throughput_workload(bench: Bench) -> Iterator[Result]:
    """Pages a second by two web processes, and as many empty ones. The readers share the machine with them."""
    for site in Sites(bench).open(bench.sizes.few):
        site.visit(LIST)
        own, database = site.programs.cpu(), bench.servers.cpu()
        figure = _pages_a_second(site, LIST, site.account)
        own, database = site.programs.cpu() - own, bench.servers.cpu() - database
        floor = _pages_a_second(site, EMPTY_PAGE, seeded_account(FLOOR_NAME))
        yield Result(
            "pages a second",
            "pages a second",
            figure,
            floor,
            own,
            database,
            sum(site.programs.memory().values()),
        )


def _pages_a_second(site: Site, path: str, account: Account) -> float:
    browsers = [Browser(site.programs.port, account.user) for _reader in range(READERS)]
    deadline = time.monotonic() + site.bench.sizes.throughput_seconds
    counts: list[int] = []
    threads = [Thread(target=_read_until, args=(deadline, browser, path, counts)) for browser in browsers]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expect(len(counts) == READERS, "a reader was not answered")
    return sum(counts) / (time.monotonic() - started)


def _read_until(deadline: float, browser: Browser, path: str, counts: list[int]) -> None:
    count = 0
    while time.monotonic() < deadline:
        browser.get(path)
        count += 1
    counts.append(count)
