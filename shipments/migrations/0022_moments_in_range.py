"""Moments that no time zone can express stopped the pages they were shown on; new ones are no longer stored."""

from datetime import UTC, datetime

from django.db import migrations

FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, tzinfo=UTC)
# Those that a gateway can have named.
COLUMNS = {"ShipmentEvent": ("at",), "Shipment": ("status_at", "delivered_at")}


def bring_into_range(apps, schema_editor):
    for model, columns in COLUMNS.items():
        rows = apps.get_model("shipments", model).objects.using(schema_editor.connection.alias)
        for column in columns:
            rows.filter(**{f"{column}__lt": FIRST}).update(**{column: FIRST})
            rows.filter(**{f"{column}__gt": LAST}).update(**{column: LAST})


class Migration(migrations.Migration):
    dependencies = [("shipments", "0021_search_by_normal_form")]

    operations = [migrations.RunPython(bring_into_range, migrations.RunPython.noop, elidable=True)]
