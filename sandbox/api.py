"""Wix's REST calls, as www.wixapis.com answers them."""

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from sandbox import fulfilling, knobs, search, tokens
from sandbox.errors import WixError, application_error, too_many, validation_error
from sandbox.models import Order, Site

Api = Callable[..., dict[str, Any]]


def body_of(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body or b"{}")
    except ValueError as error:
        raise WixError(400, {"message": "the body is not JSON", "details": {}}) from error
    return body if isinstance(body, dict) else {}


def endpoint(*methods: str, managing: bool = False) -> Callable[[Api], Callable[..., HttpResponse]]:
    """A call of one site: token first, then the rate limit, then the answer as JSON."""

    def decorate(view: Api) -> Callable[..., HttpResponse]:
        @require_http_methods(list(methods))
        def call(request: HttpRequest, **ids: str) -> HttpResponse:
            try:
                site = tokens.site_of(request, managing=managing)
                return JsonResponse(view(request, site, **ids))
            except tokens.RateLimited:
                return too_many(knobs.read()["retry_after"])

        return call

    return decorate


@require_http_methods(["POST"])
def token(request: HttpRequest) -> HttpResponse:
    return JsonResponse(tokens.mint(body_of(request)))


@require_http_methods(["POST"])
def token_info(request: HttpRequest) -> HttpResponse:
    return JsonResponse(tokens.info(body_of(request)))


@endpoint("GET")
def app_instance(request: HttpRequest, site: Site) -> dict[str, Any]:
    apps = ["stores", "forms"] if site.has_stores else ["blog"]
    return {
        "instance": {
            "instanceId": site.instance_id,
            "appName": "MyParcel Backoffice",
            "appVersion": "1.0.0" if knobs.read()["permissions"] == "full" else "0.9.0",
            "isFree": True,
            "permissions": tokens.granted(),
        },
        "site": {
            "siteId": site.site_id,
            "siteDisplayName": site.name,
            "url": site.url,
            "locale": "nl",
            "paymentCurrency": "EUR",
            "installedWixApps": apps,
        },
    }


@endpoint("POST")
def search_orders(request: HttpRequest, site: Site) -> dict[str, Any]:
    _needs_stores(site)
    return search.search(site, body_of(request))


def _needs_stores(site: Site) -> None:
    if not site.has_stores:
        raise application_error(428, "APP_NOT_INSTALLED", "Wix Stores is not installed on this site")


def order(request: HttpRequest, order_id: str) -> HttpResponse:
    """GET reads an order, PATCH changes it."""
    return (
        update_order(request, order_id=order_id) if request.method == "PATCH" else get_order(request, order_id=order_id)
    )


@endpoint("GET")
def get_order(request: HttpRequest, site: Site, order_id: str) -> dict[str, Any]:
    return {"order": fulfilling.find_order(site, order_id).data}


@endpoint("PATCH", managing=True)
def update_order(request: HttpRequest, site: Site, order_id: str) -> dict[str, Any]:
    order = fulfilling.find_order(site, order_id)
    changes = body_of(request).get("order") or {}
    allowed = {
        "buyerInfo",
        "buyerLanguage",
        "weightUnit",
        "billingInfo",
        "recipientInfo",
        "shippingInfo",
        "archived",
    }
    for name, value in changes.items():
        if name in allowed:
            merge(order.data, {name: value})
        elif name != "id":
            raise validation_error(f"order.{name}", "cannot be changed")
    fulfilling.touch(order)
    return {"order": order.data}


def merge(target: dict[str, Any], changes: dict[str, Any]) -> None:
    """PATCH semantics: objects are merged, null removes."""
    for name, value in changes.items():
        if value is None:
            target.pop(name, None)
        elif isinstance(value, dict) and isinstance(target.get(name), dict):
            merge(target[name], value)
        else:
            target[name] = value


@endpoint("POST", managing=True)
def cancel_order(request: HttpRequest, site: Site, order_id: str) -> dict[str, Any]:
    order = fulfilling.find_order(site, order_id)
    cancel(order)
    return {"order": order.data}


def cancel(order: Order) -> None:
    order.data["status"] = "CANCELED"
    fulfilling.note(order, "ORDER_CANCELED")
    fulfilling.touch(order)


@endpoint("GET")
def list_fulfillments(request: HttpRequest, site: Site, order_id: str) -> dict[str, Any]:
    return {"orderWithFulfillments": fulfilling.listing(fulfilling.find_order(site, order_id))}


@endpoint("POST")
def list_by_ids(request: HttpRequest, site: Site) -> dict[str, Any]:
    ids = body_of(request).get("orderIds") or []
    if not 1 <= len(ids) <= 100:
        raise validation_error("orderIds", "must have 1 to 100 items", "MAX_ITEMS")
    rows = site.orders.filter(order_id__in=ids).prefetch_related("fulfillments")
    return {
        "ordersWithFulfillments": [
            {"orderId": row.order_id, "fulfillments": [one.data for one in row.fulfillments.all()]} for row in rows
        ]
    }


@endpoint("POST", managing=True)
def create_fulfillment(request: HttpRequest, site: Site, order_id: str) -> dict[str, Any]:
    listing, own_id = fulfilling.create(site, order_id, body_of(request).get("fulfillment") or {})
    return {"orderWithFulfillments": listing, "fulfillmentId": own_id}


@endpoint("PATCH", "DELETE", managing=True)
def one_fulfillment(request: HttpRequest, site: Site, order_id: str, own_id: str) -> dict[str, Any]:
    if request.method == "DELETE":
        return {"orderWithFulfillments": fulfilling.delete(site, order_id, own_id)}
    wanted = body_of(request).get("fulfillment") or {}
    return {"orderWithFulfillments": fulfilling.update(site, order_id, own_id, wanted)}


@endpoint("POST", managing=True)
def bulk_create(request: HttpRequest, site: Site) -> dict[str, Any]:
    wanted = body_of(request).get("ordersWithFulfillments") or []
    half = request.META.get("sandbox.fault") == "bulk_partial"
    return fulfilling.bulk(site, wanted, fail_every_second=half)
