"""Wix's permissions. A merchant grants all of an app version's or none."""

import re
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
READ_SCOPES = MANAGE_SCOPES | {
    "SCOPE.DC-STORES.READ-ORDERS",
    "SCOPE.DC-STORES-MEGA.READ-STORES",
    "SCOPE.DC-ECOM-MEGA.READ-ECOM",
    "SCOPE.INVOICES.MANAGE",
    "ECOM.READ_ORDERS",
}
# The telling part of those names, for lists that leave out the rest, and the dashboard's names.
MANAGE_WORDS = frozenset({"manageorders", "manageecom", "managestores", "modifyfulfillments"})
READ_WORDS = MANAGE_WORDS | {"readorders", "readecom", "readstores"}
OWN_SCOPES = frozenset({"SCOPE.DC.MANAGE-YOUR-APP", "SCOPE.DEV_CENTER.APP-INSTANCE-READ-BASIC-INFO"})
KNOWN_SCOPES = READ_SCOPES | OWN_SCOPES


def missing(granted: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The permissions we need that were certainly not granted, and those of which we cannot be sure.

    Wix does not publish the spelling of this list, so other cases and separators, dashboard names and names without
    their prefix count as granted. Certain is only a list that consists of scopes as Wix documents them. Both are empty
    when Wix did not say what was granted.
    """
    scopes = set(granted)
    needed = ((READ_ORDERS, READ_SCOPES, READ_WORDS), (MANAGE_ORDERS, MANAGE_SCOPES, MANAGE_WORDS))
    lacking = tuple(name for name, any_of, words in needed if scopes and not _covers(scopes, any_of, words))
    return (lacking, ()) if scopes <= KNOWN_SCOPES else ((), lacking)


def _covers(granted: Iterable[str], any_of: Iterable[str], words: Iterable[str]) -> bool:
    """Whether one of ``any_of`` is among them in any spelling, or a name that ends with one of ``words``."""
    whole, endings = {_plain(scope) for scope in any_of}, tuple(words)
    return any(plain in whole or plain.endswith(endings) for plain in map(_plain, granted))


def _plain(scope: str) -> str:
    return re.sub(r"[^a-z]", "", scope.casefold())


def required_permission(method: str, path: str) -> str:
    """The permission that this call lacks when it gets a 403."""
    if path.startswith("/apps/"):
        return MANAGE_APP
    reads = method == "GET" or path.endswith(("/search", "/list-by-ids"))
    return READ_ORDERS if reads else MANAGE_ORDERS
