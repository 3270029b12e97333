"""Decorators of views."""

from collections.abc import Callable

from django.http import HttpResponse

View = Callable[..., HttpResponse]


def allow_read_only(view: View) -> View:
    """For views that change the user's own settings: read-only members of a shop may call them too."""
    view.allows_read_only = True  # type: ignore[attr-defined]
    return view
