"""Renames the parameters and values in saved filters, which are query strings of the shipments list."""

from urllib.parse import parse_qsl, urlencode

from django.db import migrations

BATCH_SIZE = 1_000
LONGEST_QUERY = 1_000
PARAMETERS = {
    "zoek": "q",
    "vervoerder": "carrier",
    "naar": "destination",
    "periode": "period",
    "sorteer": "sort",
    "per": "page_size",
}
SORTS = {"datum": "date", "naam": "name", "land": "country"}
# Renamed values by new parameter name.
VALUES = {
    "tab": {
        "alle": "all",
        "concepten": "drafts",
        "printen": "to_print",
        "onderweg": "in_transit",
        "bezorgd": "delivered",
        "aandacht": "attention",
    },
    "destination": {"wereld": "world"},
    "period": {"vandaag": "today", "maand": "month"},
    "sort": SORTS | {f"-{old}": f"-{new}" for old, new in SORTS.items()},
}


def reverse_of(names):
    return {new: old for old, new in names.items()}


OLD_PARAMETERS = reverse_of(PARAMETERS)
OLD_VALUES = {OLD_PARAMETERS.get(name, name): reverse_of(values) for name, values in VALUES.items()}


def renamed(query, parameters, values):
    """Returns the same string when nothing in it is renamed."""
    pairs = parse_qsl(query, keep_blank_values=True)
    names = [(parameters.get(name, name), value) for name, value in pairs]
    found = [(name, values.get(name, {}).get(value, value)) for name, value in names]
    return query if found == pairs else urlencode(found)[:LONGEST_QUERY]


def rename(apps, schema_editor, parameters, values):
    """In batches by primary key. May be repeated."""
    rows = apps.get_model("shipments", "SavedFilter").objects.using(schema_editor.connection.alias).order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last).only("query")[:BATCH_SIZE]):
        last = batch[-1].pk
        for row in batch:
            row.query = renamed(row.query, parameters, values)
        rows.bulk_update(batch, ["query"])


def forwards(apps, schema_editor):
    rename(apps, schema_editor, PARAMETERS, VALUES)


def backwards(apps, schema_editor):
    rename(apps, schema_editor, OLD_PARAMETERS, OLD_VALUES)


class Migration(migrations.Migration):
    dependencies = [("shipments", "0008_point_at_shops_and_jobs")]
    operations = [migrations.RunPython(forwards, backwards)]
