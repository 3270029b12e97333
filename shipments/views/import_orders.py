"""The import page (Importeer externe orders)."""

import hashlib
import uuid
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from carriers.import_blockers import import_blocker
from carriers.parcels import Destination
from integrations.messages import connection_message
from integrations.models import Connection, ExternalOrder, UnreadableOrder
from integrations.providers import connect_url
from integrations.services import read_again, sync
from integrations.services.circuit_breaker import error_kind
from jobs import runner
from lib.http import ApiError
from shipments.job_kinds import JobKind
from shipments.models import Shipment
from shipments.presentation.import_rows import ImportRow, render_import_row
from shipments.queries import filters
from shipments.queries.counts import waiting_by_zone
from shipments.queries.first_found import LONG_WALK
from shipments.queries.import_sites import site_facts
from shipments.services.drafts.remembered_customs import find_remembered_customs
from shipments.services.imports.order_customs import skus_to_look_up
from shipments.services.imports.order_import import import_now, start_import
from shipments.services.imports.order_to_draft import draft_from_order
from shipments.services.imports.shipping_rules import load_rules, may_leave_eu
from shipments.views.jobs import job_context
from shipments.views.shipment_list import DESTINATION_NAMES, latest_job, redirect_back
from shops.models import PackagePreferences, Shop
from shops.services.preferences import get_preferences
from shops.tenancy import ShopRequest

MAX_UNREADABLE = 20
OUTSIDE_EU = filters.DESTINATIONS["world"]


@dataclass(frozen=True, slots=True)
class SiteTab:
    connection: Connection
    waiting: int
    is_syncing: bool
    is_partly_unreadable: bool
    running_import: uuid.UUID | None
    newest: datetime | None

    @property
    def state(self) -> str:
        """Changes when the list of this site changes. The page compares it to detect new orders."""
        return f"{self.waiting}-{self.newest.timestamp():.3f}" if self.newest else "0"


@require_GET
def import_orders(request: ShopRequest) -> HttpResponse:
    """Shows stored open orders, one tab per site. A sync of stale data runs in the background."""
    tabs = site_tabs(request.shop)
    active = [tab for tab in tabs if tab.connection.is_active]
    if not active:
        messages.error(request, _no_connection_message(tabs))
        return redirect(connect_url())
    requested = sync.refresh_if_stale([tab.connection for tab in active])
    wanted = request.GET.get("site", "")
    tab = next((tab for tab in active if str(tab.connection.public_id) == wanted), active[0])
    preferences = get_preferences(request.shop)
    facts = {
        "tabs": tabs,
        "tab": tab,
        "connection": tab.connection,
        "preferences": preferences,
        "destinations": DESTINATION_NAMES,
        "key": uuid.uuid4().hex,
        "unreadable": _unreadable(tab),
        "syncing": tab.is_syncing or tab.connection.pk in requested,
        "has_news": request.GET.get("state", tab.state) != tab.state,
        "list_target": "#orders",
    }
    job = latest_job(request, JobKind.IMPORT)
    if job is not None:
        facts |= job_context(job, request, in_list=True)
    facts |= _list(request.GET, tab, preferences)
    return render(request, "shipments/import.html", facts)


def _unreadable(tab: "SiteTab") -> list[UnreadableOrder]:
    if not tab.is_partly_unreadable:
        return []
    return list(tab.connection.unreadable_orders.select_related("connection")[:MAX_UNREADABLE])


def site_tabs(shop: Shop) -> list[SiteTab]:
    return [SiteTab(connection, **facts) for connection, facts in site_facts(shop)]


def _list(query: QueryDict, tab: SiteTab, preferences: PackagePreferences) -> dict[str, object]:
    connection = tab.connection
    found = filters.narrow_orders(connection, query)
    listing = filters.listing(found, query, filters.order_sorts(query), among=connection.orders.all())
    rows = _rows(listing.rows, preferences, with_imported=bool(query.get("include_imported")))
    matching = _matching(query, connection)
    importable, abroad, more = _numbers(QueryDict(matching), tab, is_blocked=_blocks_outside_eu(preferences))
    on_page = sum(row.can_import for row in rows)
    return {
        "listing": listing,
        "looked_through": LONG_WALK,
        "rows": rows,
        "blocked": max(abroad, sum(row.plan.blocker is not None for row in rows)),
        "importable": importable,
        # Behind the number when there are more.
        "more": more,
        "has_more_pages": importable > on_page,
        "every": query.get("select") == "all",
        "matching": matching,
        "is_narrowed": any(query.get(name) for name in ("q", "destination")),
    }


def _numbers(query: QueryDict, tab: SiteTab, *, is_blocked: bool) -> tuple[int, int, str]:
    """Orders that can be imported, those that cannot because of their zone, and "+" when counting stopped.

    The counters know every zone; what a search finds has to be counted.
    """
    destination = query.get("destination", "")
    is_narrowed = destination in filters.DESTINATIONS
    if (searched := filters.search_orders(tab.connection, query)) is not None:
        zones, more = searched
    elif is_blocked or is_narrowed:
        zones, more = Counter(waiting_by_zone(tab.connection)), ""
        zones = Counter({destination: zones[destination]}) if is_narrowed else zones
    else:
        return tab.waiting, 0, ""
    abroad = zones["world"] if is_blocked else 0
    return zones.total() - abroad, abroad, more


