"""Overview and page of a platform, and the actions on its connections."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import Aggregate, Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from carriers.choices import OPTIONS
from integrations.messages import CHECK_NAMES, consent_message, delivery_options_message, site_taken_message
from integrations.models import Connection, Fulfillment, OpenOrderCount, SyncRun
from integrations.providers import all_providers, get_provider
from integrations.services import connection_check, connections, fulfillments, sync
from integrations.services.tokens import remaining_calls
from integrations.services.webhook_trust import sync_interval
from lib.stored_messages import localized
from shops.models import Shop
from shops.permissions import ShopPermission, require_permission
from shops.services.exchanges import last_exchanges
from shops.services.preferences import get_preferences
from shops.tenancy import ShopRequest
from ui.redirects import safe_path

CONSENT_ERROR_KEY = "consent_refused"
MAX_FAILED_SHOWN = 10


@require_GET
def overview(request: ShopRequest) -> HttpResponse:
    shop_connections = list(_annotated_connections(request.shop))
    connected = {connection.platform for connection in shop_connections}
    page = {
        "connections": shop_connections,
        "unconnected": [provider for provider in all_providers() if provider.platform not in connected],
    }
    return render(request, "integrations/overview.html", page)


@require_GET
def platform_page(request: ShopRequest, platform: str) -> HttpResponse:
    """A rejected consent shows its reason once."""
    provider = get_provider(platform)
    shop_connections = list(_annotated_connections(request.shop).filter(platform=platform))
    names = {
        connection.external_id: connection.site_name
        for connection in request.shop.connections.filter(platform=platform)
    }
    # Support looks for them while something is wrong.
    troubled = [connection.reference_code for connection in shop_connections if connection.last_error]
    exchanges = last_exchanges(request.shop, troubled)
    for connection in shop_connections:
        connection.remaining_calls = remaining_calls(connection)  # type: ignore[attr-defined]
        connection.exchanges = exchanges.get(connection.reference_code, [])  # type: ignore[attr-defined]
        connection.next_sync = sync.next_sync(connection)  # type: ignore[attr-defined]
        connection.sync_minutes = max(1, round(sync_interval(connection).total_seconds() / 60))  # type: ignore[attr-defined]
        connection.copied_from = names.get(connection.origin_installation, "")  # type: ignore[attr-defined]
        connection.check_results = list(_check_results(connection))  # type: ignore[attr-defined]
    failed = request.shop.fulfillments.filter(connection__platform=platform, state=Fulfillment.State.NEEDS_ATTENTION)
    preferences = get_preferences(request.shop)
    page = {
        "provider": provider,
        "delivery_options": delivery_options_message(platform),
        "preferences": preferences,
        "chosen": [name for key, name in OPTIONS.items() if getattr(preferences, key)],
        "connections": shop_connections,
        "active": [connection for connection in shop_connections if connection.is_active],
        "is_first_sync": any(
            connection.is_active and not connection.synced_at and not connection.last_error
            for connection in shop_connections
        ),
        "consent_error": _consent_error(request, platform),
        "inactive_connection": next((connection for connection in shop_connections if not connection.is_active), None),
        "failed": failed.select_related("order")[:MAX_FAILED_SHOWN],
        "is_sandbox": any(origin.startswith("http://") for origin in provider.consent_origins),
    }
    return render(request, "integrations/platform.html", page)


def _check_results(connection: Connection) -> Iterator[dict[str, object]]:
    for result in connection.checks:
        name = CHECK_NAMES.get(result["code"], result["code"])
        doubt = result.get("doubt", False)
        yield {"ok": result["ok"], "doubt": doubt, "name": name, "text": localized(result["text"])}


def _consent_error(request: ShopRequest, platform: str) -> str:
    """Names the shop that has the site only to a user who may know it."""
    rejection = request.session.pop(CONSENT_ERROR_KEY, None)
    if not rejection:
        return ""
    code, holder = rejection
    return str(site_taken_message(holder) if holder else consent_message(platform, code))


def _annotated_connections(shop: Shop) -> QuerySet[Connection]:
    return (
        shop.connections.connected()
        .select_related("connected_by")
        .annotate(
            open_orders=_add_up(OpenOrderCount.objects.all(), Sum("number")),
            failed_updates=_count_updates(Fulfillment.State.NEEDS_ATTENTION),
            waiting_updates=_count_updates("due", "sending", "unknown"),
            is_syncing=Exists(SyncRun.objects.filter(connection=OuterRef("pk"), state__in=["queued", "running"])),
            last_confirmed=_last_confirmed(),
        )
    )


def _add_up(rows: QuerySet[Any], number: Aggregate) -> Coalesce:
    """In subqueries, because aggregates over several joins multiply each other's rows."""
    own = rows.filter(connection=OuterRef("pk")).order_by().values("connection")
    return Coalesce(Subquery(own.annotate(found=number).values("found"), output_field=IntegerField()), 0)


