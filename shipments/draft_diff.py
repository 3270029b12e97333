"""Descriptions of changes in a draft, for the bulk edit preview and the activity log."""

from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.choices import CARRIER_NAMES, DELIVERY_TYPE_NAMES, OPTIONS, PACKAGE_TYPES
from carriers.parcels import ParcelChoice

LazyText = Promise | str


def choice_changes(old: ParcelChoice, new: ParcelChoice) -> list[LazyText]:
    changes: list[LazyText] = []
    if (old.carrier, old.package_type) != (new.carrier, new.package_type):
        changes.append(format_lazy("{} → {}", _service_name(old), _service_name(new)))
    if old.delivery_type != new.delivery_type:
        names = (DELIVERY_TYPE_NAMES.get(one.delivery_type, one.delivery_type) for one in (old, new))
        changes.append(format_lazy("{} → {}", *names))
    for name, title in OPTIONS.items():
        if getattr(old, name) != getattr(new, name):
            changes.append(format_lazy(_("{option} on") if getattr(new, name) else _("{option} off"), option=title))
    if old.insurance != new.insurance:
        changes.append(format_lazy(_("Insured up to €{amount}"), amount=new.insurance // 100))
    return changes


def join_changes(changes: list[LazyText]) -> Any:
    return format_lazy("; ".join(["{}"] * len(changes)), *changes)


def _service_name(choice: ParcelChoice) -> LazyText:
    kind = PACKAGE_TYPES.get(choice.package_type, choice.package_type)
    return format_lazy("{} · {}", CARRIER_NAMES.get(choice.carrier, choice.carrier), kind)
