"""Response headers, call counting, and the faults that switches request."""

import socket
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone

from sandbox import call_counter, switches, tokens
from sandbox.errors import WixError, too_many, unauthenticated, without_details
from sandbox.remembered import one_request
from sandbox.switch_definitions import FAULTS_BEFORE
from sandbox.waiting import wait

API = ("/ecom/", "/apps/v1/", "/oauth2/")
Next = Callable[[HttpRequest], HttpResponse]


class Headers:
    """A strict content security policy and a request id.

    The policy has no form-action, because the consent form redirects to the backoffice, which is another origin.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with one_request():
            response = self.get_response(request)
        response["x-wix-request-id"] = f"{int(time.time())}.{uuid.uuid4().hex[:12]}"
        response["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "no-store"
        return response


class CountCalls:
    """Counts every API call, including rejected ones and those whose response is lost."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(API):
            instance_id = request.META.get("sandbox.instance") or tokens.instance_id_of(request)
            minute = int(timezone.now().timestamp()) // 60
            call_counter.record_call(instance_id, endpoint_name(request), response.status_code, minute)
        return response


def endpoint_name(request: HttpRequest) -> str:
    """Method and route with placeholders for ids, such as ``POST /ecom/v1/orders/search``."""
    try:
        route = resolve(request.path).route
    except Resolver404:
        return f"{request.method} (unknown)"
    return f"{request.method} /{route}".replace("<str:", "{").replace(">", "}")


def _delay_ms(path: str) -> int:
    values = switches.read()
    return int(values["slow_ms"]) if values["fault_path"] in path else 0


class Faults:
    """Applies the fault that a switch requests, before or after the call takes effect."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(API):
            return self.get_response(request)
        wait(lambda: _delay_ms(request.path))
        fault = switches.take_fault(request.path)
        if fault in FAULTS_BEFORE:
            return fault_response(request, fault)
        request.META["sandbox.fault"] = fault
        response = self.get_response(request)
        if fault == "lost_answer":
            return drop_connection(request)
        if fault == "late_answer":
            time.sleep(switches.read()["late_ms"] / 1000)
        return truncate(response) if fault == "truncated" else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return exception.response() if isinstance(exception, WixError) else None


def fault_response(request: HttpRequest, fault: str) -> HttpResponse:
    """The response of a fault that replaces the call."""
    if fault == "html":
        return HttpResponse("<html><body><h1>502 Bad Gateway</h1></body></html>", status=502, content_type="text/html")
    if fault == "401":
        return unauthenticated().response()
    if fault == "403":
        return HttpResponse(status=403)
    if fault == "429":
        return too_many(switches.read()["retry_after"])
    return drop_connection(request) if fault == "drop" else without_details(int(fault)).response()


def truncate(response: HttpResponse) -> HttpResponse:
    half = response.content[: len(response.content) // 2]
    return HttpResponse(half, status=response.status_code, content_type="application/json")


def drop_connection(request: HttpRequest) -> HttpResponse:
    """Close the connection without a response; returns a 504 under servers that do not expose their socket."""
    connection = request.META.get("gunicorn.socket")
    if isinstance(connection, socket.socket):
        connection.shutdown(socket.SHUT_RDWR)
    return HttpResponse("<html>upstream timed out</html>", status=504, content_type="text/html")
