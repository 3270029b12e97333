"""What a view asks of the role of whoever calls it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from shops.permissions import REFUSAL, Right
from shops.tenancy import ShopRequest

View = Callable[..., HttpResponse]


def require(request: ShopRequest, right: Right) -> None:
    """Raises PermissionDenied, in words, for who has not this right in the shop."""
    if right not in request.membership.rights:
        raise PermissionDenied(REFUSAL)


def needs(right: Right) -> Callable[[View], View]:
    """Only for roles with this right; others read whom to ask."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: ShopRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            require(request, right)
            return view(request, *args, **kwargs)

        return guarded

    return wrap


def for_everyone(view: View) -> View:
    """Changes something of the person, not of the shop: who may only read may do it too."""
    view.for_everyone = True  # type: ignore[attr-defined]
    return view
