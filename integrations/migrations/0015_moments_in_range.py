"""Moments that no time zone can express stopped the pages they were shown on; new ones are no longer stored."""

from datetime import UTC, datetime

from django.db import migrations

FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, tzinfo=UTC)


def bring_into_range(apps, schema_editor):
    orders = apps.get_model("integrations", "ExternalOrder").objects.using(schema_editor.connection.alias)
    for column in ("placed_at", "paid_at"):
        orders.filter(**{f"{column}__lt": FIRST}).update(**{column: FIRST})
        orders.filter(**{f"{column}__gt": LAST}).update(**{column: LAST})
    # The first, so that the next reading is newer and mends the order.
    for outside in ("lt", "gt"):
        bound = FIRST if outside == "lt" else LAST
        orders.filter(**{f"changed_at__{outside}": bound}).update(changed_at=FIRST)


class Migration(migrations.Migration):
    dependencies = [("integrations", "0014_read_orders_again")]

    operations = [migrations.RunPython(bring_into_range, migrations.RunPython.noop, elidable=True)]
