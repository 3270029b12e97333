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

from sandbox.myparcel import labels, multi_collo, shipments, shops, switches, tracking, webhooks
from sandbox.myparcel.errors import MyParcelError, plain, too_many
from sandbox.myparcel.models import Parcel, Prepared
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
MAX_LABELS_PER_CALL, MAX_IDS_PER_CALL = 25, 100
# A look-up by reference with this page size or a larger one comes back empty, as MyParcel's SDK notes.
EMPTY_LOOK_UP_SIZE = 200
SORT_COLUMNS = frozenset(
    [
        "amount",
        "created",
        "id",
        "modified",
        "parent_id",
        "recipient",
        "reference_identifier",
        "shipment_type",
        "status",
    ]
)


def endpoint(view: Call, *, is_public: Callable[[HttpRequest], bool] = lambda _request: False) -> Call:
    """Wrap a view: applies faults, checks the key and the rate limit, and returns errors in MyParcel's format.

    ``is_public`` says whether a request without a key is answered.
    """

    def call(request: HttpRequest, **ids: str) -> HttpResponse:
        family = f"{request.method} {request.path.removeprefix('/myparcel')}"
        fault = switches.take_fault(family)
        if fault in switches.FAULTS_BEFORE:
            return _fault_response(request, fault)
        try:
            if "Authorization" in request.headers or not is_public(request):
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
    if fault == "403":
        return plain(403, 3001, "Permission Denied.").response()
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
    for key, shop in shops.api_keys():
        sent = base64.b64encode(key.encode()).decode()
        if scheme.lower() in {"basic", "bearer"} and secrets.compare_digest(value.strip(), sent):
            request.META["sandbox.shop"] = shop
            return
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
        rows = shipments.parse_entries(body, "shipments")
        multi_collo.check_version(request, rows)
        made = shipments.create(rows, request.META["sandbox.shop"])
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
    params, rows = request.GET, Parcel.objects.filter(main=None, shop=request.META["sandbox.shop"])
    if params.get("sort", "id") not in SORT_COLUMNS:
        raise plain(422, 3202, "sort is not valid")
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
    page, size = (
        _parse_number(params, "page", 1, (1, 1000), 3200),
        _parse_number(params, "size", 30, (30, 10_000), 3201),
    )
    if params.get("reference_identifier") and size >= EMPTY_LOOK_UP_SIZE:
        found = []
    part = found[(page - 1) * size : page * size]
    return _list_response([_list_row(request, row) for row in part], page, size, len(found))


def _list_row(request: HttpRequest, parcel: Parcel) -> dict[str, Any]:
    row = _row(request, parcel)
    return row if switches.read()["list_secondary"] else row | {"secondary_shipments": []}


def _parse_number(params: Any, name: str, default: int, limits: tuple[int, int], code: int) -> int:
    value = params.get(name, str(default))
    if not value.isdigit() or not limits[0] <= int(value) <= limits[1]:
        raise plain(422, code, f"{name} is not valid")
    return int(value)


def _row(request: HttpRequest, parcel: Parcel) -> dict[str, Any]:
    """The tracking link is null unless the query asks for it."""
    return shipments.as_json(parcel, with_link=request.GET.get("link_consumer_portal") == "1")


def _list_response(rows: list[dict[str, Any]], page: int, size: int, results: int) -> HttpResponse:
    found = {"shipments": rows, "page": page, "size": size, "results": results}
    if switches.read()["list_shape"] == "search_results":
        return JsonResponse({"data": {"search_results": found}})
    return JsonResponse({"data": found})


def by_ids(request: HttpRequest, ids: str) -> HttpResponse:
    """No page, size or results: @myparcel/sdk declares a plain list, and makes one only of an answer without them."""
    if len(ids.split(";")) > MAX_IDS_PER_CALL:
        raise plain(422, 3210, "Too many ids")
    return JsonResponse({"data": {"shipments": [_row(request, row) for row in shipments.find_by_ids(ids)]}})


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
    if switches.take_label_wait():
        return _not_finished()
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


def _not_finished() -> HttpResponse:
    return JsonResponse({"message": "The work is not finished"}, status=202)


def _payment_required() -> HttpResponse:
    price = {"amount": 895, "currency": "EUR"}
    hashes = dict.fromkeys(("id", "hash", "notification_hash", "original_notification_hash"), "4b7e2c90d1a35f66")
    invoice = {"id": 7712045, "number": "112609070031", "status": 102}
    body = {"type": 1, "paid": 0, "price": price, "payment_url": "https://pay.example/transaction/ab12cd34"}
    return JsonResponse({"data": {"payment_instructions": hashes | body | {"invoices": invoice}}}, status=402)


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
        is_accepted = row is not None and switches.read()["not_ready"] == "202"
        return _not_finished() if is_accepted else plain(404, 3758, "The file is not ready").response()
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
