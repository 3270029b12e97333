"""Writes the search text of older shipments in the form in which is searched now."""

from django.db import migrations

from shipments.search_text import shipment_search_text

BATCH_SIZE = 500
COLUMNS = (
    "pk", "reference", "barcode", "person", "company", "street", "number", "suffix", "box", "extra", "postal_code",
    "city", "country", "email", "phone", "order_lines", "search_text",
)  # fmt: skip


def forwards(apps, schema_editor):
    """In batches by primary key, each its own transaction; writes what differs, so it may be stopped and repeated."""
    database = schema_editor.connection.alias
    shipments = apps.get_model("shipments", "Shipment").objects.using(database)
    further = apps.get_model("shipments", "FurtherParcel").objects.using(database)
    last = 0
    while batch := list(shipments.filter(pk__gt=last).order_by("pk").only(*COLUMNS)[:BATCH_SIZE]):
        last = batch[-1].pk
        barcodes = {}
        for shipment_id, barcode in further.filter(shipment__in=batch).values_list("shipment", "barcode"):
            barcodes.setdefault(shipment_id, []).append(barcode)
        changed = []
        for row in batch:
            text = shipment_search_text(row, barcodes.get(row.pk, ()))
            if text != row.search_text:
                row.search_text = text
                changed.append(row)
        shipments.bulk_update(changed, ["search_text"], batch_size=100)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("shipments", "0020_column_mappings")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
