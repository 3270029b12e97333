"""Who may do what in a shop: the one place that says so."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


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
