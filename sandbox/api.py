"""Views for Wix's REST API (www.wixapis.com)."""

import json
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from sandbox import fulfillments, order_actions, search, switches, tokens, webhooks
from sandbox.errors import WixError, application_error, as_dict, too_many
from sandbox.models import Site
from sandbox.order_json import STORES_APP
from sandbox.response_overrides import with_overrides
from sandbox.tokens import MANAGE, OWN, READ

Api = Callable[..., dict[str, Any]]


def parse_body(request: HttpRequest) -> dict[str, Any]:
    """The request's JSON object; an empty body is an empty object. Raises WixError 400."""
    try:
        body = json.loads(request.body or b"{}")
    except ValueError as error:
        raise WixError(400, {"message": "The body is not JSON", "details": {}}) from error
    return as_dict(body, "body")


def endpoint(scope: str) -> Callable[[Api], Callable[..., HttpResponse]]:
    """Wrap a view of one site: checks token, rate limit and permission, and returns JSON."""

    def decorate(view: Api) -> Callable[..., HttpResponse]:
        def call(request: HttpRequest, **ids: str) -> HttpResponse:
            try:
                site = tokens.authenticate(request, scope)
            except tokens.RateLimited:
                return too_many(switches.read()["retry_after"])
            if scope != OWN and not site.has_stores and switches.read()["without_stores"] != "empty":
                raise _stores_missing()
            return JsonResponse(view(request, site, **ids))

        return call

    return decorate


def by_method(**views: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Dispatch one URL to a view for each HTTP method."""

    @require_http_methods(list(views))
    def call(request: HttpRequest, **ids: str) -> HttpResponse:
        return views[str(request.method)](request, **ids)

    return call


def _stores_missing() -> WixError:
    message = "A Wix app that this method depends on is not installed on the site"
    code = "REQUIRED_APP_NOT_INSTALLED" if switches.read()["without_stores"] == "428_required" else "APP_NOT_INSTALLED"
    return application_error(428, code, message, "Wix Stores is not installed on the site")


def token(request: HttpRequest) -> HttpResponse:
    body = parse_body(request)
    request.META["sandbox.instance"] = str(body.get("instance_id") or "")
    try:
        return JsonResponse(tokens.mint(body))
    except tokens.TokenRejected as refusal:
        return refusal.response()


def token_info(request: HttpRequest) -> HttpResponse:
    return JsonResponse(tokens.info(parse_body(request)))


@endpoint(OWN)
def app_instance(request: HttpRequest, site: Site) -> dict[str, Any]:
    up_to_date = switches.read()["permissions"] == "full"
    return {
        "instance": {
            "instanceId": site.instance_id,
            "appName": "MyParcel Backoffice",
            "availablePlans": [],
            "isOriginSiteTemplate": False,
            "copiedFromTemplate": False,
            "freeTrialAvailable": False,
            "appVersion": "1.0.0" if up_to_date else "0.9.0",
            "isFree": True,
            **tokens.granted(),
            **({"originInstanceId": site.origin_instance_id} if site.origin_instance_id else {}),
        },
        "site": {
            "siteId": site.site_id,
            "siteDisplayName": site.name,
            "url": site.url,
            "locale": "nl",
            "paymentCurrency": "EUR",
            **_installed_apps(site),
        },
    }


def _installed_apps(site: Site) -> dict[str, Any]:
    """``installedWixApps``, whose values Wix does not publish."""
    spelling = switches.read()["installed_apps"]
    if spelling == "absent":
        return {}
    names = {"app_id": STORES_APP, "only_others": "wix_forms"}
    stores = [] if spelling == "empty" or not site.has_stores else [names.get(spelling, spelling)]
    return {"installedWixApps": stores + ([] if spelling == "empty" else ["forms" if site.has_stores else "blog"])}


@endpoint(READ)
def search_orders(request: HttpRequest, site: Site) -> dict[str, Any]:
    answer, values = search.search(site, parse_body(request)), switches.read()
    return answer | {"orders": [with_overrides(order, values) for order in answer["orders"]]}


@endpoint(READ)
def get_order(request: HttpRequest, site: Site, order_id: str) -> dict[str, Any]:
    return {"order": with_overrides(fulfillments.find_order(site, order_id).data, switches.read())}


@endpoint(MANAGE)
def update_order(request: HttpRequest, site: Site, order_id: str) -> dict[str, Any]:
    with transaction.atomic():
        order = fulfillments.find_order(site, order_id)
        order_actions.patch(order, as_dict(parse_body(request).get("order"), "order"), webhooks.app_actor())
    return {"order": with_overrides(order.data, switches.read())}


@endpoint(MANAGE)
def cancel_order(request: HttpRequest, site: Site, order_id: str) -> dict[str, Any]:
    with transaction.atomic():
        order = fulfillments.find_order(site, order_id)
        order_actions.cancel(order, parse_body(request), webhooks.app_actor())
    return {"order": with_overrides(order.data, switches.read())}


@endpoint(READ)
def list_fulfillments(request: HttpRequest, site: Site, order_id: str) -> dict[str, Any]:
    return {"orderWithFulfillments": fulfillments.listing(fulfillments.find_order_to_fulfill(site, order_id))}


@endpoint(READ)
def list_by_ids(request: HttpRequest, site: Site) -> dict[str, Any]:
    return {"ordersWithFulfillments": fulfillments.listings(site, parse_body(request).get("orderIds") or [])}


@endpoint(MANAGE)
def create_fulfillment(request: HttpRequest, site: Site, order_id: str) -> dict[str, Any]:
    wanted = as_dict(parse_body(request).get("fulfillment"), "fulfillment")
    listing, own_id = fulfillments.create(site, order_id, wanted, webhooks.app_actor())
    return {"orderWithFulfillments": listing, "fulfillmentId": own_id}


@endpoint(MANAGE)
def update_fulfillment(request: HttpRequest, site: Site, order_id: str, own_id: str) -> dict[str, Any]:
    wanted = as_dict(parse_body(request).get("fulfillment"), "fulfillment")
    return {"orderWithFulfillments": fulfillments.update(site, order_id, own_id, wanted, webhooks.app_actor())}


@endpoint(MANAGE)
def delete_fulfillment(request: HttpRequest, site: Site, order_id: str, own_id: str) -> dict[str, Any]:
    return {"orderWithFulfillments": fulfillments.delete(site, order_id, own_id, webhooks.app_actor())}


@endpoint(MANAGE)
def bulk_create(request: HttpRequest, site: Site) -> dict[str, Any]:
    half = request.META.get("sandbox.fault") == "bulk_partial"
    wanted = parse_body(request).get("ordersWithFulfillments")
    return fulfillments.bulk(site, wanted, webhooks.app_actor(), fail_every_second=half)
