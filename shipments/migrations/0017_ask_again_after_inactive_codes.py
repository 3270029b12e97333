"""Ask once more about parcels under way whose inactive code (30 to 40) ended the questions before it had a meaning."""

from django.db import migrations
from django.utils import timezone

BATCH_SIZE = 500
# Codes 30 to 40 of the gateway, and the statuses that they should have changed.
CODES = range(30, 41)
UNFINISHED = ["registered", "printed", "in_transit", "at_customs", "out_for_delivery", "at_pickup_point"]


def forwards(apps, schema_editor):
    """In batches by primary key; may be repeated."""
    shipments = apps.get_model("shipments", "Shipment").objects.using(schema_editor.connection.alias)
    silent = shipments.filter(carrier_status_code__in=CODES, status__in=UNFINISHED, next_poll_at=None)
    last = 0
    while batch := list(silent.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH_SIZE]):
        last = batch[-1]
        shipments.filter(pk__in=batch).update(next_poll_at=timezone.now())


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("shipments", "0016_pickup_points")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
