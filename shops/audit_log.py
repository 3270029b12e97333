"""The trail of a shop as its owner reads it: entries by their keys, and each as words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import AuditAction, AuditKind
from audit.models import AuditEntry, AuditEntryQuerySet
from carriers.gateways import gateway_display_name
from lib.text import parse_int
from shops.models import Membership, Shop

PAGE_SIZE, EXPORT_SIZE = 50, 500
# Rows that an entry calls by their name. Others may bear the name of a buyer.
NAMED_TARGETS = ("integrations.connection", "shops.shippingrule", "shops.shop")
# Rows of which the names of columns are shown as the forms have them.
CHANGED_ROWS = frozenset(
    {
        *("shops.shop", "shops.packagepreferences", "shops.shippingrule", "shops.membership", "shops.retention"),
        "integrations.connection",
    }
)


@dataclass(frozen=True, slots=True)
class LogFilter:
    """``kind`` and ``actor`` are empty for all; ``before`` is the key of the last entry of the page before."""

    kind: str = ""
    actor: int | None = None
    before: int | None = None

    @classmethod
    def from_query(cls, query: Any) -> "LogFilter":
        """What cannot be read filters nothing."""
        kind = query.get("kind", "")
        actor, before = parse_int(query.get("person", "")), parse_int(query.get("before", ""))
        return cls(kind if kind in AuditKind.values else "", actor, before)

    def entries(self, shop: Shop) -> AuditEntryQuerySet:
        """Newest first; an index carries every combination."""
        found: AuditEntryQuerySet = shop.audit_entries.before(self.before)
        if self.kind:
            found = found.filter(kind=self.kind)
        return found.filter(actor=self.actor) if self.actor else found


@dataclass(frozen=True, slots=True)
class LogRow:
    """An entry as words in the active language."""

    at: datetime
    who: str
    act: str
    about: str
    changes: tuple[str, ...]


def log_rows(shop: Shop, entries: Sequence[AuditEntry]) -> list[LogRow]:
    """Asks for the names on a page at once."""
    members = set(shop.memberships.values_list("user", flat=True))
    users = User.objects.in_bulk({entry.actor_id for entry in entries if entry.actor_id})
    targets = _target_names(entries)
    return [
        LogRow(
            at=entry.at,
            who=_name_of(entry.actor_id, users, members),
            act=_act(entry.action),
            about=targets.get((entry.target_type, entry.target_id), ""),
            changes=tuple(_changes(entry)),
        )
        for entry in entries
    ]


def export_rows(shop: Shop, wanted: LogFilter) -> Iterator[list[object]]:
    """The cells of every entry, read in pieces by key."""
    while entries := list(wanted.entries(shop)[:EXPORT_SIZE]):
        for row in log_rows(shop, entries):
            yield [row.at.isoformat(timespec="seconds"), row.who, row.act, row.about, "; ".join(row.changes)]
        wanted = replace(wanted, before=entries[-1].pk)


def export_titles() -> list[object]:
    return [_("When"), _("Who"), _("What"), _("About"), _("What changed")]


def _act(action: str) -> str:
    """The key itself for an act of another release."""
    return str(AuditAction(action).label) if action in AuditAction.values else action


def _name_of(actor: int | None, users: dict[int, User], members: set[int]) -> str:
    if actor is None:
        return _("By itself")
    user = users.get(actor)
    if user is None:
        return _("A former account")
    return _("Administration") if user.is_staff and actor not in members else str(user)


def _target_names(entries: Iterable[AuditEntry]) -> dict[tuple[str, str], str]:
    """What the rows that entries are about are called; one question for each kind of row."""
    wanted: dict[str, set[str]] = {}
    for entry in entries:
        wanted.setdefault(entry.target_type, set()).add(entry.target_id)
    found = {("gateway", gateway): str(gateway_display_name(gateway)) for gateway in wanted.get("gateway", ())}
    if ids := wanted.get("shops.membership"):
        members = Membership.objects.filter(public_id__in=ids).select_related("user")
        found |= {("shops.membership", str(member.public_id)): str(member.user) for member in members}
    if ids := wanted.get("accounts.user"):
        found |= {("accounts.user", str(user.pk)): str(user) for user in User.objects.filter(pk__in=ids)}
    for label in NAMED_TARGETS:
        if ids := wanted.get(label):
            rows: Iterable[Any] = apps.get_model(label)._base_manager.filter(public_id__in=ids)
            found |= {(label, str(row.public_id)): str(row) for row in rows}
    return found


def _changes(entry: AuditEntry) -> Iterator[str]:
    model = apps.get_model(entry.target_type) if entry.target_type in CHANGED_ROWS else None
    columns = {field.name: field for field in model._meta.concrete_fields} if model else {}
    for name, change in entry.changes.items():
        column = columns.get(name)
        label = str(capfirst(str(column.verbose_name))) if column else name
        if change is None:
            yield _("%(what)s changed") % {"what": label}
        else:
            yield f"{label}: {_shown(column, change[0])} → {_shown(column, change[1])}"


def _shown(column: "models.Field[Any, Any] | None", value: Any) -> str:
    if isinstance(value, bool):
        return _("on") if value else _("off")
    if value is None or value == "":
        return _("nothing")
    choices = dict(column.flatchoices) if column is not None else {}
    return str(choices.get(value, value))
