"""The door for programs: what the stand-in knows as JSON, and its knobs over HTTP."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sandbox import changing, consent, counting, knobs, seeding, shop
from sandbox.api import body_of
from sandbox.errors import WixError, a_dict
from sandbox.knob_list import INSTALLS
from sandbox.models import Delivery, Fulfillment, Mail, Order, Site

MOST_NEW, MOST_NAMED = 50_000, 1000
"""Orders one call can add, and of how many it answers the numbers."""


@require_GET
def app(request: HttpRequest) -> HttpResponse:
    """GET /sandbox/app.json: what a developer reads in Wix's app dashboard, and the app's instances."""
    known = knobs.the_app()
    return JsonResponse(
        {
            "appId": known.app_id,
            "appSecret": known.secret,
            "webhookPublicKey": known.public_key,
            "instances": [_site(one) for one in Site.objects.order_by("pk")],
        }
    )


def _site(row: Site) -> dict[str, Any]:
    facts = {"instanceId": row.instance_id, "siteId": row.site_id, "siteName": row.name, "installed": row.installed}
    return facts | ({"originInstanceId": row.origin_instance_id} if row.origin_instance_id else {})


@require_GET
def state(request: HttpRequest) -> HttpResponse:
    """GET /sandbox/state.json: orders, fulfillments, mails, webhookDeliveries; ?site= (name or id), ?number=,
    ?parts=fulfillments,mails for only those lists."""
    rows = Order.objects.select_related("site").order_by("pk")
    deliveries = Delivery.objects.select_related("site").order_by("pk")
    if request.GET.get("site"):
        site = site_named(request.GET["site"])
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
        "fulfillments": (_of(row.order) | row.data for row in fulfillments),
        "mails": (_mail(row) for row in sent),
        "webhookDeliveries": (_delivery(row) for row in deliveries),
    }
    wanted = request.GET.get("parts", ",".join(parts)).split(",")
    return JsonResponse({name: list(part) for name, part in parts.items() if name in wanted})


def _of(order: Order) -> dict[str, Any]:
    return {"orderId": order.order_id, "number": order.number}


def _mail(row: Mail) -> dict[str, Any]:
    return _of(row.order) | {
        "to": row.to,
        "subject": row.subject,
        "shippingProvider": row.provider,
        "trackingNumber": row.tracking_number,
        "trackingLink": row.tracking_link,
        "sent": row.sent,
    }


def _delivery(row: Delivery) -> dict[str, Any]:
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


def site_named(name: Any) -> Site:
    """A site by its name or its id. WixError 404."""
    site = Site.objects.filter(name=name).first() or Site.objects.filter(site_id=name).first()
    if site is None:
        raise WixError(404, {"message": f"there is no site {name!r}", "details": {}})
    return site


@require_http_methods(["GET", "POST"])
def turn(request: HttpRequest) -> HttpResponse:
    """GET /sandbox/knobs: every knob with its value, choices, meaning and unconfirmed point.
    POST {"fault": "500", "fault_count": 2} sets these knobs and answers the values of all."""
    if request.method == "GET":
        return JsonResponse({"knobs": knobs.described()})
    try:
        return JsonResponse(knobs.turn(body_of(request)))
    except ValueError as error:
        return HttpResponseBadRequest(f"{error}\n")


@require_http_methods(["GET", "POST"])
def requests(request: HttpRequest) -> HttpResponse:
    """GET /sandbox/requests: calls of each instance since the start: total, refused (429), busiestMinute, endpoints,
    statuses; withoutToken are those of nobody. POST forgets them."""
    if request.method == "POST":
        counting.forget()
    tallies = counting.tallies()
    names = dict(Site.objects.values_list("instance_id", "name"))
    rows = [
        {"instanceId": instance_id, "siteName": names.get(instance_id, "")} | tally
        for instance_id, tally in tallies.items()
        if instance_id != counting.ANYBODY
    ]
    return JsonResponse({"instances": rows, "withoutToken": tallies.get(counting.ANYBODY)})


@require_POST
def reset(request: HttpRequest) -> HttpResponse:
    """POST /sandbox/reset: orders and knobs of the seed again, no other sites, no calls counted; app and sites
    keep their ids, no app is installed."""
    seeding.reset()
    return JsonResponse({"orders": Order.objects.count()})


@require_POST
def install(request: HttpRequest) -> HttpResponse:
    """POST /sandbox/install {"site", "postInstallationUrl", "wrong"}: consent without a browser; answers {"redirect"}.
    Without postInstallationUrl it is a plain install: {"redirect": null, "open": the app's page with ?instance=}."""
    body = body_of(request)
    site, back, wrong = site_named(body.get("site")), str(body.get("postInstallationUrl") or ""), _wrong(body)
    if back:
        return JsonResponse({"redirect": consent.install(site, back, wrong)})
    shop.install_app(site)
    return JsonResponse({"redirect": None, "open": consent.opened(site, knobs.read()["app_url"], wrong)})


@require_POST
def open_app(request: HttpRequest) -> HttpResponse:
    """POST /sandbox/open-app {"site", "url", "wrong"}: the signed link by which a merchant opens the app's page inside
    Wix; answers {"open"}. url is the knob app_url unless given."""
    body = body_of(request)
    page = str(body.get("url") or knobs.read()["app_url"])
    return JsonResponse({"open": consent.opened(site_named(body.get("site")), page, _wrong(body))})


def _wrong(body: dict[str, Any]) -> str:
    wrong = str(body.get("wrong") or "")
    if wrong and wrong not in INSTALLS:
        raise WixError(400, {"message": f"wrong is one of {', '.join(INSTALLS)}", "details": {}})
    return wrong


@require_POST
def add_site(request: HttpRequest) -> HttpResponse:
    """POST /sandbox/sites {"name", "like": "Atelier Voorbeeld" or "Studio Tweede"}: a further site of the account, with
    the orders that the seed gave that one; the app is not on it. Answers its siteName, siteId and instanceId."""
    body = body_of(request)
    try:
        return JsonResponse(_site(seeding.add_site(str(body.get("name") or ""), str(body.get("like") or ""))))
    except ValueError as error:
        return HttpResponseBadRequest(f"{error}\n")


@require_POST
def duplicate(request: HttpRequest) -> HttpResponse:
    """POST /sandbox/duplicate {"site"}: the merchant copies the site; answers the copy's siteName, siteId, instanceId
    and originInstanceId. The copy has the app when the site has it, and no orders."""
    copy = shop.duplicate(site_named(body_of(request).get("site")))
    return JsonResponse(_site(copy))


@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """POST /sandbox/remove-app {"site", "silently"}: the merchant deletes the app in Wix; silently as when the whole
    site goes, without an event."""
    body = body_of(request)
    shop.remove_app(site_named(body.get("site")), silently=bool(body.get("silently")))
    return JsonResponse({"removed": True})


@require_POST
def expire_tokens(request: HttpRequest) -> HttpResponse:
    """POST /sandbox/expire-tokens {"site"}: every token of the site is too old from now on; answers {"expired"}."""
    return JsonResponse({"expired": shop.expire_tokens(site_named(body_of(request).get("site")))})


@require_POST
def mail_setting(request: HttpRequest) -> HttpResponse:
    """POST /sandbox/mail-setting {"site", "on": true}: whether the site mails its buyers a shipping confirmation."""
    body = body_of(request)
    site = site_named(body.get("site"))
    Site.objects.filter(pk=site.pk).update(sends_mail=bool(body.get("on")))
    return JsonResponse({"on": bool(body.get("on"))})


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """POST /sandbox/orders {"site", "count", "seed", "order": {overrides}}: paid ones; answers count, numbers, ids."""
    body = body_of(request)
    count, seed = body.get("count", 1), body.get("seed")
    if not isinstance(count, int) or not 1 <= count <= MOST_NEW or not isinstance(seed, int | None):
        return HttpResponseBadRequest(f"count is a number from 1 to {MOST_NEW}, and seed a number\n")
    made = shop.add_orders(site_named(body.get("site")), count, a_dict(body.get("order"), "order"), seed)
    named = made[:MOST_NAMED]
    return JsonResponse(
        {"count": len(made), "numbers": [row.number for row in named], "ids": [row.order_id for row in named]}
    )


@require_POST
def act(request: HttpRequest, order_id: str, action: str) -> HttpResponse:
    """POST /sandbox/orders/<id>/<action>: pay, cancel, edit {"order": {changes}} (a committed draft), readdress
    {"addressLine", "postalCode", "city"}, archive, fulfill {"lines": [{"id", "quantity"}], "trackingInfo", "records":
    false}, mark (fulfilled without a record), unfulfill, refund {"line", "quantity"}, anonymize; answers {"order"}."""
    order = get_object_or_404(Order.objects.select_related("site"), order_id=order_id)
    try:
        changing.change(order, action, body_of(request))
    except ValueError as error:
        return HttpResponseBadRequest(f"{error}\n")
    return JsonResponse({"order": order.data})


DOORS = (
    app, state, turn, requests, reset, install, open_app, add_site, duplicate, remove, expire_tokens, mail_setting, add,
    act,
)  # fmt: skip


def described() -> list[str]:
    """Every door in its own words, for the front page."""
    return [" ".join((door.__doc__ or "").split()) for door in DOORS]
