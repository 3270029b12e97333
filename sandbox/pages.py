"""The sandbox's pages: consent, switches, orders, mails and webhooks."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sandbox import call_counter, consent, control_api, order_actions, seed, sites, switches
from sandbox.errors import without_details
from sandbox.middleware import API
from sandbox.models import Delivery, Mail, Order, Site
from sandbox.switch_definitions import GROUPS, INSTALL_ERRORS

PERMISSIONS = (
    ("Manage orders", "Read orders with their delivery address, mark them as sent and add tracking numbers"),
    ("Read site and business info", "Name, address on the web, language and currency of the site"),
    ("Manage your app", "Know that the app is installed on the site"),
)
OPEN_ORDER = {
    "status": "APPROVED",
    "payment_status": "PAID",
    "archived": False,
    "fulfillment_status__in": ["NOT_FULFILLED", "PARTIALLY_FULFILLED"],
}
FILTERS = {
    "open": ("Paid and open", Q(**OPEN_ORDER)),
    "unpaid": ("Not paid", ~Q(payment_status="PAID")),
    "fulfilled": ("Fulfilled", Q(fulfillment_status="FULFILLED")),
    "canceled": ("Canceled", Q(status="CANCELED")),
    "archived": ("Archived", Q(archived=True)),
}
PAGE_SIZE = 50
BUTTONS = {
    "pay": "Mark as paid",
    "fulfill": "Mark as fulfilled",
    "mark": "Mark as fulfilled, without a record",
    "unfulfill": "Mark as not fulfilled",
    "cancel": "Cancel order",
    "refund": "Refund first line",
    "archive": "Archive or bring back",
    "anonymize": "Anonymize buyer",
}


def _error_page(request: HttpRequest, sentence: str, status: int = 400) -> HttpResponse:
    return render(request, "trouble.html", {"sentence": sentence}, status=status)


@require_GET
def front(request: HttpRequest) -> HttpResponse:
    values = switches.read()
    changed = [name for name in switches.DEFAULTS if values[name] != switches.DEFAULTS[name]]
    page = {
        "groups": [
            (group, [(switch, values[switch.name]) for switch in rows], any(switch.name in changed for switch in rows))
            for group, rows in GROUPS.items()
        ],
        "changed": changed,
        "sites": _sites(),
        "mails": Mail.objects.count(),
        "deliveries": Delivery.objects.count(),
        "back": settings.BACKOFFICE_URL,
        "account": seed.ACCOUNT,
        "endpoints": control_api.descriptions(),
    }
    return render(request, "front.html", page)


def _sites() -> QuerySet[Site]:
    is_open = Q(**{f"orders__{name}": value for name, value in OPEN_ORDER.items()})
    return Site.objects.annotate(total=Count("orders"), open=Count("orders", filter=is_open)).order_by("pk")


@require_http_methods(["GET", "POST"])
def installer(request: HttpRequest) -> HttpResponse:
    """Wix's consent page: choose a site, then Add to Site or Cancel."""
    params = request.POST or request.GET
    back = params.get("postInstallationUrl", "")
    if params.get("appId") != switches.current_app().app_id:
        return _error_page(request, "This install link names an app that does not exist here.")
    if urlsplit(back).scheme not in {"http", "https"}:
        return _error_page(request, "This install link names no address to return to.")
    if request.method != "POST":
        return render(request, "installer.html", _consent_page(back))
    if "cancel" in request.POST:
        return HttpResponseRedirect(consent.canceled_url(back))
    site = get_object_or_404(Site, site_id=request.POST.get("site", ""))
    wrong = request.POST.get("wrong", "")
    if site.installed and "update" not in request.POST:
        again = switches.read()["already_installed"]
        if again == "dashboard":
            return HttpResponseRedirect(f"/sites/{site.pk}/orders")
        if again == "update_screen":
            return render(
                request, "update.html", {"site": site, "app_id": params["appId"], "back": back, "wrong": wrong}
            )
    return HttpResponseRedirect(consent.install(site, back, wrong if wrong in INSTALL_ERRORS else ""))


def _consent_page(back: str) -> dict[str, Any]:
    return {
        "sites": _sites(),
        "permissions": PERMISSIONS,
        "account": seed.ACCOUNT,
        "app_id": switches.current_app().app_id,
        "back": back,
        "failures": INSTALL_ERRORS,
    }


@require_POST
def set_switches(request: HttpRequest) -> HttpResponse:
    """The form of the front page; programs use the control API."""
    if "neutral" in request.POST:
        switches.reset()
        return HttpResponseRedirect("/")
    changes: dict[str, Any] = {name: request.POST[name] for name in switches.DEFAULTS if name in request.POST}
    changes |= {
        name: request.POST.get(name, "") for name, value in switches.DEFAULTS.items() if isinstance(value, bool)
    }
    try:
        switches.set_switches(changes)
    except ValueError as error:
        return _error_page(request, f"{error}.")
    return HttpResponseRedirect("/#switches")


