"""Takes orders the whole way through the product, between healthy ones, and says what went wrong with which."""

import json
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import responses
from django.test import Client
from django.utils.translation import override

from integrations.models import Connection, ExternalOrder, UnreadableOrder
from integrations.providers.wix.tests.bodies import API, body
from integrations.providers.wix.tests.poison import Poison, healthy, json_of
from integrations.services import fulfillments, read_again, sync
from integrations.tests.factories import make_connection
from jobs import runner
from shipments.services.imports import order_changes
from shipments.services.imports.auto_import import start_due
from shipments.services.imports.order_import import start_import
from shipments.services.labels import register
from shipments.tests.factories import fill_sender
from shops.models import Shop

# A healthy order stands before so many.
NEIGHBOR_EVERY = 10
FIRST_NEIGHBOR = 900_001
MAX_READINGS = 40
SENTENCE = re.compile(r"[A-Z0-9].{20,}[.]", re.DOTALL)
# What only a program says.
CODES = re.compile(r"lineItems|Error|Exception|_parsing|Traceback|[a-z]\.[a-z]|[{}_]")
JOB_SECONDS = 3600
ORDER_PAGES = ("", "&sort=placed", "&sort=-placed", "&sort=total", "&sort=-total", "&q=lindelaan")
DRAFT_PAGES, LABEL_PAGES = ("", "bewerken/"), ("pakbon/",)
LISTS = (
    "/", "/zendingen/?page_size=100", "/zendingen/?page_size=100&sort=reference",
    "/zendingen/?page_size=100&sort=-weight", "/zendingen/?page_size=100&sort=person",
    "/downloads/", "/cijfers/", "/integratie/wix/", "/integratie/",
    "/zendingen/douane/", "/zoeken/?q=lindelaan", "/zoeken/?q=%00",
)  # fmt: skip


@dataclass
class Report:
    """What the run counted and what it found."""

    orders: int = 0
    stored: int = 0
    refused: int = 0
    imported: int = 0
    labels: int = 0
    pages: int = 0
    look_at_every: int = 1
    findings: list[str] = field(default_factory=list)

    def note(self, where: str, error: object) -> None:
        kind = f"{type(error).__name__} " if isinstance(error, BaseException) else ""
        self.findings.append(f"{where}: {kind}{error}"[:600])

    def __str__(self) -> str:
        counts = f"{self.orders} orders, {self.stored} stored, {self.refused} refused with a sentence, "
        return (
            counts + f"{self.imported} drafts, {self.labels} labels, {self.pages} pages, {len(self.findings)} findings"
        )


class _Errors(logging.Handler):
    """What the product caught and wrote down: contained, and still a fault of ours."""

    def __init__(self, report: Report) -> None:
        super().__init__(logging.ERROR)
        self._report = report

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self._report.note(f"log {record.name}: {record.getMessage()}", error or "")


@dataclass
class Wix:
    """The network edge: answers searches and questions for one order with exactly these texts, by order id."""

    rows: list[tuple[str, str]]
    page_size: int = 50

    def search(self, request: Any) -> tuple[int, dict[str, str], str]:
        asked = json.loads(request.body)["search"]
        wanted = asked.get("filter", {})
        following = ""
        if "id" in wanted:
            rows = [text for own_id, text in self.rows if own_id in wanted["id"]["$in"]]
        elif "number" in wanted:
            rows = [text for _id, text in self.rows if f'"number": {json.dumps(wanted["number"])}' in text[:200]][:10]
        else:
            start = int(asked["cursorPaging"].get("cursor") or 0)
            rows = [text for _id, text in self.rows[start : start + self.page_size]]
            following = str(start + self.page_size) if start + self.page_size < len(self.rows) else ""
        metadata = json.dumps({"hasNext": bool(following), "cursors": {"next": following}})
        return 200, {}, f'{{"orders": [{", ".join(rows)}], "metadata": {metadata}}}'

    def order(self, request: Any) -> tuple[int, dict[str, str], str]:
        own_id = unquote(request.url.rsplit("/", 1)[1])
        found = next((text for known, text in self.rows if known == own_id), None)
        return (404, {}, "{}") if found is None else (200, {}, f'{{"order": {found}}}')


