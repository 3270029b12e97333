"""What a view asks of the role of whoever calls it."""

from collections.abc import Callable

from django.http import HttpResponse

View = Callable[..., HttpResponse]


def allow_read_only(view: View) -> View:
    """Changes something of the person, not of the shop: who may only read may do it too."""
    view.allows_read_only = True  # type: ignore[attr-defined]
    return view
