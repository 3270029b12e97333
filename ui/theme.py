"""The color theme chosen in this browser."""

from django.http import HttpRequest


def current_theme(request: HttpRequest) -> str:
    """light, dark, or empty for "as the device"."""
    theme = request.COOKIES.get("theme", "")
    return theme if theme in {"light", "dark"} else ""
