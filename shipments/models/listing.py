"""The columns and indexes that carry the lists of shipments.

An index ends in the sort key and begins with every column that may be given, so that a page of any combination of tab,
carrier and zone is one range of one index, and a period only shortens that range. Deleted drafts are in none of them.
"""

from itertools import combinations
from typing import Any

from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _

from integrations.models.zones import zone_column
from shipments.states import UNDERWAY, UNLABELED, ShipmentStatus

STATUSES_BY_TAB = {
    "drafts": UNLABELED,
    "tests": (ShipmentStatus.TEST,),
    "to_print": (ShipmentStatus.REGISTERED,),
    "printed": (ShipmentStatus.PRINTED,),
    "in_transit": UNDERWAY,
    "delivered": (ShipmentStatus.DELIVERED,),
}
SORT_KEY = ("listed_at", "id")
PRESENT = Q(deleted_at=None)


class ListedAtField(models.DateTimeField):  # type: ignore[type-arg]
    """When the order was paid, else placed, else when the row was created: what "newest" means in lists.

    Set when the row is first written, also by ``bulk_create``, unless the caller set it; the order is read when it is
    not loaded. It stays as it is, so that no row moves while somebody turns pages.
    """

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        if getattr(model_instance, self.attname) is None:
            order = model_instance.order
            moment = (order.paid_at or order.placed_at) if order else model_instance.created_at
            setattr(model_instance, self.attname, moment)
        return super().pre_save(model_instance, add)

    def deconstruct(self) -> Any:
        name, _path, arguments, keywords = super().deconstruct()
        return name, "django.db.models.DateTimeField", arguments, keywords


def _tab_column() -> models.GeneratedField:
    tabs = [When(status__in=[str(status) for status in of], then=Value(tab)) for tab, of in STATUSES_BY_TAB.items()]
    return models.GeneratedField(
        expression=Case(*tabs, default=Value("other")), output_field=models.CharField(max_length=10), db_persist=True
    )


class ListColumns(models.Model):
    listed_at = ListedAtField(_("listed by"), editable=False)
    # A key of STATUSES_BY_TAB, else "other"; computed by the database like ``zone``, so read it from a stored row.
    tab = _tab_column()
    zone = zone_column()

    class Meta:
        abstract = True


def list_indexes() -> list[models.Index]:
    """One for each combination of the columns that a list may be narrowed by."""
    narrowing = ("tab", "carrier", "zone")
    chosen = [columns for number in range(len(narrowing) + 1) for columns in combinations(narrowing, number)]
    return [
        *(_list_index("shipment_list", *columns) for columns in chosen),
        # What needs attention is a tab of its own, of any status.
        *(
            _list_index("attention_list", *columns, condition=~Q(attention="") & PRESENT)
            for columns in chosen
            if "tab" not in columns
        ),
        # The drafts before and after the one in the editor; those that a label is being made for are left out.
        _list_index("shipment_list_drafts", condition=PRESENT & Q(status=ShipmentStatus.DRAFT)),
        # The drafts of which something is missing.
        _list_index("shipment_list_blocked", condition=PRESENT & Q(status=ShipmentStatus.DRAFT) & ~Q(blocked_by="")),
    ]


def _list_index(name: str, *columns: str, condition: Q = PRESENT) -> models.Index:
    return models.Index(fields=["shop", *columns, *SORT_KEY], condition=condition, name="_".join((name, *columns)))
