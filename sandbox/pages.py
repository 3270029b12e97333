"""The stand-in's own pages: consent, its knobs, the sites' orders, and the buyers' mails."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from sandbox import consent, doors, knobs, shop
from sandbox.errors import WixError
from sandbox.models import Mail, Order, Site

PERMISSIONS = ("Read and manage orders", "Read basic site and business info", "Manage your app")
PER_PAGE = 50
ACTIONS = {
    "pay": "Mark as paid",
    "cancel": "Cancel",
    "fulfill": "Mark as fulfilled",
    "archive": "Archive or bring back",
}


@require_GET
def front(request: HttpRequest) -> HttpResponse:
    app = knobs.the_app()
    values = knobs.read()
    rows = [(name, values[name], knobs.CHOICES.get(name), knobs.HELP[name]) for name in knobs.DEFAULTS]
    unpaid = Q(orders__payment_status="PAID", orders__fulfillment_status="NOT_FULFILLED")
    sites = Site.objects.annotate(total=Count("orders"), open=Count("orders", filter=unpaid)).order_by("pk")
    page = {"app": app, "knobs": rows, "sites": sites, "mails": Mail.objects.count()}
    page |= {"back": settings.BACKOFFICE_URL, "doors": doors.described()}
    return render(request, "front.html", page)


def installer(request: HttpRequest) -> HttpResponse:
    """Wix's consent page: pick a site, then Add to Site or Cancel."""
    asked = request.POST or request.GET
    back = asked.get("postInstallationUrl", "")
    if asked.get("appId") != knobs.the_app().app_id or urlsplit(back).scheme not in {"http", "https"}:
        return HttpResponseBadRequest("This install link names an unknown app or no address to return to.\n")
    if request.method != "POST":
        page = {"sites": Site.objects.order_by("pk"), "permissions": PERMISSIONS, "asked": asked}
        return render(request, "installer.html", page)
    if "cancel" in request.POST:
        return HttpResponseRedirect(back)
    site = get_object_or_404(Site, site_id=request.POST.get("site", ""))
    return HttpResponseRedirect(consent.install(site, back))


@require_POST
def turn_knobs(request: HttpRequest) -> HttpResponse:
    """The form of the front page; programs use POST /sandbox/knobs with JSON."""
    changes: dict[str, Any] = {name: request.POST[name] for name in knobs.DEFAULTS if name in request.POST}
    changes |= {name: name in request.POST for name, value in knobs.DEFAULTS.items() if isinstance(value, bool)}
    try:
        knobs.turn(changes)
    except ValueError as error:
        return HttpResponseBadRequest(f"{error}\n")
    return HttpResponseRedirect("/")


@require_GET
def orders(request: HttpRequest, pk: int) -> HttpResponse:
    site = get_object_or_404(Site, pk=pk)
    rows = site.orders.order_by("-created", "-pk")
    wanted = request.GET.get("q", "").strip()
    if wanted:
        rows = rows.filter(Q(number__icontains=wanted) | Q(data__icontains=wanted))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "orders.html", {"site": site, "page": page, "q": wanted})


@require_GET
def order(request: HttpRequest, pk: int, number: str) -> HttpResponse:
    row = find_order(pk, number)
    facts = {
        "site": row.site,
        "order": row,
        "fulfillments": row.fulfillments.order_by("pk"),
        "mails": row.mails.order_by("pk"),
        "address": shop.address_of(row),
        "actions": ACTIONS,
    }
    return render(request, "order.html", facts)


def find_order(pk: int, number: str) -> Order:
    row = Order.objects.select_related("site").filter(Q(number=number) | Q(order_id=number), site=pk).first()
    if row is None:
        raise Http404
    return row


@require_POST
def change(request: HttpRequest, pk: int, number: str) -> HttpResponse:
    """Pay, cancel, edit, archive or fulfil by hand, as the shop's owner would in Wix."""
    row = find_order(pk, number)
    try:
        shop.change(row, request.POST.get("action", ""), request.POST.dict())
    except (WixError, ValueError) as error:
        return HttpResponseBadRequest(f"{error}\n")
    return HttpResponseRedirect(f"/sites/{pk}/orders/{row.number}")


@require_POST
def add_orders(request: HttpRequest, pk: int) -> HttpResponse:
    site = get_object_or_404(Site, pk=pk)
    count = request.POST.get("count", "5")
    shop.add_orders(site, min(int(count), 50_000) if count.isdigit() else 5)
    return HttpResponseRedirect(f"/sites/{pk}/orders")


@require_POST
def remove_app(request: HttpRequest, pk: int) -> HttpResponse:
    """As Manage Apps > Delete in Wix: tokens die, the orders stay."""
    shop.remove_app(get_object_or_404(Site, pk=pk))
    return HttpResponseRedirect("/")


@require_GET
def mails(request: HttpRequest) -> HttpResponse:
    rows = Mail.objects.select_related("order__site").order_by("-pk")
    return render(request, "mails.html", {"page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))})


@require_GET
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Mail.objects.select_related("order__site"), pk=pk)
    return render(request, "mail.html", {"mail": row, "address": shop.address_of(row.order)})


@require_GET
def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")
