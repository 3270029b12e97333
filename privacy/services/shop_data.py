"""Which tables hold rows of a shop, made of the models: what an export of the shop has, and what its end deletes."""

from functools import cache
from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.db import models

from audit.models import AuditEntry
from shops.models import Shop

# Counted from the other rows by triggers; they go last, because deleting the others counts.
DERIVED = frozenset(
    {
        "shipments.ShipmentCount",
        "shipments.ShipmentHour",
        "shipments.FigureEntry",
        "integrations.WaitingOrderCount",
        "integrations.OpenOrderCount",
    }
)
# Columns that open something, also for whoever has the export.
SECRET_PARTS = ("encrypted", "hash", "token", "fingerprint", "search_text", "idempotency")


@cache
def shop_paths() -> dict[type[models.Model], str]:
    """By model: the shortest path of foreign keys from a row to its shop, in the order in which rows may be made."""
    paths: dict[type[models.Model], str] = {Shop: "pk"}
    known = 0
    while known != len(paths):
        known = len(paths)
        for model in apps.get_models():
            if model not in paths and (path := _path(model, paths)):
                paths[model] = path
    order = TopologicalSorter({model: _parents(model, paths) for model in paths}).static_order()
    return {model: paths[model] for model in order}


def _path(model: type[models.Model], paths: dict[type[models.Model], str]) -> str:
    for field in model._meta.concrete_fields:
        target = field.related_model
        if target is Shop:
            return field.name
        # A row of ours that only may point at one of a shop is not the shop's.
        if isinstance(target, type) and target in paths and target is not model and not field.null:
            return f"{field.name}__{paths[target]}"
    return ""


def _parents(model: type[models.Model], paths: dict[type[models.Model], str]) -> set[Any]:
    targets = {field.related_model for field in model._meta.concrete_fields if field.related_model}
    return {target for target in targets if target in paths and target is not model}


def rows_of(model: type[models.Model], shop: Shop) -> "models.QuerySet[Any]":
    return model._base_manager.filter(**{shop_paths()[model]: shop.pk})


def exported_columns(model: type[models.Model]) -> list[str]:
    names = [field.attname for field in model._meta.concrete_fields]
    return [name for name in names if not any(part in name for part in SECRET_PARTS)]


def exported_models() -> list[type[models.Model]]:
    return [model for model in shop_paths() if model._meta.label not in DERIVED]


def deleted_models() -> list[type[models.Model]]:
    """Rows that others point at go last. The trail ends in a way of its own."""
    models_of_shop = [model for model in reversed(shop_paths()) if model not in (Shop, AuditEntry)]
    return sorted(models_of_shop, key=lambda model: model._meta.label in DERIVED)
