"""Integratie > Externe koppelingen: granting consent, the way back, what is connected, and revoking."""

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.decorators import owner_required
from accounts.tenancy import ShopRequest
from integrations.models import Connection, Fulfillment
from integrations.orders import Verdict
from integrations.services import connecting, syncing
from integrations.services.connecting import ConsentRefused

REFUSED_KEY = "consent_refused"


@require_GET
def overview(request: ShopRequest) -> HttpResponse:
    """Every shop system one can connect, the connected ones first."""
    return render(request, "integrations/overview.html", {"connections": _connections(request)})


@require_GET
def wix(request: ShopRequest) -> HttpResponse:
    """Wix in all its states; a refused consent says why, once."""
    connections = list(_connections(request))
    page = {
        "connections": connections,
        "active": [connection for connection in connections if connection.is_active],
        "refused": request.session.pop(REFUSED_KEY, ""),
        "failed": _failed(request),
        "stand_in": settings.WIX_WEB_URL.startswith("http://"),
    }
    return render(request, "integrations/wix.html", page)


def _connections(request: ShopRequest):  # type: ignore[no-untyped-def]
    waiting = Q(orders__verdict=Verdict.OPEN)
    return (
        request.shop.connections.connected()
        .select_related("connected_by")
        .annotate(open_orders=Count("orders", filter=waiting, distinct=True))
    )


def _failed(request: ShopRequest) -> list[Fulfillment]:
    failed = request.shop.fulfillments.filter(state=Fulfillment.State.NEEDS_ATTENTION)
    return list(failed.select_related("order")[:10])


@require_POST
@owner_required
def consent(request: ShopRequest) -> HttpResponse:
    """Geef toestemming: off to the shop system, with a state that only this session can bring back."""
    if not request.session.session_key:
        request.session.create()
    key = request.session.session_key or ""
    return HttpResponseRedirect(connecting.start_consent(request.shop, request.user, "wix", session_key=key))


@require_GET
def callback(request: ShopRequest) -> HttpResponse:
    """The way back from the shop system; every refusal is a sentence on the Wix page."""
    key = request.session.session_key or ""
    try:
        connection = connecting.finish_consent(request.user, session_key=key, params=request.GET.dict())
    except ConsentRefused as refusal:
        if refusal.shop is not None:
            request.session["shop"] = str(refusal.shop.public_id)
        request.session[REFUSED_KEY] = str(refusal.sentence)
        return redirect("integrations:wix")
    request.session["shop"] = str(connection.shop.public_id)
    messages.success(request, _("Your Wix site is connected. Paid orders appear within a minute."))
    return redirect("integrations:wix")


@owner_required
def revoke(request: ShopRequest, public_id: str) -> HttpResponse:
    """Trek toestemming in: asks first, then forgets."""
    connection = get_object_or_404(request.shop.connections.connected(), public_id=public_id)
    if request.method != "POST":
        waiting = connection.fulfillments.unfinished().filter(state__in=["due", "sending", "unknown"]).count()
        page = {"connection": connection, "waiting": waiting, "orders": connection.orders.count()}
        return render(request, "integrations/revoke.html", page)
    connecting.revoke(connection, by=request.user)
    messages.success(request, _("Consent revoked. Remember to delete the app in Wix as well: Apps › Manage Apps."))
    return redirect("integrations:wix")


@require_POST
def sync(request: ShopRequest, public_id: str) -> HttpResponse:
    """Synchroniseer nu."""
    connection: Connection = get_object_or_404(request.shop.connections.connected(), public_id=public_id)
    if not connection.is_active:
        messages.error(request, connection.trouble_text or _("This connection does not work. Connect again."))
        return redirect("integrations:wix")
    syncing.request_sync(connection)
    messages.success(request, _("Synchronising. New orders appear within a minute."))
    return redirect("integrations:wix")
