"""Safe targets of redirects: paths of this site."""

from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def safe_path(request: HttpRequest, path: str) -> str:
    """The path, or an empty string when it leads to another site."""
    return path if path.startswith("/") and _is_own_url(request, path) else ""


def current_path(request: HttpRequest) -> str:
    """Path and query of the page that the merchant looks at, also when htmx asks for a part of it."""
    htmx = getattr(request, "htmx", None)
    shown = htmx.current_url_abs_path if htmx else ""
    return safe_path(request, shown or request.get_full_path())


def asked_path(request: HttpRequest) -> str:
    """Where ``next`` in the address of this page leads, when it is a path of this site; else empty."""
    return safe_path(request, request.GET.get("next", ""))


def with_return(url: str, path: str) -> str:
    """The address of a page that leads back to ``path`` once its form is saved. See ``asked_path``."""
    return f"{url}?{urlencode({'next': path})}" if path else url


def _is_own_url(request: HttpRequest, url: str) -> bool:
    return url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()})


def referring_path(request: HttpRequest, otherwise: str = "/") -> str:
    """Path and query of the page that sent the request; ``otherwise`` when unknown or of another site."""
    referrer = request.headers.get("Referer", "")
    if not _is_own_url(request, referrer):
        return otherwise
    parts = urlsplit(referrer)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
