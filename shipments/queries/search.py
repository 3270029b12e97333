"""Search in shipments, orders that can be imported, and pages."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integrations.models import ExternalOrder
from integrations.providers import all_providers
from lib.text import clean_text
from shipments.models import FurtherParcel, Shipment
from shipments.queries.filters import waiting_orders
from shops.models import Shop

MAX_QUERY_LENGTH = 200
MAX_PER_GROUP = 6
# Prefix of a number: print the label instead of opening the shipment.
PRINT_PREFIX = "p "


@dataclass(frozen=True, slots=True)
class PageLink:
    title: Promise | str
    url_name: str
    icon: str
    needs_connection: bool = False
    platform: str = ""

    @property
    def url(self) -> str:
        return reverse(self.url_name, args=[self.platform] if self.platform else [])


PAGES = (
    PageLink(_("Import external orders"), "shipments:import", "import", needs_connection=True),
    PageLink(_("Shipments"), "shipments:list", "parcel"),
    PageLink(_("Parcel preferences"), "shops:preferences", "gear"),
    PageLink(_("Dashboard"), "dashboard", "home"),
    PageLink(_("Downloads"), "shipments:downloads", "download"),
    PageLink(_("New shipment"), "shipments:new", "plus"),
    PageLink(_("Customs needed"), "shipments:customs", "customs"),
    PageLink(_("Scan and print"), "shipments:scan", "printer"),
    PageLink(_("Import shipments from a file"), "shipments:upload", "import"),
    PageLink(_("External integrations"), "integrations:overview", "plug"),
    PageLink(_("Sender address"), "shops:sender", "gear"),
    PageLink(_("Label format"), "shops:labels", "gear"),
    PageLink(_("Keyboard shortcuts"), "shipments:shortcuts", "help"),
)
DEFAULT_PAGES, MAX_PAGES = 3, 4


@dataclass(frozen=True, slots=True)
class SearchQuery:
    text: str
    wants_print: bool

    @property
    def words(self) -> list[str]:
        return self.text.casefold().lstrip("#").split()


def parse_query(typed: str) -> SearchQuery:
    """``p 10517`` prints the label of 10517."""
    text = clean_text(typed, MAX_QUERY_LENGTH)[0]
    if text[: len(PRINT_PREFIX)].casefold() == PRINT_PREFIX:
        return SearchQuery(text[len(PRINT_PREFIX) :].strip(), wants_print=True)
    return SearchQuery(text, wants_print=False)


def find_exact(shop: Shop, text: str) -> Shipment | None:
    """The only shipment with exactly this barcode or order number; None when there is none or more than one."""
    code = text.strip().lstrip("#")
    if not code:
        return None
    barcode = code.upper().replace(" ", "")
    of_several = FurtherParcel.objects.filter(shipment__shop=shop, barcode=barcode).values("shipment")
    found = shop.shipments.filter(Q(barcode=barcode) | Q(reference=code) | Q(pk__in=of_several))[:2]
    rows = list(found)
    return rows[0] if len(rows) == 1 else None


def find_shipments(shop: Shop, words: list[str]) -> QuerySet[Shipment]:
    rows = shop.shipments.all()
    for word in words:
        rows = rows.filter(search_text__contains=word)
    return rows.order_by("-created_at", "-pk")[:MAX_PER_GROUP]


def find_orders(shop: Shop, words: list[str]) -> QuerySet[ExternalOrder]:
    rows = waiting_orders().filter(shop=shop)
    for word in words:
        rows = rows.filter(search_text__contains=word)
    return rows.select_related("connection").order_by("-placed_at", "-pk")[:MAX_PER_GROUP]


def find_pages(words: list[str], *, connected: bool) -> list[PageLink]:
    """Pages by name in the reader's language; the three most used without words."""
    reachable = [page for page in PAGES if connected or not page.needs_connection]
    reachable += [
        PageLink(provider.name, "integrations:platform", "plug", platform=provider.platform)
        for provider in all_providers()
    ]
    if not words:
        return reachable[:DEFAULT_PAGES]
    found = [page for page in reachable if all(word in str(page.title).casefold() for word in words)]
    return found[:MAX_PAGES]
