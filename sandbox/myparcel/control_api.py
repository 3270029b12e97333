"""The control API of the MyParcel sandbox: the account's key, shipments, switches and tracking events."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from sandbox.api import parse_body
from sandbox.myparcel import shipments, switches, tracking, webhooks
from sandbox.myparcel.models import SHOP, FurtherShop, Notice, Parcel, Prepared, Subscription
from sandbox.remembered import forget


@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """GET /sandbox/myparcel/account.json: the API key, as a merchant copies it from MyParcel's back office."""
    return JsonResponse({"apiKey": switches.current_account().api_key})


@require_POST
def add_shop(request: HttpRequest) -> HttpResponse:
    """POST /sandbox/myparcel/shops {"company": "…"}: another shop of the account, with the key and number it got."""
    made = FurtherShop.objects.create(company=str(parse_body(request).get("company") or "Tweede winkel"))
    return JsonResponse({"apiKey": made.api_key, "shop": made.number})


@require_POST
def subscribe_elsewhere(request: HttpRequest) -> HttpResponse:
    """POST /sandbox/myparcel/subscriptions {"hook", "url"}: another program of the merchant takes this hook."""
    body = parse_body(request)
    hook = str(body.get("hook") or "shipment_status_change")
    made = webhooks.replace(SHOP, hook, str(body.get("url") or "https://other-program.example/hook"))
    return JsonResponse({"id": made.pk})


@require_GET
def state(request: HttpRequest) -> HttpResponse:
    """GET /sandbox/myparcel/state.json: shipments, subscriptions and webhooks; ?reference=."""
    rows = Parcel.objects.select_related("parent", "main").order_by("pk")
    if request.GET.get("reference"):
        rows = rows.filter(reference=request.GET["reference"])
    return JsonResponse(
        {
            "shipments": [shipments.as_json(row) for row in rows],
            "subscriptions": list(Subscription.objects.values("id", "hook", "url")),
            "notices": list(Notice.objects.order_by("pk").values("hook", "url", "state", "attempts", "last_answer")),
        }
    )


@require_POST
def set_switches(request: HttpRequest) -> HttpResponse:
    """POST /sandbox/myparcel/knobs {"fault": "500", "fault_path": "POST /shipments"}: answers all switches."""
    try:
        return JsonResponse(switches.set_switches(parse_body(request)))
    except ValueError as error:
        return HttpResponseBadRequest(f"{error}\n")


@require_POST
def move(request: HttpRequest) -> HttpResponse:
    """POST /sandbox/myparcel/move {"barcode" or "reference" or "id", "status": 7, "delayed": false, "hours_ago": 0,
    "at": "2026-10-25T02:15:00+01:00"}: adds a tracking event, now or at this time, and sends its webhook; a concept is
    registered first. Several calls play a series of statuses; the list keeps their order."""
    body = parse_body(request)
    if body.get("id"):
        found = shipments.find_by_ids(str(body["id"]))
    elif body.get("barcode"):
        found = list(Parcel.objects.filter(barcode=body["barcode"]))
    else:
        found = list(Parcel.objects.filter(reference=body.get("reference") or "-"))
    if not found or not isinstance(body.get("status"), int):
        return HttpResponseBadRequest("name a shipment by id, barcode or reference, and a status number\n")
    at = _moment(body)
    if at is None:
        return HttpResponseBadRequest("at is a time with its offset, hours_ago a number\n")
    tracking.register(found)
    for parcel in found:
        tracking.move(parcel, body["status"], delayed=bool(body.get("delayed")), at=at)
    return JsonResponse({"moved": [parcel.number for parcel in found]})


def _moment(body: dict[str, Any]) -> datetime | None:
    """When an event took place; None for a time that is not valid."""
    try:
        at = datetime.fromisoformat(str(body["at"])) if body.get("at") else None
        at = at or timezone.now() - timedelta(hours=float(body.get("hours_ago") or 0))
    except (ValueError, OverflowError, TypeError):
        return None
    return at if at.tzinfo is not None else None


@require_POST
def reset(request: HttpRequest) -> HttpResponse:
    """POST /sandbox/myparcel/reset: no shipments, no subscriptions, one shop, every switch as it was; the key stays."""
    clear()
    return JsonResponse({"shipments": 0})


def clear() -> None:
    models: tuple[Any, ...] = (Notice, Prepared, Subscription, Parcel, FurtherShop)
    for model in models:
        model.objects.all().delete()
    account = switches.current_account()
    account.switches = {}
    account.save(update_fields=["switches"])
    forget()


def descriptions() -> list[str]:
    """The docstring of every endpoint on one line, for the page."""
    endpoints = (account, add_shop, subscribe_elsewhere, state, set_switches, move, reset)
    return [" ".join((endpoint.__doc__ or "").split()) for endpoint in endpoints]
