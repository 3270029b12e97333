"""What the browser tells by itself: the theme it was set to, and the page somebody comes from."""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def theme_of(request: HttpRequest) -> str:
    """light, dark, or empty for "as the device"."""
    theme = request.COOKIES.get("theme", "")
    return theme if theme in {"light", "dark"} else ""


def page_before(request: HttpRequest) -> str:
    """The page of ours a form stood on: its path with its query; the start page when it is not known."""
    before = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(before, allowed_hosts={request.get_host()}):
        return "/"
    parts = urlsplit(before)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
