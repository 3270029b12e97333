"""Wix's permissions. A merchant grants all of an app version's or none."""

from collections.abc import Iterable

# As in Wix's dashboard.
READ_ORDERS, MANAGE_ORDERS, MANAGE_APP = "Read Orders", "Manage Orders", "Manage Your App"
# Each lets us change fulfillments; all but the last also let us read orders.
MANAGE_SCOPES = frozenset(
    {
        "SCOPE.DC-STORES.MANAGE-ORDERS",
        "SCOPE.DC-ECOM-MEGA.MANAGE-ECOM",
        "SCOPE.DC-STORES-MEGA.MANAGE-STORES",
        "SCOPE.STORES.MANAGE-STORES",
        "SCOPE.RESTAURANTS.MEGA-SCOPES",
        "ECOM.MODIFY_FULFILLMENTS",
    }
)
READ_SCOPES = MANAGE_SCOPES | {"SCOPE.DC-STORES.READ-ORDERS", "ECOM.READ_ORDERS"}


def missing(granted: Iterable[str]) -> tuple[str, ...]:
    """Empty when Wix did not say what was granted."""
    scopes = set(granted)
    if not scopes:
        return ()
    needed = ((READ_ORDERS, READ_SCOPES), (MANAGE_ORDERS, MANAGE_SCOPES))
    return tuple(name for name, any_of in needed if not scopes & any_of)


def required_permission(method: str, path: str) -> str:
    """The permission that this call lacks when it gets a 403."""
    if path.startswith("/apps/"):
        return MANAGE_APP
    reads = method == "GET" or path.endswith(("/search", "/list-by-ids"))
    return READ_ORDERS if reads else MANAGE_ORDERS
