"""Writes the search text of older orders in the form in which is searched now."""

from django.db import migrations

from integrations.search_text import order_search_text

BATCH_SIZE = 500
COLUMNS = ("pk", "number", "data", "search_text")


def forwards(apps, schema_editor):
    """In batches by primary key, each its own transaction; writes what differs, so it may be stopped and repeated."""
    orders = apps.get_model("integrations", "ExternalOrder").objects.using(schema_editor.connection.alias)
    last = 0
    while batch := list(orders.filter(pk__gt=last).order_by("pk").only(*COLUMNS)[:BATCH_SIZE]):
        last = batch[-1].pk
        changed = []
        for row in batch:
            text = order_search_text({"number": row.number} | row.data)
            if text != row.search_text:
                row.search_text = text
                changed.append(row)
        orders.bulk_update(changed, ["search_text"], batch_size=100)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("integrations", "0012_unknown_eligibility")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
