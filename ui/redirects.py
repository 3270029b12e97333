"""Where a request may be sent back to: paths of this site only."""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def safe_path(request: HttpRequest, address: str) -> str:
    """The path that came with a request, to go (back) to; empty when it is none of this site."""
    return address if address.startswith("/") and _is_own_url(request, address) else ""


def _is_own_url(request: HttpRequest, address: str) -> bool:
    return url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()})


def referring_path(request: HttpRequest) -> str:
    """The page of ours a form stood on: its path with its query; the start page when it is not known."""
    before = request.headers.get("Referer", "")
    if not _is_own_url(request, before):
        return "/"
    parts = urlsplit(before)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
