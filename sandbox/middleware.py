"""Around every call: headers for pages, and the faults somebody asked for."""

import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from sandbox import knobs
from sandbox.errors import WixError, application_error, too_many, unauthenticated

API = ("/ecom/", "/apps/v1/", "/oauth2/")
Next = Callable[[HttpRequest], HttpResponse]


class Headers:
    """A strict content policy for pages, a request id for everything."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["x-wix-request-id"] = f"{int(time.time())}.{uuid.uuid4().hex[:12]}"
        response["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "no-store"
        return response


class Faults:
    """Shows the fault a knob asks for, before or after the call took effect."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(API):
            return self.get_response(request)
        slow = knobs.read()["slow_ms"]
        if slow:
            time.sleep(slow / 1000)
        fault = knobs.take_fault(request.path)
        if fault in {"", "bulk_partial"}:
            request.META["sandbox.fault"] = fault
            return self.get_response(request)
        if fault in {"lost_answer", "truncated"}:
            return spoil(self.get_response(request), fault)
        return failing(fault)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return exception.response() if isinstance(exception, WixError) else None


def failing(fault: str) -> HttpResponse:
    """An answer of its own, the call never took effect."""
    if fault == "html":
        return HttpResponse("<html><body><h1>502 Bad Gateway</h1></body></html>", status=502, content_type="text/html")
    if fault == "401":
        return unauthenticated().response()
    if fault == "403":
        return HttpResponse(status=403)
    if fault == "429":
        return too_many(knobs.read()["retry_after"])
    return application_error(int(fault), "", "").response() if fault == "400" else _empty(int(fault))


def _empty(status: int) -> HttpResponse:
    return WixError(status, {"message": "", "details": {}}).response()


def spoil(response: HttpResponse, fault: str) -> HttpResponse:
    """The call took effect, but its answer does not arrive whole."""
    if fault == "truncated":
        content = response.content[: len(response.content) // 2]
        return HttpResponse(content, status=response.status_code, content_type="application/json")
    return HttpResponse("<html>upstream timed out</html>", status=504, content_type="text/html")
