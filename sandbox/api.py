"""Wix's REST calls, as www.wixapis.com answers them."""

import json
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from sandbox import changing, fulfilling, knobs, search, tokens, webhooks
from sandbox.answering import as_answered
from sandbox.errors import WixError, a_dict, application_error, too_many
from sandbox.models import Site
from sandbox.tokens import MANAGE, OWN, READ

Api = Callable[..., dict[str, Any]]


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The JSON object of a request; an empty body is an empty one. WixError 400."""
    try:
        body = json.loads(request.body or b"{}")
    except ValueError as error:
        raise WixError(400, {"message": "The body is not JSON", "details": {}}) from error
    return a_dict(body, "body")


def endpoint(scope: str) -> Callable[[Api], Callable[..., HttpResponse]]:
    """A call of one site: token first, then the rate limit and the permission, then the answer as JSON."""

    def decorate(view: Api) -> Callable[..., HttpResponse]:
        def call(request: HttpRequest, **ids: str) -> HttpResponse:
            try:
                site = tokens.site_of(request, scope)
            except tokens.RateLimited:
                return too_many(knobs.read()["retry_after"])
            if scope != OWN and not site.has_stores:
                raise _without_stores()
            return JsonResponse(view(request, site, **ids))

        return call

    return decorate


def by_method(**views: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """One address, a view for each HTTP method."""

    @require_http_methods(list(views))
    def call(request: HttpRequest, **ids: str) -> HttpResponse:
        return views[str(request.method)](request, **ids)

    return call


def _without_stores() -> WixError:
    words = "A Wix app that this method depends on is not installed on the site"
    return application_error(428, "APP_NOT_INSTALLED", words, "Wix Stores is not installed on the site")


def token(request: HttpRequest) -> HttpResponse:
    body = body_of(request)
    request.META["sandbox.instance"] = str(body.get("instance_id") or "")
    try:
        return JsonResponse(tokens.mint(body))
    except tokens.TokenRefused as refusal:
        return refusal.response()


def token_info(request: HttpRequest) -> HttpResponse:
    return JsonResponse(tokens.info(body_of(request)))


@endpoint(OWN)
def app_instance(request: HttpRequest, site: Site) -> dict[str, Any]:
    up_to_date = knobs.read()["permissions"] == "full"
    return {
        "instance": {
            "instanceId": site.instance_id,
            "appName": "MyParcel Backoffice",
            "appVersion": "1.0.0" if up_to_date else "0.9.0",
            "isFree": True,
            "permissions": tokens.granted(),
            **({"originInstanceId": site.origin_instance_id} if site.origin_instance_id else {}),
        },
        "site": {
            "siteId": site.site_id,
            "siteDisplayName": site.name,
            "url": site.url,
            "locale": "nl",
            "paymentCurrency": "EUR",
            "installedWixApps": ["stores", "forms"] if site.has_stores else ["blog"],
        },
    }


@endpoint(READ)
def search_orders(request: HttpRequest, site: Site) -> dict[str, Any]:
    answer, turned = search.search(site, body_of(request)), knobs.read()
    return answer | {"orders": [as_answered(order, turned) for order in answer["orders"]]}


@endpoint(READ)
def get_order(request: HttpRequest, site: Site, order_id: str) -> dict[str, Any]:
    return {"order": as_answered(fulfilling.find_order(site, order_id).data, knobs.read())}


@endpoint(MANAGE)
def update_order(request: HttpRequest, site: Site, order_id: str) -> dict[str, Any]:
    with transaction.atomic():
        order = fulfilling.find_order(site, order_id)
        changing.patch(order, a_dict(body_of(request).get("order"), "order"), webhooks.our_app())
    return {"order": as_answered(order.data, knobs.read())}


@endpoint(MANAGE)
def cancel_order(request: HttpRequest, site: Site, order_id: str) -> dict[str, Any]:
    with transaction.atomic():
        order = fulfilling.find_order(site, order_id)
        changing.cancel(order, body_of(request), webhooks.our_app())
    return {"order": as_answered(order.data, knobs.read())}


@endpoint(READ)
def list_fulfillments(request: HttpRequest, site: Site, order_id: str) -> dict[str, Any]:
    return {"orderWithFulfillments": fulfilling.listing(fulfilling.order_of_call(site, order_id))}


@endpoint(READ)
def list_by_ids(request: HttpRequest, site: Site) -> dict[str, Any]:
    return {"ordersWithFulfillments": fulfilling.listings(site, body_of(request).get("orderIds") or [])}


@endpoint(MANAGE)
def create_fulfillment(request: HttpRequest, site: Site, order_id: str) -> dict[str, Any]:
    wanted = a_dict(body_of(request).get("fulfillment"), "fulfillment")
    listing, own_id = fulfilling.create(site, order_id, wanted, webhooks.our_app())
    return {"orderWithFulfillments": listing, "fulfillmentId": own_id}


@endpoint(MANAGE)
def update_fulfillment(request: HttpRequest, site: Site, order_id: str, own_id: str) -> dict[str, Any]:
    wanted = a_dict(body_of(request).get("fulfillment"), "fulfillment")
    return {"orderWithFulfillments": fulfilling.update(site, order_id, own_id, wanted, webhooks.our_app())}


@endpoint(MANAGE)
def delete_fulfillment(request: HttpRequest, site: Site, order_id: str, own_id: str) -> dict[str, Any]:
    return {"orderWithFulfillments": fulfilling.delete(site, order_id, own_id, webhooks.our_app())}


@endpoint(MANAGE)
def bulk_create(request: HttpRequest, site: Site) -> dict[str, Any]:
    half = request.META.get("sandbox.fault") == "bulk_partial"
    wanted = body_of(request).get("ordersWithFulfillments")
    return fulfilling.bulk(site, wanted, webhooks.our_app(), fail_every_second=half)
