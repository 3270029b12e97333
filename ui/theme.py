"""The color theme, which is a cookie."""

from django.http import HttpRequest


def current_theme(request: HttpRequest) -> str:
    """light, dark, or empty for the device's own."""
    theme = request.COOKIES.get("theme", "")
    return theme if theme in {"light", "dark"} else ""
