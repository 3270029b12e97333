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


class ShopPermission(StrEnum):
    """What a role may do. Templates: ``{% if "manage_shipments" in request.membership.permissions %}``."""

    MANAGE_SHIPMENTS = "manage_shipments"
    """Import orders, edit concepts, make labels, tell the shop again."""
    MANAGE_SETTINGS = "manage_settings"
    MANAGE_CONNECTIONS = "manage_connections"
    MANAGE_TEAM = "manage_team"
    MANAGE_OWNERS = "manage_owners"
    """Make somebody an owner, or end that."""


ROLE_PERMISSIONS: dict[str, frozenset[ShopPermission]] = {
    "owner": frozenset(ShopPermission),
    "admin": frozenset(
        {
            ShopPermission.MANAGE_SHIPMENTS,
            ShopPermission.MANAGE_SETTINGS,
            ShopPermission.MANAGE_CONNECTIONS,
            ShopPermission.MANAGE_TEAM,
        }
    ),
    "staff": frozenset({ShopPermission.MANAGE_SHIPMENTS}),
    "reader": frozenset(),
}

PERMISSION_LABELS: dict[ShopPermission, Promise] = {
    ShopPermission.MANAGE_SHIPMENTS: _("Import orders and make labels"),
    ShopPermission.MANAGE_SETTINGS: _("Change shop settings"),
    ShopPermission.MANAGE_CONNECTIONS: _("Connect and disconnect integrations"),
    ShopPermission.MANAGE_TEAM: _("Manage the team"),
    ShopPermission.MANAGE_OWNERS: _("Appoint owners"),
}

DENIED_MESSAGE = _("You do not have permission. Ask an Admin.")


def roles_with(permission: ShopPermission) -> list[str]:
    """The roles that may do this; for questions to the database."""
    return [role for role, permissions in ROLE_PERMISSIONS.items() if permission in permissions]


def check_permission(request: "ShopRequest", permission: ShopPermission) -> None:
    """Raises PermissionDenied, in words, for who has not this right in the shop."""
    if permission not in request.membership.permissions:
        raise PermissionDenied(DENIED_MESSAGE)


def require_permission(permission: ShopPermission) -> Callable[[View], View]:
    """Only for roles with this right; others read whom to ask."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: "ShopRequest", *args: Any, **kwargs: Any) -> HttpResponse:
            check_permission(request, permission)
            return view(request, *args, **kwargs)

        return guarded

    return wrap
