"""Integratie > Externe koppelingen: granting consent, the way back, what is connected, and revoking."""

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import owner_required
from accounts.middleware import SHOP_KEY
from accounts.models import Shop
from accounts.tenancy import ShopRequest
from integrations.models import Connection, Fulfillment
from integrations.orders import Verdict
from integrations.services import connecting, syncing
from integrations.services.connecting import ConsentRefused
from integrations.wording import consent_sentence

REFUSED_KEY = "consent_refused"
MOST_FAILED_SHOWN = 10


@require_GET
def overview(request: ShopRequest) -> HttpResponse:
    """Every shop system one can connect, the connected ones first."""
    return render(request, "integrations/overview.html", {"connections": _connections(request.shop)})


@require_GET
def wix(request: ShopRequest) -> HttpResponse:
    """Wix in all its states; a refused consent says why, once."""
    connections = list(_connections(request.shop))
    failed = request.shop.fulfillments.filter(state=Fulfillment.State.NEEDS_ATTENTION)
    refused = request.session.pop(REFUSED_KEY, "")
    page = {
        "connections": connections,
        "active": [connection for connection in connections if connection.is_active],
        "first_reading": any(one.is_active and not one.synced_at and not one.trouble for one in connections),
        "refused": consent_sentence(refused) if refused else "",
        "failed": failed.select_related("order")[:MOST_FAILED_SHOWN],
        "stand_in": settings.WIX_WEB_URL.startswith("http://"),
    }
    return render(request, "integrations/wix.html", page)


def _connections(shop: Shop) -> QuerySet[Connection]:
    """The connected sites of a shop, each with what a merchant asks of it: open orders, failed updates, busy or not."""
    return (
        shop.connections.connected()
        .select_related("connected_by")
        .annotate(
            open_orders=_number_of("orders", Q(orders__verdict=Verdict.OPEN)),
            failed_updates=_number_of("fulfillments", Q(fulfillments__state=Fulfillment.State.NEEDS_ATTENTION)),
            syncing=_number_of("syncs", Q(syncs__state__in=["queued", "running"])),
        )
    )


def _number_of(what: str, which: Q) -> Coalesce:
    """Counted apart for each connection: three counts over joins would multiply each other's rows."""
    rows = Connection.objects.filter(which, pk=OuterRef("pk")).order_by().values("pk")
    return Coalesce(Subquery(rows.annotate(number=Count(what)).values("number"), output_field=IntegerField()), 0)


@require_POST
@owner_required
def consent(request: ShopRequest) -> HttpResponse:
    """Geef toestemming: off to the shop system, with a state that only this session can bring back."""
    if not settings.WIX_APP_ID:
        messages.error(
            request, _("No Wix app is set up here yet. Ask your administrator to fill in its id and secret.")
        )
        return redirect("integrations:wix")
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
            request.session[SHOP_KEY] = str(refusal.shop.public_id)
        request.session[REFUSED_KEY] = refusal.code
        return redirect("integrations:wix")
    request.session[SHOP_KEY] = str(connection.shop.public_id)
    messages.success(request, _("Your Wix site is connected. Paid orders appear within a minute."))
    return redirect("integrations:wix")


@require_http_methods(["GET", "HEAD", "POST"])
@owner_required
def revoke(request: ShopRequest, public_id: str) -> HttpResponse:
    """Trek toestemming in: asks first, then forgets. Pressing twice does the same as once."""
    connection = get_object_or_404(request.shop.connections, public_id=public_id)
    if connection.state == Connection.State.DISCONNECTED:
        return _revoked(request)
    if request.method != "POST":
        waiting = connection.fulfillments.filter(state__in=["due", "sending", "unknown"]).count()
        page = {"connection": connection, "waiting": waiting}
        return render(request, "integrations/revoke.html", page)
    connecting.revoke(connection, by=request.user)
    return _revoked(request)


def _revoked(request: ShopRequest) -> HttpResponse:
    messages.success(request, _("Consent revoked. Remember to delete the app in Wix as well: Apps › Manage Apps."))
    return redirect("integrations:wix")


@require_POST
def sync(request: ShopRequest, public_id: str) -> HttpResponse:
    """Synchroniseer nu; afterwards one is back where the button was."""
    connection = get_object_or_404(request.shop.connections, public_id=public_id)
    if connection.is_active:
        syncing.request_sync(connection)
        messages.success(request, _("Synchronising. New orders appear within a minute."))
    else:
        messages.error(request, _("This site is not connected any more. Connect it again first."))
    back = request.POST.get("terug", "")
    if connection.is_active and url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return redirect(back)
    return redirect("integrations:wix")
