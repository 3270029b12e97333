"""Fills tracking_status of older events and shipments, from their stored English text or MyParcel's status code."""

from collections import defaultdict

from django.db import migrations

BATCH_SIZE = 5_000
# The English texts stored until now, in the order of MyParcel's status codes, which start at 1.
STATUS_OF_SENTENCE = {
    "Draft": "draft",
    "Announced to the carrier": "announced",
    "Handed to the carrier": "handed_over",
    "Sorted": "sorted",
    "With the courier": "out_for_delivery",
    "At customs": "at_customs",
    "Delivered": "delivered",
    "Ready at the pick-up point": "ready_for_pickup",
    "Picked up by the recipient": "picked_up",
    "Returned to you": "returned",
    "Return waits at a pick-up point": "return_ready_for_pickup",
    "Unfranked label printed": "unfranked_label_printed",
    "Credited": "credited",
    "Digital stamp printed": "stamp_printed",
    "Label of a shipment made elsewhere printed": "external_label_printed",
    "Label expired": "label_expired",
    "Label cancelled at MyParcel": "label_canceled",
    "Label without Track & Trace printed": "untracked_label_printed",
    "Delivered at the agreed place": "delivered_as_agreed",
}
STATUS_OF_CODE = dict(enumerate(STATUS_OF_SENTENCE.values(), start=1))
FIRST_INACTIVE = 30


def of_code(code):
    return "inactive" if code >= FIRST_INACTIVE else STATUS_OF_CODE.get(code, "unknown")


def of_text(text):
    return STATUS_OF_SENTENCE.get(text.get("en", ""), "") if isinstance(text, dict) else ""


def fill(rows, column, status_of):
    """In batches by primary key, with one UPDATE per status. May be repeated."""
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", column)[:BATCH_SIZE]):
        last = batch[-1][0]
        found = defaultdict(list)
        for pk, value in batch:
            found[status_of(value)].append(pk)
        for status, ids in found.items():
            if status:
                rows.filter(pk__in=ids).update(tracking_status=status)


def forwards(apps, schema_editor):
    database = schema_editor.connection.alias
    events = apps.get_model("shipments", "ShipmentEvent").objects.using(database)
    fill(events.filter(kind="carrier", tracking_status=""), "text", of_text)
    shipments = apps.get_model("shipments", "Shipment").objects.using(database)
    fill(shipments.filter(tracking_status="").exclude(carrier_status_code=None), "carrier_status_code", of_code)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("shipments", "0006_tracking_status")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