@require_GET
def orders(request: HttpRequest, pk: int) -> HttpResponse:
    site = get_object_or_404(Site, pk=pk)
    rows = site.orders.order_by("-created", "-pk").defer("data", "shown")
    wanted, chosen = request.GET.get("q", "").strip(), request.GET.get("show", "")
    if wanted:
        rows = rows.filter(Q(number__icontains=wanted) | Q(buyer__icontains=wanted))
    if chosen in FILTERS:
        rows = rows.filter(FILTERS[chosen][1])
    facts = {
        "site": site,
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "q": wanted,
        "show": chosen,
        "filters": [(key, label) for key, (label, _rule) in FILTERS.items()],
        "query": urlencode({"q": wanted, "show": chosen}),
    }
    return render(request, "orders.html", facts)


@require_GET
def order(request: HttpRequest, pk: int, number: str) -> HttpResponse:
    row = _find(pk, number)
    facts = {
        "site": row.site,
        "order": row,
        "fulfillments": row.fulfillments.order_by("pk"),
        "mails": row.mails.order_by("pk"),
        "buttons": BUTTONS,
    }
    return render(request, "order.html", facts)


def _find(pk: int, number: str) -> Order:
    row = Order.objects.select_related("site").filter(Q(number=number) | Q(order_id=number), site=pk).first()
    if row is None:
        raise Http404
    return row


@require_POST
def change(request: HttpRequest, pk: int, number: str) -> HttpResponse:
    """Perform an action on an order, as the shop's owner does in Wix."""
    row = _find(pk, number)
    details = {name: value for name, value in request.POST.items() if name != "action"}
    try:
        order_actions.change(row, request.POST.get("action", ""), details)
    except ValueError as error:
        return _error_page(request, f"{error}.")
    back = f"/sites/{pk}/orders"
    return HttpResponseRedirect(f"{back}?{request.POST['list']}" if "list" in request.POST else f"{back}/{number}")


@require_POST
def add_orders(request: HttpRequest, pk: int) -> HttpResponse:
    site = get_object_or_404(Site, pk=pk)
    count = request.POST.get("count", "")
    if not count.isdigit() or not 1 <= int(count) <= control_api.MAX_NEW_ORDERS:
        return _error_page(request, f"Say how many orders: a number from 1 to {control_api.MAX_NEW_ORDERS}.")
    sites.add_orders(site, int(count))
    return HttpResponseRedirect(f"/sites/{pk}/orders")


def _toggle_mail(site: Site) -> None:
    Site.objects.filter(pk=site.pk).update(sends_mail=not site.sends_mail)


# What a merchant can do to a site in Wix, and the expiry of its tokens.
SITE_ACTIONS: dict[str, Callable[[Site], object]] = {
    "install": sites.install_app,
    "remove-app": sites.remove_app,
    "vanish": lambda site: sites.remove_app(site, silently=True),
    "duplicate": sites.duplicate,
    "expire-tokens": sites.expire_tokens,
    "mail-setting": _toggle_mail,
}


@require_POST
def change_site(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    site = get_object_or_404(Site, pk=pk)
    if action not in SITE_ACTIONS:
        raise Http404
    SITE_ACTIONS[action](site)
    return HttpResponseRedirect("/")


@require_GET
def open_app(request: HttpRequest, pk: int) -> HttpResponse:
    """Redirect to the app's page with a signed instance, as a click on the app in Wix's dashboard does."""
    site = get_object_or_404(Site, pk=pk, installed=True)
    return HttpResponseRedirect(consent.app_page_url(site, switches.read()["app_url"]))


@require_GET
def order_details(request: HttpRequest, site_id: str, order_id: str) -> HttpResponse:
    """The order's page in Wix's dashboard; this path is unconfirmed."""
    row = get_object_or_404(Order.objects.select_related("site"), site__site_id=site_id, order_id=order_id)
    if not switches.read()["dashboard_link"]:
        raise Http404
    return HttpResponseRedirect(f"/sites/{row.site.pk}/orders/{row.number}")


@require_GET
def calls(request: HttpRequest) -> HttpResponse:
    names = dict(Site.objects.values_list("instance_id", "name"))
    tallies = sorted(call_counter.tallies().items())
    rows = [(names.get(instance_id, instance_id) or "No token of ours", tally) for instance_id, tally in tallies]
    return render(request, "requests.html", {"rows": rows, "limit": switches.read()["rate_limit"]})


@require_POST
def reset_calls(request: HttpRequest) -> HttpResponse:
    call_counter.reset()
    return HttpResponseRedirect("/requests")


@require_GET
def mails(request: HttpRequest) -> HttpResponse:
    rows = Mail.objects.select_related("order__site").order_by("-pk")
    return render(request, "mails.html", {"page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))})


@require_GET
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Mail.objects.select_related("order__site"), pk=pk)
    return render(request, "mail.html", {"mail": row, "place": row.order.place})


@require_GET
def deliveries(request: HttpRequest) -> HttpResponse:
    rows = Delivery.objects.select_related("site").order_by("-pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "webhooks.html", {"page": page, "url": switches.read()["webhook_url"]})


@require_GET
def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith((*API, "/sandbox/")):
        return JsonResponse({"message": "", "details": {}}, status=404)
    return _error_page(request, "There is nothing at this address.", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return without_details(500).response()
