"""Decorators of views."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts.reauthentication import check_recent_sign_in

View = Callable[..., HttpResponse]


def allow_read_only(view: View) -> View:
    """For views that change the user's own settings: read-only members of a shop may call them too."""
    view.allows_read_only = True  # type: ignore[attr-defined]
    return view


def require_recent_sign_in(view: View) -> View:
    """Asks for the password again when the sign-in is too long ago, then goes on with what was pressed.

    ``shops.permissions.ASKS_AGAIN`` does the same for every view with one of its permissions.
    """

    @wraps(view)
    def asking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        check_recent_sign_in(request)
        return view(request, *args, **kwargs)

    return asking