@contextmanager
def answering(rows: list[tuple[str, str]]) -> Iterator[None]:
    wix, kind = Wix(rows), "application/json"
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add(responses.POST, f"{API}/oauth2/token", json=body("oauth_token_client_credentials_response"))
        mock.add_callback(responses.POST, f"{API}/ecom/v1/orders/search", wix.search, content_type=kind)
        one = re.compile(rf"{API}/ecom/v1/orders/.+")
        mock.add_callback(responses.GET, one, wix.order, content_type=kind)
        mock.add(responses.POST, f"{API}/ecom/v1/fulfillments/list-by-ids", json={"ordersWithFulfillments": []})
        yield


def run(shop: Shop, client: Client, poisons: Sequence[Poison], *, look_at_every: int = 1) -> Report:
    """Reads, imports, looks at every page, makes labels. ``client`` is of the owner, who may also see the admin.

    ``look_at_every``: the pages of one order are those of every so manieth; lists, files and labels are of all.
    """
    report = Report(orders=len(poisons), look_at_every=look_at_every)
    handler = _Errors(report)
    logging.getLogger().addHandler(handler)
    try:
        rows, neighbors = _rows(poisons)
        with answering(rows):
            _take_through(shop, client, poisons, neighbors, report)
    finally:
        logging.getLogger().removeHandler(handler)
    return report


def _rows(poisons: Sequence[Poison]) -> tuple[list[tuple[str, str]], list[str]]:
    """The answers by order id, and the numbers of the healthy orders among them."""
    rows, neighbors = [], []
    for place, poison in enumerate(poisons):
        if place % NEIGHBOR_EVERY == 0:
            neighbor = healthy(FIRST_NEIGHBOR + place)
            neighbors.append(neighbor["number"])
            rows.append((neighbor["id"], json_of(neighbor)))
        rows.append((_id_of(poison), json_of(poison.order)))
    return rows, neighbors


def _id_of(poison: Poison) -> str:
    return str(poison.order.get("id")) if isinstance(poison.order, dict) else ""


def _take_through(
    shop: Shop, client: Client, poisons: Sequence[Poison], neighbors: Sequence[str], report: Report
) -> None:
    fill_sender(shop, key=False)
    connection = make_connection(shop, platform="wix")
    steps: dict[str, Callable[[], None]] = {
        "reading": lambda: _read(connection, poisons, neighbors, report),
        "the import page": lambda: _look_at_orders(connection, client, report),
        "importing": lambda: _import(shop, connection, report),
        "the drafts": lambda: _look_at_shipments(shop, client, DRAFT_PAGES, report),
        "making labels": lambda: _make_labels(shop, client, report),
        "the labels": lambda: _look_at_shipments(shop, client, LABEL_PAGES, report),
        "reading again": lambda: _read_again(connection),
        "the lists": lambda: _look_at_lists(client, report),
        "the admin": lambda: _look_at_admin(shop, client, report),
    }
    for name, step in steps.items():
        try:
            step()
        except Exception as error:  # noqa: BLE001 - every one is a finding
            report.note(name, error)


def _read(connection: Connection, poisons: Sequence[Poison], neighbors: Sequence[str], report: Report) -> None:
    run = sync.request_sync(connection)
    for _turn in range(MAX_READINGS):
        sync.sync_due()
        run.refresh_from_db()
        if run.finished_at:
            break
    connection.refresh_from_db()
    if run.state != "done" or connection.last_error:
        report.note("reading", f"the run is {run.state}: {run.reason} {connection.last_error}")
    known = set(connection.orders.values_list("number", flat=True))
    if lost := [number for number in neighbors if number not in known]:
        report.note("reading", f"neighbors are lost: {lost}")
    stored = set(connection.orders.values_list("external_id", flat=True))
    told = set(connection.unreadable_orders.values_list("external_id", flat=True)) - stored
    report.stored, report.refused = len(stored) - len(neighbors), len(told)
    if len(told | stored) != len(poisons) + len(neighbors):
        missing = [poison.label for poison in poisons if _id_of(poison) not in told | stored]
        report.note("reading", f"{len(told | stored)} are known; of these somebody is missing: {missing}")
    for row in connection.unreadable_orders.all():
        _check_sentence(row, report)


def _check_sentence(row: UnreadableOrder, report: Report) -> None:
    for language in ("nl", "en"):
        with override(language):
            sentence = str(row.message)
        own_words = sentence.replace(row.number, "") if row.number else sentence
        if not SENTENCE.fullmatch(sentence) or CODES.search(own_words):
            report.note("reading", f"no sentence: {sentence}")


