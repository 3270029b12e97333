"""Search in shipments, orders that can be imported, and pages."""

import heapq
from dataclasses import dataclass
from itertools import islice

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integrations.models import ExternalOrder
from integrations.providers import all_providers
from lib.search_text import MAX_QUERY_LENGTH, Word, normal_form, parse_words, spellings
from lib.text import clean_text
from shipments.models import FurtherParcel, Shipment
from shipments.queries.filters import waiting_orders
from shipments.queries.first_found import Found, first_found
from shops.models import Shop

MAX_PER_GROUP, MAX_SAME_NUMBER, MAX_EXACT = 6, 50, 20
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
    PageLink(_("Addresses"), "shipments:addresses", "pin"),
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
    def words(self) -> list[Word]:
        return parse_words(self.text)


def parse_query(typed: str) -> SearchQuery:
    """``p 10517`` prints the label of 10517."""
    text = clean_text(typed, MAX_QUERY_LENGTH)[0]
    if text[: len(PRINT_PREFIX)].casefold() == PRINT_PREFIX:
        return SearchQuery(text[len(PRINT_PREFIX) :].strip(), wants_print=True)
    return SearchQuery(text, wants_print=False)


def find_exact(shop: Shop, text: str) -> Shipment | None:
    """The only shipment that ``find_all_exact`` finds. None when there is none or more than one."""
    rows = find_all_exact(shop, text)
    return rows[0] if len(rows) == 1 else None


def find_all_exact(shop: Shop, text: str) -> list[Shipment]:
    """Shipments with exactly this barcode or order number, however it is typed or scanned: with blanks, dashes and
    stops or without. At most ``MAX_EXACT``, the newest first.
    """
    code, typed = normal_form(text), text.strip().lstrip("#")
    if not code:
        return []
    barcode = code.upper()
    of_several = FurtherParcel.objects.filter(shipment__shop=shop, barcode=barcode).order_by().values("shipment")
    # One lookup in an index each; with OR between them every shipment would be read.
    mine = shop.shipments.order_by().values("pk")
    ids = mine.filter(barcode=barcode).union(mine.filter(reference=typed), of_several)
    return list(shop.shipments.filter(pk__in=ids).order_by("-pk")[:MAX_EXACT]) or _same_number(shop, code)


def _same_number(shop: Shop, code: str) -> list[Shipment]:
    """Those whose number is the same but for its signs, among the newest in which it stands."""
    found = first_found(shop.shipments.order_by("-listed_at", "-pk"), [(code,)], MAX_SAME_NUMBER)
    return [row for row in found.rows if code in (normal_form(row.reference), normal_form(row.barcode or ""))]


def find_shipments(shop: Shop, words: list[Word]) -> Found[Shipment]:
    return first_found(shop.shipments.order_by("-listed_at", "-pk"), words, MAX_PER_GROUP)


def find_orders(shop: Shop, words: list[Word]) -> Found[ExternalOrder]:
    """Site by site: each has an index of its orders by date, and a shop with several has none."""
    rows = waiting_orders().select_related("connection").order_by("-listed_at", "-pk")
    sites = [first_found(rows.filter(connection=site), words, MAX_PER_GROUP) for site in shop.connections.active()]
    newest = heapq.merge(*(site.rows for site in sites), key=lambda row: (row.listed_at, row.pk), reverse=True)
    return Found([*islice(newest, MAX_PER_GROUP)], any(site.is_partial for site in sites))


def find_pages(words: list[Word], *, connected: bool) -> list[PageLink]:
    """Pages by name in the reader's language; the three most used without words."""
    reachable = [page for page in PAGES if connected or not page.needs_connection]
    reachable += [
        PageLink(provider.name, "integrations:platform", "plug", platform=provider.platform)
        for provider in all_providers()
    ]
    if not words:
        return reachable[:DEFAULT_PAGES]
    return [page for page in reachable if _has_title(page, words)][:MAX_PAGES]


def _has_title(page: PageLink, words: list[Word]) -> bool:
    title = " ".join(spellings(str(page.title)))
    return all(any(spelling in title for spelling in word) for word in words)
