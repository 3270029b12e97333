"""The control API: what the sandbox stores as JSON, its switches, and what merchants do, over HTTP."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sandbox import call_counter, consent, order_actions, seed, sites, switches
from sandbox.api import parse_body
from sandbox.errors import WixError, as_dict
from sandbox.models import Delivery, Fulfillment, Mail, Order, Site
from sandbox.myparcel.switches import current_account
from sandbox.switch_definitions import INSTALL_ERRORS

# Orders one call can add, and of how many it answers the numbers.
MAX_NEW_ORDERS, MAX_LISTED_ORDERS = 50_000, 1000


@require_GET
def app(request: HttpRequest) -> HttpResponse:
    """GET /sandbox/app.json: what a developer reads in Wix's app dashboard, and the app's instances."""
    known = switches.current_app()
    return JsonResponse(
        {
            "appId": known.app_id,
            "appSecret": known.secret,
            "webhookPublicKey": known.public_key,
            "myparcel": {
                "apiUrl": request.build_absolute_uri("/myparcel"),
                "apiKey": current_account().api_key,
            },
            "instances": [_site_json(row) for row in Site.objects.order_by("pk")],
        }
    )


def _site_json(row: Site) -> dict[str, Any]:
    facts = {"instanceId": row.instance_id, "siteId": row.site_id, "siteName": row.name, "installed": row.installed}
    return facts | ({"originInstanceId": row.origin_instance_id} if row.origin_instance_id else {})


@require_GET
def state(request: HttpRequest) -> HttpResponse:
    """GET /sandbox/state.json: orders, fulfillments, mails, webhookDeliveries; ?site= (name or id), ?number=,
    ?parts=fulfillments,mails for only those lists."""
    rows = Order.objects.select_related("site").order_by("pk")
    deliveries = Delivery.objects.select_related("site").order_by("pk")
    if request.GET.get("site"):
        site = find_site(request.GET["site"])
        rows, deliveries = rows.filter(site=site), deliveries.filter(site=site)
    if request.GET.get("number"):
        rows = rows.filter(number=request.GET["number"])
        deliveries = deliveries.filter(order_id__in=rows.values("order_id"))
    fulfillments = (
        Fulfillment.objects.filter(order__in=rows.order_by())
        .select_related("order")
        .defer("order__data")
        .order_by("pk")
    )
    sent = Mail.objects.filter(order__in=rows.order_by()).select_related("order").defer("order__data").order_by("pk")
    parts: dict[str, Iterator[dict[str, Any]]] = {
        "orders": (row.data for row in rows.iterator()),
        "fulfillments": (_order_reference(row.order) | row.data for row in fulfillments),
        "mails": (_mail_json(row) for row in sent),
        "webhookDeliveries": (_delivery_json(row) for row in deliveries),
    }
    wanted = request.GET.get("parts", ",".join(parts)).split(",")
    return JsonResponse({name: list(part) for name, part in parts.items() if name in wanted})


def _order_reference(order: Order) -> dict[str, Any]:
    return {"orderId": order.order_id, "number": order.number}


def _mail_json(row: Mail) -> dict[str, Any]:
    return _order_reference(row.order) | {
        "to": row.to,
        "subject": row.subject,
        "shippingProvider": row.provider,
        "trackingNumber": row.tracking_number,
        "trackingLink": row.tracking_link,
        "sent": row.sent,
    }


def _delivery_json(row: Delivery) -> dict[str, Any]:
    return {
        "eventType": row.event_type,
        "eventId": row.event_id,
        "orderId": row.order_id,
        "instanceId": row.site.instance_id,
        "url": row.url,
        "state": row.state,
        "attempts": row.attempts,
        "lastAnswer": row.last_answer,
        "created": row.created,
        "next": row.next_at if row.state == Delivery.State.WAITING else None,
    }


def find_site(name: Any) -> Site:
    """A site by its name or its id. WixError 404."""
    site = Site.objects.filter(name=name).first() or Site.objects.filter(site_id=name).first()
    if site is None:
        raise WixError(404, {"message": f"there is no site {name!r}", "details": {}})
    return site


@require_http_methods(["GET", "POST"])
def set_switches(request: HttpRequest) -> HttpResponse:
    """GET /sandbox/knobs: every switch with its value, choices, meaning and unconfirmed point.
    POST {"fault": "500", "fault_count": 2} sets these switches and answers the values of all."""
    if request.method == "GET":
        return JsonResponse({"knobs": switches.descriptions()})
    try:
        return JsonResponse(switches.set_switches(parse_body(request)))
    except ValueError as error:
        return HttpResponseBadRequest(f"{error}\n")


@require_http_methods(["GET", "POST"])
def requests(request: HttpRequest) -> HttpResponse:
    """GET /sandbox/requests: calls of each instance since the start: total, refused (429), busiestMinute, endpoints,
    statuses; withoutToken are those of nobody. POST forgets them."""
    if request.method == "POST":
        call_counter.reset()
    tallies = call_counter.tallies()
    names = dict(Site.objects.values_list("instance_id", "name"))
    rows = [
        {"instanceId": instance_id, "siteName": names.get(instance_id, "")} | tally
        for instance_id, tally in tallies.items()
        if instance_id != call_counter.NO_TOKEN
    ]
    return JsonResponse({"instances": rows, "withoutToken": tallies.get(call_counter.NO_TOKEN)})


@require_POST
def reset(request: HttpRequest) -> HttpResponse:
    """POST /sandbox/reset: orders and switches of the seed again, no other sites, no calls counted; app and sites
    keep their ids, no app is installed."""
    seed.reset()
    return JsonResponse({"orders": Order.objects.count()})


@require_POST
def install(request: HttpRequest) -> HttpResponse:
    """POST /sandbox/install {"site", "postInstallationUrl", "wrong"}: consent without a browser; answers {"redirect"}.
    Without postInstallationUrl it is a plain install: {"redirect": null, "open": the app's page with ?instance=}."""
    body = parse_body(request)
    site, back, wrong = find_site(body.get("site")), str(body.get("postInstallationUrl") or ""), _install_error(body)
    if back:
        return JsonResponse({"redirect": consent.install(site, back, wrong)})
    sites.install_app(site)
    return JsonResponse({"redirect": None, "open": consent.app_page_url(site, switches.read()["app_url"], wrong)})


@require_POST
def open_app(request: HttpRequest) -> HttpResponse:
    """POST /sandbox/open-app {"site", "url", "wrong"}: the signed link by which a merchant opens the app's page inside
    Wix; answers {"open"}. url is the switch app_url unless given."""
    body = parse_body(request)
    page = str(body.get("url") or switches.read()["app_url"])
    return JsonResponse({"open": consent.app_page_url(find_site(body.get("site")), page, _install_error(body))})


def _install_error(body: dict[str, Any]) -> str:
    wrong = str(body.get("wrong") or "")
    if wrong and wrong not in INSTALL_ERRORS:
        raise WixError(400, {"message": f"wrong is one of {', '.join(INSTALL_ERRORS)}", "details": {}})
    return wrong


@require_POST
def add_site(request: HttpRequest) -> HttpResponse:
    """POST /sandbox/sites {"name", "like": "Atelier Voorbeeld" or "Studio Tweede"}: a further site of the account, with
    the orders that the seed gave that one; the app is not on it. Answers its siteName, siteId and instanceId."""
    body = parse_body(request)
    try:
        return JsonResponse(_site_json(seed.add_site(str(body.get("name") or ""), str(body.get("like") or ""))))
    except ValueError as error:
        return HttpResponseBadRequest(f"{error}\n")


@require_POST
def duplicate(request: HttpRequest) -> HttpResponse:
    """POST /sandbox/duplicate {"site"}: the merchant copies the site; answers the copy's siteName, siteId, instanceId
    and originInstanceId. The copy has the app when the site has it, and no orders."""
    copy = sites.duplicate(find_site(parse_body(request).get("site")))
    return JsonResponse(_site_json(copy))


@require_POST
def remove_app(request: HttpRequest) -> HttpResponse:
    """POST /sandbox/remove-app {"site", "silently"}: the merchant deletes the app in Wix; silently as when the whole
    site goes, without an event."""
    body = parse_body(request)
    sites.remove_app(find_site(body.get("site")), silently=bool(body.get("silently")))
    return JsonResponse({"removed": True})


@require_POST
def expire_tokens(request: HttpRequest) -> HttpResponse:
    """POST /sandbox/expire-tokens {"site"}: every token of the site is too old from now on; answers {"expired"}."""
    return JsonResponse({"expired": sites.expire_tokens(find_site(parse_body(request).get("site")))})


@require_POST
def mail_setting(request: HttpRequest) -> HttpResponse:
    """POST /sandbox/mail-setting {"site", "on": true}: whether the site mails its buyers a shipping confirmation."""
    body = parse_body(request)
    site = find_site(body.get("site"))
    Site.objects.filter(pk=site.pk).update(sends_mail=bool(body.get("on")))
    return JsonResponse({"on": bool(body.get("on"))})


@require_POST
def add_orders(request: HttpRequest) -> HttpResponse:
    """POST /sandbox/orders {"site", "count", "seed", "order": {overrides}}: paid ones; answers count, numbers, ids."""
    body = parse_body(request)
    count, seed = body.get("count", 1), body.get("seed")
    if not isinstance(count, int) or not 1 <= count <= MAX_NEW_ORDERS or not isinstance(seed, int | None):
        return HttpResponseBadRequest(f"count is a number from 1 to {MAX_NEW_ORDERS}, and seed a number\n")
    made = sites.add_orders(find_site(body.get("site")), count, as_dict(body.get("order"), "order"), seed)
    named = made[:MAX_LISTED_ORDERS]
    return JsonResponse(
        {"count": len(made), "numbers": [row.number for row in named], "ids": [row.order_id for row in named]}
    )


@require_POST
def change_order(request: HttpRequest, order_id: str, action: str) -> HttpResponse:
    """POST /sandbox/orders/<id>/<action>: pay, cancel, edit {"order": {changes}} (a committed draft), readdress
    {"addressLine", "postalCode", "city"}, archive, fulfill {"lines": [{"id", "quantity"}], "trackingInfo", "records":
    false}, mark (fulfilled without a record), unfulfill, refund {"line", "quantity"}, anonymize; answers {"order"}."""
    order = get_object_or_404(Order.objects.select_related("site"), order_id=order_id)
    try:
        order_actions.change(order, action, parse_body(request))
    except ValueError as error:
        return HttpResponseBadRequest(f"{error}\n")
    return JsonResponse({"order": order.data})


ENDPOINTS = (
    app, state, set_switches, requests, reset, install, open_app, add_site, duplicate, remove_app, expire_tokens,
    mail_setting, add_orders, change_order,
)  # fmt: skip


def descriptions() -> list[str]:
    """The docstring of every endpoint on one line, for the front page."""
    return [" ".join((endpoint.__doc__ or "").split()) for endpoint in ENDPOINTS]
