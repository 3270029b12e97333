"""Importeer externe orders: what can be imported from where, and what it becomes."""

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import PackagePreferences
from accounts.services import preferences_of
from accounts.tenancy import ShopRequest
from integrations.models import Connection, ExternalOrder, SyncRun, UnreadableOrder
from integrations.services import syncing
from integrations.services.health import kind_of
from integrations.wording import trouble_sentence
from lib.http import ApiError
from shipments import filters
from shipments.concepts import Draft, draft
from shipments.models import Job, Shipment
from shipments.services.importing import start_import
from shipments.views.listing import DESTINATION_NAMES


@dataclass(frozen=True, slots=True)
class Row:
    """An order and the concept it would become."""

    order: ExternalOrder
    plan: Draft
    shipment: Shipment | None

    @property
    def contents(self) -> str:
        return ", ".join(f"{line.to_ship}× {line.name}" for line in self.plan.lines)

    @property
    def warnings(self) -> list[object]:
        return [problem.text for problem in self.plan.problems if not problem.field.startswith("customs")]

    @property
    def needs_customs(self) -> bool:
        return self.plan.customs is not None


@require_GET
def page(request: ShopRequest) -> HttpResponse:
    """The mirrored open orders, a tab for each connected site; the page never waits for the shop."""
    connections = _connections(request)
    if not connections:
        messages.error(request, _("Connect a webshop first; then its orders can be imported."))
        return redirect("integrations:wix")
    syncing.refresh_if_stale(connections)
    wanted = request.GET.get("site", "")
    connection = next((one for one in connections if str(one.public_id) == wanted), connections[0])
    listing = filters.listing(filters.open_orders(connection, request.GET), request.GET, filters.ORDER_SORTS)
    preferences = preferences_of(request.shop)
    rows = _rows(list(listing.page.object_list), preferences)
    page = {
        "connections": [(one, one.waiting) for one in connections],
        "connection": connection,
        "listing": listing,
        "rows": rows,
        "blocked": sum(row.plan.refusal is not None for row in rows),
        "importable": [row for row in rows if row.plan.refusal is None and row.shipment is None],
        "preferences": preferences,
        "destinations": DESTINATION_NAMES,
        "key": uuid.uuid4().hex,
        "matching": _matching(request.GET, connection),
        "unreadable": connection.unreadable_orders.all()[:20] if connection.is_partly_unreadable else [],
        "syncing": connection.is_syncing or connection.synced_at is None,
        "running": request.shop.jobs.unfinished().filter(kind=Job.Kind.IMPORT).first(),
    }
    return render(request, "shipments/import.html", page)


def _connections(request: ShopRequest):  # type: ignore[no-untyped-def]
    """The active connections with how much waits there, and whether they are being read."""
    waiting = ExternalOrder.objects.open().filter(connection=OuterRef("pk")).exclude(shipments__isnull=False)
    per_connection = waiting.order_by().values("connection").annotate(number=Count("pk")).values("number")
    return list(
        request.shop.connections.active().annotate(
            waiting=Coalesce(Subquery(per_connection), 0),
            is_syncing=Exists(SyncRun.objects.filter(connection=OuterRef("pk"), state__in=["queued", "running"])),
            is_partly_unreadable=Exists(UnreadableOrder.objects.filter(connection=OuterRef("pk"))),
        )
    )


def _rows(orders: list[ExternalOrder], preferences: PackagePreferences) -> list[Row]:
    shipments = {one.order_id: one for one in Shipment.objects.filter(order__in=orders).order_by("-parcel_no")}
    return [Row(order, draft(order.order, preferences), shipments.get(order.pk)) for order in orders]


def _matching(query: QueryDict, connection: Connection) -> str:
    """The filter of this page as one field: all that match, on every page."""
    kept = query.copy()
    kept["site"] = str(connection.public_id)
    for name in ("pagina", "al"):
        kept.pop(name, None)
    return kept.urlencode()


@require_POST
def start(request: ShopRequest) -> HttpResponse:
    """Import one, the ticked ones, or all that match; the same form sent twice is one import."""
    orders = _chosen(request)
    if not orders.exists():
        messages.error(request, _("Choose at least one order to import."))
        return redirect("shipments:import")
    key = request.POST.get("key", "")[:64] or uuid.uuid4().hex
    if request.POST.get("een"):
        key = f"{key[:20]}-{request.POST['een']}"[:64]
    job = start_import(request.shop, request.user, orders=orders, key=key)
    return redirect("shipments:job", public_id=job.public_id)


def _chosen(request: ShopRequest):  # type: ignore[no-untyped-def]
    mine = ExternalOrder.objects.filter(shop=request.shop)
    if request.POST.get("alles"):
        query = QueryDict(request.POST["alles"])
        connection = get_object_or_404(request.shop.connections.active(), public_id=query.get("site"))
        name, down = filters.sort_of(query, filters.ORDER_SORTS)
        column = ("-" if down else "") + filters.ORDER_SORTS[name]
        return filters.open_orders(connection, query).order_by(column, "pk")
    chosen = [request.POST["een"]] if request.POST.get("een") else request.POST.getlist("order")
    wanted = []
    for value in chosen:
        try:
            wanted.append(uuid.UUID(value))
        except ValueError:
            continue
    return mine.filter(public_id__in=wanted).order_by("-placed_at", "-pk")


@require_POST
def read_again(request: ShopRequest, pk: int) -> HttpResponse:
    """Read one unreadable order again from the shop, now."""
    own = [connection.pk for connection in request.shop.connections.active()]
    unreadable = get_object_or_404(request.shop.unreadableorders.filter(connection__in=own), pk=pk)
    try:
        syncing.retry_unreadable(unreadable)
        messages.success(request, _("The order was read again."))
    except ApiError as error:
        messages.error(request, str(trouble_sentence(kind_of(error))))
    return redirect(reverse("shipments:import") + f"?site={unreadable.connection.public_id}")
