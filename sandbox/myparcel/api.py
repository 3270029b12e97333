"""Views for MyParcel's REST API (api.myparcel.nl)."""

import base64
import json
import re
import secrets
import socket
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from sandbox.myparcel import labels, rules, shipments, switches, tracking, webhooks
from sandbox.myparcel.errors import FieldError, MyParcelError, plain, too_many, unprocessable
from sandbox.myparcel.models import ACCOUNT, SHOP, Parcel, Prepared, Subscription
from sandbox.waiting import wait

Call = Callable[..., HttpResponse]
RATE_LIMIT_SECONDS = 300
# Calls per sliding window of five minutes, including rejected ones.
RATE_LIMITS = {
    "GET /": 30,
    "GET /shipments": 500,
    "POST /shipments": 500,
    "PUT /shipments": 300,
    "PATCH /shipments": 300,
    "GET /shipments/ids": 1000,
    "DELETE /shipments/ids": 300,
    "GET /shipment_labels/ids": 500,
    "GET /tracktraces/ids": 300,
    "POST /return_shipments": 300,
    "GET /webhook_subscriptions": 150,
    "POST /webhook_subscriptions": 30,
    "DELETE /webhook_subscriptions/ids": 30,
    "GET /delivery_options": 60,
}
# MyParcel lists these two in one line, so they share a limit.
SHARED_LIMITS = {"GET /pickup_locations": "GET /delivery_options"}
# Sliding windows other than five minutes, in seconds.
WINDOWS = {"GET /delivery_options": 60}
USER_AGENT = re.compile(r"^[^\s]+/[0-9.]+(\s+[^/\s]+/[0-9.]+)*$")
SHIPMENT, RETURN, UNRELATED = (
    "application/vnd.shipment+json",
    "application/vnd.return_shipment+json",
    "application/vnd.unrelated_return_shipment+json",
)
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
MAX_LABELS_PER_CALL = 25


def endpoint(view: Call) -> Call:
    """Wrap a view: applies faults, checks the key and the rate limit, and returns errors in MyParcel's format."""

    def call(request: HttpRequest, **ids: str) -> HttpResponse:
        family = f"{request.method} {request.path.removeprefix('/myparcel')}"
        fault = switches.take_fault(family)
        if fault in switches.FAULTS_BEFORE:
            return _fault_response(request, fault)
        try:
            _authenticate(request)
            _count_call(re.sub(r"/[\d;]+$", "/ids", family))
            answer = view(request, **ids)
        except MyParcelError as error:
            answer = error.response()
        if not USER_AGENT.match(request.headers.get("User-Agent", "")):
            answer["X-Sandbox-Warning"] = "User-Agent is not of the form name/version name/version"
        return _drop_connection(request) if fault == "lost_answer" else answer

    return call


def _fault_response(request: HttpRequest, fault: str) -> HttpResponse:
    if fault == "html":
        return HttpResponse("<html><h1>502 Bad Gateway</h1></html>", status=502, content_type="text/html")
    if fault == "401":
        return _access_denied().response()
    if fault == "429":
        return too_many().response()
    if fault == "drop":
        return _drop_connection(request)
    return JsonResponse({"message": "Internal Server Error"}, status=int(fault))


def _drop_connection(request: HttpRequest) -> HttpResponse:
    connection = request.META.get("gunicorn.socket")
    if isinstance(connection, socket.socket):
        connection.shutdown(socket.SHUT_RDWR)
    return HttpResponse("<html>upstream timed out</html>", status=504, content_type="text/html")


def _access_denied() -> MyParcelError:
    return plain(401, 3000, "Access Denied.")


def _authenticate(request: HttpRequest) -> None:
    scheme, _space, value = request.headers.get("Authorization", "").partition(" ")
    key = base64.b64encode(switches.current_account().api_key.encode()).decode()
    if scheme.lower() not in {"basic", "bearer"} or not secrets.compare_digest(value.strip(), key):
        raise _access_denied()


def _count_call(family: str) -> None:
    family = SHARED_LIMITS.get(family, family)
    limit = switches.read()["rate_limit"] or RATE_LIMITS.get(family, 1000)
    window = WINDOWS.get(family, RATE_LIMIT_SECONDS)
    now = timezone.now().timestamp()
    key = "calls:" + family.replace(" ", "")
    calls = [moment for moment in cache.get(key, []) if moment > now - window] + [now]
    cache.set(key, calls, window)
    if len(calls) > limit:
        raise too_many()


def parse_body(request: HttpRequest, *types: str) -> dict[str, Any]:
    """The request's JSON object. Raises MyParcelError 415 for another content type or character set."""
    kind, *parameters = (part.strip() for part in request.headers.get("Content-Type", "").lower().split(";"))
    if kind not in types:
        raise plain(415, 3100, "Content-Type is not supported")
    charsets = [part.removeprefix("charset=") for part in parameters if part.startswith("charset=")]
    if charsets and charsets[0].strip('"') != "utf-8":
        raise plain(415, 3101, "Character set is not supported")
    try:
        body = json.loads(request.body)
    except ValueError as error:
        raise plain(400, 0, "The body is not JSON") from error
    if not isinstance(body, dict):
        raise plain(400, 0, "The body is not an object")
    return body


