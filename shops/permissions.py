"""Who may do what in a shop: the one place that says so."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from shops.tenancy import ShopRequest

View = Callable[..., HttpResponse]


class Right(StrEnum):
    """Something a role may do beyond looking; templates ask ``{% if "work" in request.membership.rights %}``."""

    WORK = "work"
    """Import orders, edit concepts, make labels, tell the shop again."""
    SETTINGS = "settings"
    CONNECT = "connect"
    TEAM = "team"
    OWNERS = "owners"
    """Make somebody an owner, or end that."""


RIGHTS: dict[str, frozenset[Right]] = {
    "owner": frozenset(Right),
    "admin": frozenset({Right.WORK, Right.SETTINGS, Right.CONNECT, Right.TEAM}),
    "staff": frozenset({Right.WORK}),
    "reader": frozenset(),
}

NAMES: dict[Right, Promise] = {
    Right.WORK: _("Import orders and make labels"),
    Right.SETTINGS: _("Change shop settings"),
    Right.CONNECT: _("Connect and disconnect integrations"),
    Right.TEAM: _("Manage the team"),
    Right.OWNERS: _("Appoint owners"),
}

REFUSAL = _("You do not have permission. Ask an Admin.")


def roles_with(right: Right) -> list[str]:
    """The roles that may do this; for questions to the database."""
    return [role for role, rights in RIGHTS.items() if right in rights]


def check_permission(request: "ShopRequest", right: Right) -> None:
    """Raises PermissionDenied, in words, for who has not this right in the shop."""
    if right not in request.membership.rights:
        raise PermissionDenied(REFUSAL)


def require_permission(right: Right) -> Callable[[View], View]:
    """Only for roles with this right; others read whom to ask."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: "ShopRequest", *args: Any, **kwargs: Any) -> HttpResponse:
            check_permission(request, right)
            return view(request, *args, **kwargs)

        return guarded

    return wrap
