"""Roles and permissions in a shop."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.reauthentication import check_recent_sign_in

if TYPE_CHECKING:
    from shops.tenancy import ShopRequest

View = Callable[..., HttpResponse]


class ShopPermission(StrEnum):
    """What a role may do. Templates: ``{% if "manage_shipments" in request.membership.permissions %}``."""

    # Import orders, edit drafts, create labels, retry updates of the platform.
    MANAGE_SHIPMENTS = "manage_shipments"
    MANAGE_SETTINGS = "manage_settings"
    MANAGE_CONNECTIONS = "manage_connections"
    MANAGE_TEAM = "manage_team"
    # Assign or remove the role of owner.
    MANAGE_OWNERS = "manage_owners"
    # Find, export and erase a person; export, close and erase the shop.
    MANAGE_PERSONAL_DATA = "manage_personal_data"


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

# Whoever sits down at an unlocked screen must not change these: they ask for the password again when the sign-in is
# too long ago, in every view that requires one of them.
ASKS_AGAIN = frozenset(
    {
        ShopPermission.MANAGE_CONNECTIONS,
        ShopPermission.MANAGE_TEAM,
        ShopPermission.MANAGE_OWNERS,
        ShopPermission.MANAGE_PERSONAL_DATA,
    }
)

PERMISSION_LABELS: dict[ShopPermission, Promise] = {
    ShopPermission.MANAGE_SHIPMENTS: _("Import orders and make labels"),
    ShopPermission.MANAGE_SETTINGS: _("Change shop settings"),
    ShopPermission.MANAGE_CONNECTIONS: _("Connect and disconnect integrations"),
    ShopPermission.MANAGE_TEAM: _("Manage the team"),
    ShopPermission.MANAGE_OWNERS: _("Appoint owners"),
    ShopPermission.MANAGE_PERSONAL_DATA: _("Erase persons and close the shop"),
}

DENIED_MESSAGE = _("You do not have permission. Ask an Admin.")


def roles_with(permission: ShopPermission) -> list[str]:
    """For queries by role."""
    return [role for role, permissions in ROLE_PERMISSIONS.items() if permission in permissions]


def check_permission(request: "ShopRequest", permission: ShopPermission) -> None:
    """Raises PermissionDenied with a message for the page, and ReauthenticationRequired for those of ASKS_AGAIN."""
    if permission not in request.membership.permissions:
        raise PermissionDenied(DENIED_MESSAGE)
    if permission in ASKS_AGAIN:
        check_recent_sign_in(request)


def require_permission(permission: ShopPermission) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: "ShopRequest", *args: Any, **kwargs: Any) -> HttpResponse:
            check_permission(request, permission)
            return view(request, *args, **kwargs)

        return checked

    return decorate