def health(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"title": "MyParcel API", "status": "OK"})


def create(request: HttpRequest) -> HttpResponse:
    body = parse_body(request, SHIPMENT, RETURN, UNRELATED)
    kind = request.headers["Content-Type"].split(";")[0].strip().lower()
    if kind == SHIPMENT:
        made = shipments.create(shipments.parse_entries(body, "shipments"))
    else:
        made = shipments.create_returns(shipments.parse_entries(body, "return_shipments"), kind == RETURN)
        tracking.register(made)
    accept = request.headers.get("Accept", "")
    if "version=1.2" in accept:
        link = _prepare_pdf([parcel.number for parcel in made], *_parse_layout(request))
        rows = [shipments.as_json(parcel) for parcel in made]
        return JsonResponse({"data": {"shipments": rows, "pdf": {"url": link}}})
    if "vnd.shipment_label+json" in accept:
        return JsonResponse(
            {"data": {"pdfs": {"url": _prepare_pdf([parcel.number for parcel in made], *_parse_layout(request))}}}
        )
    ids = [{"id": parcel.number, "reference_identifier": parcel.reference} for parcel in made]
    shape = "application/json" if "application/json" in accept else "application/vnd.shipment_ids+json;charset=utf-8"
    return JsonResponse({"data": {"ids": ids}}, content_type=shape)


def update(request: HttpRequest) -> HttpResponse:
    shipments.update(shipments.parse_entries(parse_body(request, SHIPMENT), "shipments"))
    return HttpResponse(status=204)


def patch(request: HttpRequest) -> HttpResponse:
    shipments.patch(shipments.parse_entries(parse_body(request, SHIPMENT), "shipments"))
    return HttpResponse(status=204)


def search(request: HttpRequest) -> HttpResponse:
    """GET /shipments with the documented filters that our client and MyParcel's clients use."""
    params, rows = request.GET, Parcel.objects.filter(main=None)
    if params.get("reference_identifier"):
        rows = rows.filter(reference=params["reference_identifier"])
    if params.get("barcode"):
        rows = rows.filter(barcode=params["barcode"])
    if params.get("status"):
        rows = rows.filter(status__in=[int(status) for status in params["status"].split(";") if status.isdigit()])
    if params.get("shipment_type"):
        rows = rows.filter(kind=params["shipment_type"])
    found = list(rows.order_by("-pk" if params.get("order", "ASC").upper() == "DESC" else "pk"))
    if query := params.get("q", "").casefold():
        found = [row for row in found if query in json.dumps(row.data, ensure_ascii=False).casefold() + row.reference]
    return _list_response(
        found, _parse_number(params, "page", 1, 1000, 3200), _parse_number(params, "size", 30, 10_000, 3201)
    )


def _parse_number(params: Any, name: str, default: int, max_value: int, code: int) -> int:
    value = params.get(name, str(default))
    if not value.isdigit() or not 1 <= int(value) <= max_value:
        raise plain(422, code, f"{name} is not valid")
    return int(value)


def _list_response(rows: list[Parcel], page: int = 1, size: int = 30) -> HttpResponse:
    part = rows[(page - 1) * size : page * size]
    found = {"shipments": [shipments.as_json(row) for row in part], "page": page, "size": size, "results": len(rows)}
    if switches.read()["list_shape"] == "search_results":
        return JsonResponse({"data": {"search_results": found}})
    return JsonResponse({"data": found})


def by_ids(request: HttpRequest, ids: str) -> HttpResponse:
    rows = shipments.find_by_ids(ids)
    return _list_response(rows, size=max(30, len(rows)))


def delete(request: HttpRequest, ids: str) -> HttpResponse:
    shipments.delete(shipments.find_by_ids(ids), len(ids.split(";")))
    return HttpResponse(status=204)


def shipment_labels(request: HttpRequest, ids: str) -> HttpResponse:
    """A PDF of at most 25 labels, or a link to one. Requesting it registers the shipments."""
    wait(lambda: int(switches.read()["slow_label_ms"]))
    parcels = shipments.find_by_ids(ids)
    if not parcels:
        raise plain(404, 3210, "Shipment not found")
    if switches.read()["payment_required"]:
        return _payment_required()
    layout, positions = _parse_layout(request)
    with transaction.atomic():
        tracking.register(parcels)
    accept = request.headers.get("Accept", "application/pdf")
    numbers = [parcel.number for parcel in parcels]
    if request.path.startswith("/myparcel/v2/"):
        return JsonResponse({"data": {"pdf": {"url": _prepare_pdf(numbers, layout, positions)}}})
    if "json" in accept:
        waits = None if "shipment_label_link" in accept else 0
        return JsonResponse({"data": {"pdfs": {"url": _prepare_pdf(numbers, layout, positions, waits)}}})
    if len(parcels) > MAX_LABELS_PER_CALL:
        raise plain(422, 3758, "Too many labels at once; ask for a link")
    return _pdf_response(shipments.find_by_ids(ids), layout, positions)


