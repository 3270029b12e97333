"""What is in the database, as one digest a table."""

import hashlib
from collections.abc import Collection

from django.apps import apps

from tests.our_apps import OUR_APPS


def digest_of_tables(skipped: Collection[str] = ()) -> dict[str, str]:
    """Of every row of our tables, by label of the model; those of ``skipped`` are left out."""
    found = {}
    for model in apps.get_models():
        if model._meta.app_label in OUR_APPS and model._meta.label not in skipped:
            rows = list(model._base_manager.order_by("pk").values_list())
            found[model._meta.label] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return found