def _blocks_outside_eu(preferences: PackagePreferences) -> bool:
    """False where a rule may choose a carrier for them: each order is then looked at when it is imported."""
    if may_leave_eu(load_rules(preferences), preferences.capabilities):
        return False
    return import_blocker(preferences.carrier, Destination("US"), preferences.capabilities) is not None


def _rows(orders: list[ExternalOrder], preferences: PackagePreferences, *, with_imported: bool) -> list[ImportRow]:
    imported = (
        Shipment.objects.filter(order__in=orders).select_related("created_by").order_by("-parcel_number")
        if with_imported
        else ()
    )
    shipments = {shipment.order_id: shipment for shipment in imported}
    skus = (sku for order in orders for sku in skus_to_look_up(order.order))
    rules = load_rules(preferences)
    known = find_remembered_customs(orders[0].shop_id, skus) if orders else {}
    return [
        ImportRow(order, draft_from_order(order.order, preferences, known, rules), shipments.get(order.pk))
        for order in orders
    ]


def _matching(query: QueryDict, connection: Connection) -> str:
    kept = query.copy()
    kept["site"] = str(connection.public_id)
    for name in ("after", "before", "page_size", "include_imported", "select", "state"):
        kept.pop(name, None)
    return kept.urlencode()


def _no_connection_message(tabs: list[SiteTab]) -> str:
    if tabs:
        return _("Your webshop connection is paused. Solve the problem shown here; then its orders can be imported.")
    return _("Connect a webshop first; then its orders can be imported.")


@require_POST
def import_selected(request: ShopRequest) -> HttpResponse:
    """Import one order, the selected ones, or all that match. Repeated submits of a form start one import."""
    orders = _selected_orders(request)
    if not orders.exists():
        messages.error(request, _("Choose at least one order to import."))
        return redirect_back(request, "shipments:import")
    if request.htmx and request.POST.get("order_id"):
        return _import_row(request, orders)
    start_import(request.shop, request.user, orders=orders, key=_key(request.POST))
    return redirect_back(request, "shipments:import")


def _import_row(request: ShopRequest, orders: QuerySet[ExternalOrder]) -> HttpResponse:
    job = import_now(request.shop, request.user, orders=orders, key=_key(request.POST))
    preferences = get_preferences(request.shop)
    order = orders.select_related("connection").get()
    row = _rows([order], preferences, with_imported=True)[0]
    item = job.items.first()
    if row.shipment is not None:
        runner.dismiss(job)
        row = replace(row, announcement=_("Order %(order)s imported") % {"order": order.number})
    elif item is not None and item.message:
        row = replace(row, failure=item.message, announcement=item.message)
    return HttpResponse(render_import_row(row))


def _key(data: QueryDict) -> str:
    """The same form with the same selection gives the same job."""
    form, matching, single = data.get("key") or uuid.uuid4().hex, data.get("all_matching"), data.get("order_id")
    choice = [matching] if matching else [single] if single else sorted(data.getlist("order"))
    return hashlib.sha256("\n".join([str(form), *map(str, choice)]).encode()).hexdigest()


def _selected_orders(request: ShopRequest) -> QuerySet[ExternalOrder]:
    if request.POST.get("all_matching"):
        return _matching_orders(request, QueryDict(request.POST["all_matching"]))
    single = request.POST.get("order_id")
    wanted = [single] if single else request.POST.getlist("order")
    return request.shop.externalorders.filter(public_id__in=filters.parse_uuids(wanted)).order_by("-listed_at", "-pk")


def _matching_orders(request: ShopRequest, query: QueryDict) -> QuerySet[ExternalOrder]:
    connection = get_object_or_404(
        request.shop.connections.active(), public_id__in=filters.parse_uuids([query.get("site", "")])
    )
    name, descending = filters.parse_sort(query, filters.ORDER_SORTS)
    orders = filters.open_orders(connection, query)
    if _blocks_outside_eu(get_preferences(request.shop)):
        orders = orders.exclude(OUTSIDE_EU)
    return filters.rows_behind(orders, filters.ORDER_SORTS[name], None, descending=descending)


@require_POST
def retry_unreadable(request: ShopRequest, pk: int) -> HttpResponse:
    own = request.shop.unreadableorders.filter(connection__state=Connection.State.ACTIVE)
    unreadable = get_object_or_404(own.select_related("connection"), pk=pk)
    platform = unreadable.connection.platform
    try:
        is_there = read_again.retry_unreadable(unreadable)
    except ApiError as error:
        messages.error(request, str(connection_message(platform, error_kind(error))))
    else:
        name = unreadable.connection.platform_name
        if not is_there:
            gone = _("{platform} no longer has this order, so it was removed from the list.")
            messages.info(request, gone.format(platform=name))
        elif own.filter(pk=pk).exists():
            wrong = _("The order still cannot be read. Correct it in {platform}, then try again.")
            messages.error(request, wrong.format(platform=name))
        else:
            messages.success(request, _("The order was read again."))
    return redirect(reverse("shipments:import") + f"?site={unreadable.connection.public_id}")