def _payment_required() -> HttpResponse:
    price = {"amount": 895, "currency": "EUR"}
    body = {"id": "4b7e2c90", "paid": 0, "price": price, "payment_url": "https://pay.example/transaction/ab12cd34"}
    return JsonResponse({"data": {"payment_instructions": body}}, status=402)


def _parse_layout(request: HttpRequest) -> tuple[str, list[int]]:
    layout = request.GET.get("format", "A4").upper()
    if layout not in {"A4", "A6"}:
        raise plain(422, 3709, "Paper format is not valid")
    places = [part for part in request.GET.get("positions", "").split(";") if part]
    if any(place not in {"1", "2", "3", "4"} for place in places):
        raise plain(422, 3708, "Position is not valid")
    return layout, [int(place) for place in places]


def _prepare_pdf(numbers: list[int], layout: str, positions: list[int], waits: int | None = None) -> str:
    """Create a PDF link; returns a URL relative to the API's base URL."""
    waits = switches.read()["link_waits"] if waits is None else waits
    row = Prepared.objects.create(numbers=numbers, layout=layout, positions=positions, waits=waits)
    webhooks.enqueue_label(numbers, f"/pdfs/{row.token}")
    return f"/pdfs/{row.token}"


def prepared_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """The PDF behind a link; needs no key, because the name cannot be guessed."""
    row = Prepared.objects.filter(token=token).first()
    if row is None or row.waits:
        Prepared.objects.filter(token=token).update(waits=max(0, row.waits - 1) if row else 0)
        return plain(404, 3758, "The file is not ready").response()
    parcels = shipments.find_by_ids(";".join(str(number) for number in row.numbers))
    tracking.register(parcels)
    return _pdf_response(
        shipments.find_by_ids(";".join(str(number) for number in row.numbers)), row.layout, row.positions
    )


def _pdf_response(parcels: list[Parcel], layout: str, positions: list[int]) -> HttpResponse:
    answer = HttpResponse(labels.draw(parcels, layout, positions), content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment;filename="labels.pdf"'
    return answer


def tracktraces(request: HttpRequest, ids: str) -> HttpResponse:
    english = request.headers.get("Accept-Language", "nl_NL").lower().startswith("en")
    rows = [parcel for parcel in shipments.find_by_ids(ids) if parcel.barcode]
    return JsonResponse({"data": {"tracktraces": [tracking.tracktrace_json(parcel, english) for parcel in rows]}})


def return_link(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"data": {"download_url": {"link": f"https://myparcel.me/returns/{secrets.token_hex(16)}"}}})


def subscriptions(request: HttpRequest, ids: str = "") -> HttpResponse:
    rows = Subscription.objects.order_by("pk")
    if ids:
        rows = rows.filter(pk__in=ids.split(";"))
    listed = [{"id": row.pk, "account_id": ACCOUNT, "shop_id": SHOP, "hook": row.hook, "url": row.url} for row in rows]
    return JsonResponse({"data": {"webhook_subscriptions": listed}})


def subscribe(request: HttpRequest) -> HttpResponse:
    """One subscription per hook; a new one replaces the old one. URLs are https or local."""
    rows = shipments.parse_entries(parse_body(request, "application/json"), "webhook_subscriptions")
    for index, row in enumerate(rows):
        at, url = f"data.webhook_subscriptions[{index}]", str(row.get("url", ""))
        if row.get("hook") not in HOOK_NAMES:
            raise unprocessable([FieldError(10003, f"{at}.hook", "hook is not valid")])
        if not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise unprocessable([FieldError(10002, f"{at}.url", "url must be https")])
    made = []
    for row in rows:
        Subscription.objects.filter(hook=row["hook"]).delete()
        made.append(Subscription.objects.create(hook=row["hook"], url=row["url"]))
    return JsonResponse({"data": {"ids": [{"id": row.pk} for row in made]}})


def unsubscribe(request: HttpRequest, ids: str) -> HttpResponse:
    Subscription.objects.filter(pk__in=[part for part in ids.split(";") if part.isdigit()]).delete()
    return HttpResponse(status=204)


def capabilities(request: HttpRequest) -> HttpResponse:
    """POST /shipments/capabilities: what can be sent to a recipient, in the names of API version 2."""
    body = json.loads(request.body or b"{}")
    group = rules.group_of(str((body.get("recipient") or {}).get("countryCode", "")).upper())
    found = [row for row in rules.data()["capabilities"] if row["destination_group"] == group]
    return JsonResponse({"results": [_capability_json(row) for row in found]})


def _capability_json(row: dict[str, Any]) -> dict[str, Any]:
    def newer(kind: str, name: str) -> Any:
        return next((entry["v2"] for entry in rules.data()[kind] if entry["name"] == name), None)

    return {
        "carrier": newer("carriers", row["carrier"]),
        "packageTypes": [newer("package_types", row["package_type"])],
        "deliveryTypes": [newer("delivery_types", name) for name in row["delivery_types"]],
        "collo": {"max": row["multi_collo_max"]},
    }
