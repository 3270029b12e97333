"""Who may do what, decided in one place."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.tenancy import ShopRequest

View = Callable[..., HttpResponse]


def require_owner(request: ShopRequest) -> None:
    """Raises PermissionDenied, in words, for who is not an owner of this shop."""
    if not request.membership.is_owner:
        raise PermissionDenied(_("Only an owner of this shop may do this. Ask the owner."))


def owner_required(view: View) -> View:
    """Only an owner of the shop; others read whom to ask."""

    @wraps(view)
    def guarded(request: ShopRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require_owner(request)
        return view(request, *args, **kwargs)

    return guarded
