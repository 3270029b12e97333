"""The programs as in production against the sandbox, and a merchant who meets failures; see ``tests.failures``."""

import html
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.backing_services import Services
from tests.mail_server import MailServer
from tests.merchant import Merchant
from tests.stack import Stack, eventually

# As in production, but for the waits between two tries.
INTERVALS = {
    "WORK_SWEEP_SECONDS": "10",
    "SYNC_EVERY_SECONDS": "5",
    "SYNC_STALE_SECONDS": "1",
    "RETRY_BASE_SECONDS": "1",
    "RETRY_CAP_SECONDS": "5",
    "RECONNECT_BASE_SECONDS": "2",
}
SITE_PAGE, KEY_PAGE, LIST_PAGE = "/integratie/wix/", "/instellingen/algemeen/", "/zendingen/"
# Who looks at it has the site read: where webhooks arrive, it is read by itself once an hour.
IMPORT_PAGE = "/zendingen/importeren/"
TEAM_PAGE = "/instellingen/team/"
SHIPMENT_LINK = r'href="?(?:/zendingen/)?([0-9a-f]{8}-[0-9a-f-]{27})/'


@dataclass
class World:
    """The programs, a merchant with a connected site, a label and a draft, and their pages."""

    stack: Stack
    services: Services
    merchant: Merchant
    mails: MailServer
    connection: str = ""
    order_page: str = ""
    draft_page: str = ""
    # The order at Wix, the page of its parcel and of the job, of the label that a class of failure meets.
    fresh_order: str = ""
    fresh_page: str = ""
    job_page: str = ""

    def wix(self, **switches: object) -> None:
        self.stack.ask("/sandbox/knobs", dict(switches))

    def gateway(self, **switches: object) -> None:
        self.stack.ask("/sandbox/myparcel/knobs", dict(switches))

    def poll(self) -> None:
        """The gateway is asked for every parcel, as ``manage.py refresh_tracking`` does."""
        self.stack.manage("refresh_tracking")

    def import_fresh(self) -> None:
        """Another order becomes a draft."""
        self.fresh_order, self.fresh_page = self.import_one()

    def label_fresh(self) -> None:
        answer = self.merchant.post("/zendingen/labels/", shipment=[self.fresh_page.split("/")[2]], layout="a6")
        self.job_page = answer.url.removeprefix(self.stack.base)

    def import_one(self) -> tuple[str, str]:
        """The id of a new order at Wix, and the page of its parcel."""
        (order,) = self.stack.ask("/sandbox/orders", {"site": self.merchant.site, "count": 1})["ids"]
        rows = self.stack.ask(f"/sandbox/state.json?site={quote(self.merchant.site)}")["orders"]
        number = next(row["number"] for row in rows if row["id"] == order)
        address = {"all_matching": f"site={self.connection}&destination=nl", "key": order}
        eventually(lambda: str(number) in self.merchant.get(IMPORT_PAGE), 60)
        self.merchant.post(f"{IMPORT_PAGE}start/", **address)
        found = eventually(lambda: re.search(SHIPMENT_LINK, self.merchant.get(f"{LIST_PAGE}?tab=all&q={number}")), 90)
        return order, f"{LIST_PAGE}{found[1]}/"


@contextmanager
def world() -> Iterator[World]:
    with tempfile.TemporaryDirectory(prefix="failures-") as folder:
        for name in ("DATABASE_URL", "REDIS_URL"):
            os.environ.pop(name, None)
        services = Services()
        services.start()
        mails = MailServer()
        mails.listen()
        where = {"DATABASE_URL": services.database_url, "REDIS_URL": services.redis_url, "EMAIL_URL": mails.url}
        stack = Stack(Path(folder), **where, **INTERVALS)
        try:
            stack.start()
            yield _prepared(World(stack, services, Merchant(stack), mails))
        finally:
            if stack.program is not None:
                stack.stop()
            mails.stop()
            services.stop()


def _prepared(world: World) -> World:
    """One order from Wix with a real label, and one that is a draft, of which the site still has to be told."""
    world.merchant.sender()
    world.merchant.key()
    world.connection = world.merchant.connect()
    _order, world.order_page = world.import_one()
    world.merchant.post("/zendingen/labels/", all_matching="tab=drafts", layout="a6", key="labels")
    eventually(lambda: world.merchant.count("to_print"), 90)
    _order, world.draft_page = world.import_one()
    return world


def html_of(world: World, page: str) -> str:
    own = {"order": world.order_page, "draft": world.draft_page, "fresh": world.fresh_page, "job": world.job_page}
    page = own.get(page, page)
    return world.merchant.http.get(world.stack.base + page, timeout=30).text


def words_of(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def sentence(markup: str, says: str) -> str:
    """The notice that says so, from its title on, or else the words around it."""
    notices = [words_of(">" + part) for part in markup.split('class="notice ')[1:]]
    words = words_of(markup)
    found = next((notice for notice in notices if says in notice), words[max(0, words.find(says) - 80) :])
    return found[found.rfind('">', 0, 60) + 1 :][:360].strip('"> ')
