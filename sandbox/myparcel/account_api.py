"""Views for the account behind a key: whose it is, and its webhook subscriptions."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from sandbox.myparcel import shipments, webhooks
from sandbox.myparcel.api import parse_body
from sandbox.myparcel.errors import FieldError, unprocessable
from sandbox.myparcel.models import ACCOUNT, Subscription

HOOK_NAMES = frozenset(
    [
        "shipment_status_change",
        "shipment_label_created",
        "order_status_change",
        "shop_updated",
        "shop_carrier_accessibility_updated",
        "shop_carrier_configuration_updated",
        "subscription_created_or_updated",
    ]
)


def subscriptions(request: HttpRequest, ids: str = "") -> HttpResponse:
    rows = Subscription.objects.filter(shop=request.META["sandbox.shop"]).order_by("pk")
    if ids:
        rows = rows.filter(pk__in=ids.split(";"))
    listed = [
        {"id": row.pk, "account_id": ACCOUNT, "shop_id": row.shop, "hook": row.hook, "url": row.url} for row in rows
    ]
    return JsonResponse({"data": {"webhook_subscriptions": listed}})


def subscribe(request: HttpRequest) -> HttpResponse:
    """One subscription per hook and shop; a new one replaces the old one, whoever made it. URLs are https or local."""
    rows = shipments.parse_entries(parse_body(request, "application/json"), "webhook_subscriptions")
    for index, row in enumerate(rows):
        at, url = f"data.webhook_subscriptions[{index}]", str(row.get("url", ""))
        if row.get("hook") not in HOOK_NAMES:
            raise unprocessable([FieldError(10003, f"{at}.hook", "hook is not valid")])
        if not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise unprocessable([FieldError(10002, f"{at}.url", "url must be https")])
    made = []
    for row in rows:
        made.append(webhooks.replace(request.META["sandbox.shop"], row["hook"], row["url"]))
    return JsonResponse({"data": {"ids": [{"id": row.pk} for row in made]}})


def unsubscribe(request: HttpRequest, ids: str) -> HttpResponse:
    numbers = [part for part in ids.split(";") if part.isdigit()]
    Subscription.objects.filter(shop=request.META["sandbox.shop"], pk__in=numbers).delete()
    return HttpResponse(status=204)


def whoami(request: HttpRequest) -> HttpResponse:
    """GET /whoami, which MyParcel serves on another host (iam.api.myparcel.nl). It names numbers and no names."""
    shop = str(request.META["sandbox.shop"])
    answer = {"accountId": str(ACCOUNT), "platform": "MYPARCEL_NL", "id": shop, "type": "SHOP", "role": "SHOP_DEFAULT"}
    return JsonResponse(answer | {"shopIds": [shop], "features": ["DIRECT_PRINTING"], "fulfilmentPlatforms": []})