def _get(client: Client, path: str, report: Report, **query: str) -> str:
    report.pages += 1
    try:
        answer = client.get(path, query or None)
        content = b"".join(answer) if answer.streaming else answer.content
    except Exception as error:  # noqa: BLE001 - every one is a finding
        report.note(path, error)
        return ""
    if answer.status_code >= 500:
        report.note(path, f"HTTP {answer.status_code}")
    return content.decode("utf-8", "replace")


def _post(client: Client, path: str, report: Report, data: dict[str, Any]) -> None:
    report.pages += 1
    try:
        status = client.post(path, data).status_code
    except Exception as error:  # noqa: BLE001 - every one is a finding
        report.note(f"POST {path}", error)
        return
    if status >= 500:
        report.note(f"POST {path}", f"HTTP {status}")


def _walk(client: Client, page: str, report: Report) -> None:
    """All pages of a list."""
    seen = set()
    while page and page not in seen:
        seen.add(page)
        found = re.search(r'href="([^"]*[?&;]after=[^"]*)"', _get(client, page, report))
        page = found[1].replace("&amp;", "&") if found else ""


def _look_at_orders(connection: Connection, client: Client, report: Report) -> None:
    for more in ORDER_PAGES:
        _walk(client, f"/zendingen/importeren/?site={connection.public_id}&page_size=100{more}", report)
    for order in connection.orders.order_by("pk")[:: report.look_at_every]:
        _post(client, f"/zendingen/importeren/waarom/{connection.public_id}/", report, {"order_number": order.number})


def _import(shop: Shop, connection: Connection, report: Report) -> None:
    orders = ExternalOrder.objects.filter(connection=connection, eligibility="open")
    job = start_import(shop, shop.memberships.get().user, orders=orders, key="poison")
    runner.run_due(seconds=JOB_SECONDS)
    job.refresh_from_db()
    if job.state != "done":
        report.note("importing", f"the job is {job.state}")
    report.imported = shop.shipments.count()


def _look_at_shipments(shop: Shop, client: Client, pages: Sequence[str], report: Report) -> None:
    for shipment in shop.shipments.order_by("pk")[:: report.look_at_every]:
        for page in pages:
            _get(client, f"/zendingen/{shipment.public_id}/{page}", report)
        if shipment.is_draft:
            _post(client, f"/zendingen/{shipment.public_id}/mogelijkheden/", report, {"country": shipment.country})


def _make_labels(shop: Shop, client: Client, report: Report) -> None:
    rows = shop.shipments.order_by("pk")
    owner = shop.memberships.get().user
    register.start_labels(shop, owner, shipments=rows, layout="a6", start=1, key="poison-labels")
    everything = [str(public_id) for public_id in rows.values_list("public_id", flat=True)]
    _post(client, "/zendingen/selectie/exporteren/", report, {"shipment": everything, "key": "poison-file"})
    _post(client, "/zendingen/selectie/exporteren/", report, {"all_matching": "tab=all", "key": "poison-files"})
    runner.run_due(seconds=JOB_SECONDS)
    report.labels = shop.shipments.exclude(barcode="").count()
    for job in shop.jobs.all():
        if job.state != "done":
            report.note("jobs", f"{job} is {job.state}")
        for page in ("", "bestand/", "pakbonnen/"):
            _get(client, f"/zendingen/taken/{job.public_id}/{page}", report)


def _read_again(connection: Connection) -> None:
    for row in connection.unreadable_orders.select_related("connection"):
        read_again.retry_unreadable(row)
    sync.sync_due()
    read_again.refresh_orders(connection, list(connection.orders.all()))
    ExternalOrder.objects.update(changes_pending=True)
    order_changes.apply_due()
    fulfillments.push_due()
    Connection.objects.update(auto_import=True)
    start_due()
    runner.run_due(seconds=JOB_SECONDS)


def _look_at_lists(client: Client, report: Report) -> None:
    for page in LISTS:
        _walk(client, page, report)


def _look_at_admin(shop: Shop, client: Client, report: Report) -> None:
    models = {
        "integrations/externalorder": shop.externalorders,
        "integrations/unreadableorder": shop.unreadableorders,
        "integrations/connection": shop.connections,
        "integrations/syncrun": shop.syncruns,
        "shipments/shipment": shop.shipments,
    }
    for path, rows in models.items():
        _get(client, f"/admin/{path}/", report)
        _get(client, f"/admin/{path}/", report, q="x")
        for pk in rows.order_by("pk").values_list("pk", flat=True)[:: report.look_at_every]:
            _get(client, f"/admin/{path}/{pk}/change/", report)
