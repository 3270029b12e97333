"""Looking things up from anywhere: shipments, orders that can be imported, and pages."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integrations.models import ExternalOrder
from integrations.providers import all_providers
from lib.text import clean_text
from shipments.models import Shipment
from shipments.queries.filters import waiting_orders
from shops.models import Shop

LONGEST = 200
MOST_OF_A_KIND = 6
PRINT = "p "
"""Before a number: print its label instead of opening it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A page one can go to, and the words it is found by."""

    title: Promise | str
    url_name: str
    icon: str
    needs_connection: bool = False
    platform: str = ""

    @property
    def url(self) -> str:
        return reverse(self.url_name, args=[self.platform] if self.platform else [])


PLACES = (
    Place(_("Import external orders"), "shipments:import", "import", needs_connection=True),
    Place(_("Shipments"), "shipments:list", "parcel"),
    Place(_("Parcel preferences"), "shops:preferences", "gear"),
    Place(_("Dashboard"), "dashboard", "home"),
    Place(_("Downloads"), "shipments:downloads", "download"),
    Place(_("New shipment"), "shipments:new", "plus"),
    Place(_("Customs needed"), "shipments:customs", "customs"),
    Place(_("Scan and print"), "shipments:scan", "printer"),
    Place(_("Import shipments from a file"), "shipments:upload", "import"),
    Place(_("External integrations"), "integrations:overview", "plug"),
    Place(_("Sender address"), "shops:sender", "gear"),
    Place(_("Label format"), "shops:labels", "gear"),
    Place(_("Keyboard shortcuts"), "shipments:keys", "help"),
)
FIRST_PLACES, MOST_PLACES = 3, 4


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed or scanned: the words, and whether its label must be printed."""

    text: str
    wants_print: bool

    @property
    def words(self) -> list[str]:
        return self.text.casefold().lstrip("#").split()


def asked(typed: str) -> Asked:
    """Read a search box: ``p 10517`` asks for the label of 10517."""
    text = clean_text(typed, LONGEST)[0]
    if text[: len(PRINT)].casefold() == PRINT:
        return Asked(text[len(PRINT) :].strip(), wants_print=True)
    return Asked(text, wants_print=False)


def exact(shop: Shop, text: str) -> Shipment | None:
    """The one shipment with exactly this barcode or order number; None when there is none, or more than one."""
    code = text.strip().lstrip("#")
    if not code:
        return None
    found = shop.shipments.filter(Q(barcode=code.upper().replace(" ", "")) | Q(reference=code))[:2]
    rows = list(found)
    return rows[0] if len(rows) == 1 else None


def shipments(shop: Shop, words: list[str]) -> QuerySet[Shipment]:
    """The newest few in which every word occurs."""
    rows = shop.shipments.all()
    for word in words:
        rows = rows.filter(search_text__contains=word)
    return rows.order_by("-created_at", "-pk")[:MOST_OF_A_KIND]


def orders(shop: Shop, words: list[str]) -> QuerySet[ExternalOrder]:
    """The newest few open orders in which every word occurs, of sites that are connected."""
    rows = waiting_orders().filter(shop=shop)
    for word in words:
        rows = rows.filter(search_text__contains=word)
    return rows.select_related("connection").order_by("-placed_at", "-pk")[:MOST_OF_A_KIND]


def places(words: list[str], *, connected: bool) -> list[Place]:
    """Pages by name in the reader's language; the three most used while nothing was asked."""
    able = [place for place in PLACES if connected or not place.needs_connection]
    able += [Place(one.name, "integrations:platform", "plug", platform=one.platform) for one in all_providers()]
    if not words:
        return able[:FIRST_PLACES]
    found = [place for place in able if all(word in str(place.title).casefold() for word in words)]
    return found[:MOST_PLACES]