def _count_updates(*states: str) -> Coalesce:
    """``unfinished`` is the condition of the index."""
    return _add_up(Fulfillment.objects.unfinished().filter(state__in=states), Count("pk"))


def _last_confirmed() -> Subquery:
    confirmed = Fulfillment.objects.filter(connection=OuterRef("pk")).exclude(confirmed_at=None)
    return Subquery(confirmed.order_by("-confirmed_at").values("confirmed_at")[:1])


def _sync_message(is_reading: bool) -> str:
    if is_reading:
        return _("A sync is running. Another one follows it, so what changes meanwhile is included.")
    return _("Syncing. New orders appear within a minute.")


@require_POST
def sync_now(request: ShopRequest, public_id: str) -> HttpResponse:
    connection = get_object_or_404(request.shop.connections, public_id=public_id)
    if connection.is_active:
        is_reading = sync.press_sync(connection)
        messages.success(request, _sync_message(is_reading))
    else:
        messages.error(request, _("This site is no longer connected. Reconnect it first."))
    back = safe_path(request, request.POST.get("next", "")) if connection.is_active else ""
    return redirect(back) if back else redirect("integrations:platform", connection.platform)


@require_POST
def retry_updates(request: ShopRequest, platform: str) -> HttpResponse:
    if count := fulfillments.retry_failed(request.shop.fulfillments.filter(connection__platform=platform)):
        message = ngettext("%(n)d update is in the queue again.", "%(n)d updates are in the queue again.", count)
        messages.success(request, message % {"n": count})
    else:
        messages.error(
            request, _("Nothing to retry: the webshop is already up to date, or the connection is not active.")
        )
    return redirect("integrations:platform", platform)


@require_POST
def check_connection(request: ShopRequest, public_id: str) -> HttpResponse:
    connection = get_object_or_404(request.shop.connections, public_id=public_id)
    if connection.is_inactive:
        messages.error(request, _("This site is no longer connected. Reconnect it first."))
    elif connection_check.run_check(connection, ignore_pause=True):
        messages.success(request, _("The connection is working."))
    else:
        messages.error(request, _("The connection needs your attention; the findings are below."))
    return redirect("integrations:platform", connection.platform)


@require_POST
@require_permission(ShopPermission.MANAGE_CONNECTIONS)
def confirm_copy(request: ShopRequest, public_id: str) -> HttpResponse:
    """Import a copied site's orders, or revoke its connection."""
    connection = get_object_or_404(request.shop.connections, public_id=public_id)
    answer = request.POST.get("import")
    if answer == "1":
        if connections.confirm_copy(connection):
            messages.success(request, _("Confirmed. Paid orders from this site appear within a minute."))
    elif answer == "0" and connection.state == Connection.State.COPY:
        connections.revoke(connection, by=request.user)
        messages.success(request, _("The copied site was disconnected; nothing was imported from it."))
    return redirect("integrations:platform", connection.platform)


@require_POST
@require_permission(ShopPermission.MANAGE_CONNECTIONS)
def set_auto_import(request: ShopRequest, public_id: str) -> HttpResponse:
    """May be repeated."""
    connection = get_object_or_404(request.shop.connections, public_id=public_id)
    wanted = request.POST.get("enabled") == "1"
    connections.set_auto_import(connection, wanted, by=request)
    if wanted:
        messages.success(request, _("Paid orders from this site are now imported automatically."))
    else:
        messages.success(request, _("Orders from this site now wait for you to import them."))
    return redirect("integrations:platform", connection.platform)
