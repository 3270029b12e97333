"""Security headers, compression, the maintenance page, and removal of NUL characters from requests."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.module_loading import import_string

from ui.theme import current_theme

GetResponse = Callable[[HttpRequest], HttpResponse]


def build_content_policy() -> str:
    """Nothing inline and nothing of other origins, except forms that redirect to a platform's consent page."""
    origins = " ".join(["'self'", *import_string(settings.FORM_ORIGINS)()])
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'; form-action {origins}; base-uri 'none'; "
        "object-src 'none'; frame-ancestors 'none'"
    )


def permissions_policy(*, camera: bool = False) -> str:
    """``camera`` is for the one page that reads barcodes with it."""
    return f"camera={'(self)' if camera else '()'}, geolocation=(), microphone=()"


class SecurityHeadersMiddleware:
    """On every response, so it is the first middleware: also on errors, redirects, files and a wrong host name."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.headers = {
            "Content-Security-Policy": build_content_policy(),
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": permissions_policy(),
            "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
            "X-Frame-Options": settings.X_FRAME_OPTIONS,
        }
        self.transport_policy = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains"

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.setdefault(name, value)
        if settings.SECURE_HSTS_SECONDS and request.is_secure():
            response.setdefault("Strict-Transport-Security", self.transport_policy)
        if _may_be_signed_in(request):
            response.setdefault("Cache-Control", "no-store")
        return response


def _may_be_signed_in(request: HttpRequest) -> bool:
    """Also while the database cannot tell."""
    try:
        return bool(getattr(request, "user", AnonymousUser()).is_authenticated)
    except (OperationalError, InterfaceError):
        return True


class CompressPagesMiddleware(GZipMiddleware):
    """Compresses pages; a list of 50 rows is sent in a tenth of its size. Files are sent as they are.

    Django pads each response by a random length, and every page masks its CSRF token anew, so that the size tells an
    eavesdropper nothing about what a page says beside an echoed parameter (BREACH).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)


class StripNulMiddleware:
    """Removes NUL characters from GET and POST: PostgreSQL rejects them in every query.

    Views without CSRF protection parse their own body.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> None:
        request.GET = _without_nul(request.GET)  # type: ignore[assignment]
        if request.method == "POST" and not getattr(view, "csrf_exempt", False):
            request.POST = _without_nul(request.POST)  # type: ignore[assignment]


def _without_nul(data: QueryDict) -> QueryDict:
    if not any("\0" in value for _name, values in data.lists() for value in values):
        return data
    cleaned = QueryDict(mutable=True)
    for name, values in data.lists():
        cleaned.setlist(name, [value.replace("\0", "") for value in values])
    cleaned._mutable = False
    return cleaned


class MaintenanceMiddleware:
    """While MAINTENANCE_UNTIL is set, every page is a 503 that names the time. Works without a database."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.until: datetime | None = settings.MAINTENANCE_UNTIL

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self.until is None or request.path.startswith("/healthz"):
            return self.get_response(request)
        seconds = (self.until - timezone.now()).total_seconds()
        clock = timezone.localtime(self.until).strftime("%H:%M") if seconds > 0 else ""
        page = render_to_string("maintenance.html", {"clock": clock, "theme": current_theme(request)})
        return HttpResponse(page, status=503, headers={"Retry-After": str(max(60, int(seconds)))})
