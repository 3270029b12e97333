"""Safe targets of redirects: paths of this site."""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def safe_path(request: HttpRequest, path: str) -> str:
    """The path, or an empty string when it leads to another site."""
    return path if path.startswith("/") and _is_own_url(request, path) else ""


def _is_own_url(request: HttpRequest, url: str) -> bool:
    return url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()})


def referring_path(request: HttpRequest, otherwise: str = "/") -> str:
    """Path and query of the page that sent the request; ``otherwise`` when unknown or of another site."""
    referrer = request.headers.get("Referer", "")
    if not _is_own_url(request, referrer):
        return otherwise
    parts = urlsplit(referrer)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
