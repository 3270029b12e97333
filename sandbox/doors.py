"""The door for programs: what the stand-in knows as JSON, and its knobs over HTTP."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from sandbox import consent, knobs, seeding, shop
from sandbox.api import body_of
from sandbox.errors import WixError
from sandbox.models import Fulfillment, Mail, Order, Site


@require_GET
def app(request: HttpRequest) -> HttpResponse:
    """What a developer would read in Wix's app dashboard."""
    known = knobs.the_app()
    instances = [
        {"instanceId": s.instance_id, "siteId": s.site_id, "siteName": s.name, "installed": s.installed}
        for s in Site.objects.order_by("pk")
    ]
    return JsonResponse(
        {
            "appId": known.app_id,
            "appSecret": known.secret,
            "webhookPublicKey": known.public_key,
            "instances": instances,
        }
    )


@require_GET
def state(request: HttpRequest) -> HttpResponse:
    """Orders, fulfillments and mails; ``?site=`` (name or id) and ``?number=`` narrow them."""
    rows = Order.objects.select_related("site").order_by("pk")
    if request.GET.get("site"):
        rows = rows.filter(site=site_named(request.GET["site"]))
    if request.GET.get("number"):
        rows = rows.filter(number=request.GET["number"])
    fulfillments = Fulfillment.objects.filter(order__in=rows).select_related("order").order_by("pk")
    sent = Mail.objects.filter(order__in=rows).select_related("order").order_by("pk")
    return JsonResponse(
        {
            "orders": [row.data for row in rows],
            "fulfillments": [
                {"orderId": row.order.order_id, "number": row.order.number, **row.data} for row in fulfillments
            ],
            "mails": [
                {
                    "orderId": row.order.order_id,
                    "number": row.order.number,
                    "to": row.to,
                    "subject": row.subject,
                    "trackingNumber": row.tracking_number,
                    "trackingLink": row.tracking_link,
                }
                for row in sent
            ],
            "webhookDeliveries": [],
        }
    )


def site_named(name: str) -> Site:
    site = Site.objects.filter(name=name).first() or Site.objects.filter(site_id=name).first()
    if site is None:
        raise WixError(404, {"message": f"there is no site {name!r}", "details": {}})
    return site


@require_POST
def turn(request: HttpRequest) -> HttpResponse:
    """POST /sandbox/knobs {"fault": "500", "fault_count": 2}: answers every knob."""
    try:
        return JsonResponse(knobs.turn(body_of(request)))
    except ValueError as error:
        return HttpResponseBadRequest(f"{error}\n")


@require_POST
def reset(request: HttpRequest) -> HttpResponse:
    """POST /sandbox/reset: the seed again, with the same app, sites and instance ids."""
    seeding.reset()
    return JsonResponse({"orders": Order.objects.count()})


@require_POST
def install(request: HttpRequest) -> HttpResponse:
    """POST /sandbox/install {"site", "postInstallationUrl"}: consent without a browser; answers the redirect."""
    body = body_of(request)
    back = body.get("postInstallationUrl", "")
    return JsonResponse({"redirect": consent.install(site_named(body.get("site", "")), back)})


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """POST /sandbox/orders {"site", "count", "order": {overrides}}: new paid orders; answers up to 1,000 numbers."""
    body = body_of(request)
    made = shop.add_orders(site_named(body.get("site", "")), int(body.get("count", 1)), body.get("order") or {})
    return JsonResponse({"count": len(made), "numbers": made[:1000]})


@require_POST
def act(request: HttpRequest, order_id: str, action: str) -> HttpResponse:
    """POST /sandbox/orders/<id>/pay|cancel|edit|archive|fulfill: as the owner would; edit takes Wix's PATCH body."""
    order = get_object_or_404(Order.objects.select_related("site"), order_id=order_id)
    try:
        shop.change(order, action, body_of(request))
    except ValueError as error:
        return HttpResponseBadRequest(f"{error}\n")
    return JsonResponse({"order": order.data})


@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """POST /sandbox/remove-app {"site"}: the merchant deletes the app in Wix."""
    shop.remove_app(site_named(body_of(request).get("site", "")))
    return JsonResponse({"removed": True})


def described() -> list[dict[str, Any]]:
    """Every door with its own words, for the front page."""
    return [
        {"name": door.__name__, "words": (door.__doc__ or "").strip()}
        for door in (turn, reset, install, add, act, remove)
    ]
