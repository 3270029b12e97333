"""Gives test labels a status of their own, and has labels that may exist looked up.

A test label that was not told to its platform yet never will be. Test labels of returns are canceled.
"""

from django.db import migrations, models
from django.utils import timezone

BATCH_SIZE = 2_000
TEST_GATEWAYS = ("", "local")


def forwards(apps, schema_editor):
    alias = schema_editor.connection.alias
    shipments = apps.get_model("shipments", "Shipment")._base_manager.using(alias)
    fulfillments = apps.get_model("integrations", "Fulfillment")._base_manager.using(alias)
    labeled = shipments.filter(gateway__in=TEST_GATEWAYS, status__in=["registered", "printed"]).exclude(barcode=None)
    while ids := list(labeled.order_by("pk").values_list("pk", flat=True)[:BATCH_SIZE]):
        rows = shipments.filter(pk__in=ids)
        unsent = list(fulfillments.filter(shipment__in=ids, sent_at=None).values_list("pk", flat=True))
        rows.filter(fulfillment__in=unsent).update(fulfillment=None)
        fulfillments.filter(pk__in=unsent).delete()
        rows.filter(parent=None).update(status="test", gateway="local", tracking_url="", next_poll_at=None)
        rows.exclude(parent=None).update(status="cancelled", next_poll_at=None)
    now = timezone.now()
    # A draft that names the gateway is one whose answer was lost.
    lost = shipments.filter(status="draft", gateway="myparcel", deleted_at=None)
    lost.update(status="registering", status_at=now, next_poll_at=now)
    shipments.filter(status="registering", next_poll_at=None).update(next_poll_at=now)


def backwards(apps, schema_editor):
    shipments = apps.get_model("shipments", "Shipment")._base_manager.using(schema_editor.connection.alias)
    shipments.filter(status="test").update(status="registered")
    shipments.filter(status="registering").update(next_poll_at=None)


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0010_reword_texts"),
        ("shipments", "0012_reword_texts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="shipment",
            name="status",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("registering", "Creating label"),
                    ("test", "Test, not passed on"),
                    ("registered", "To print"),
                    ("printed", "Printed"),
                    ("in_transit", "In transit"),
                    ("at_customs", "At customs"),
                    ("out_for_delivery", "Out for delivery"),
                    ("at_pickup_point", "At pick-up point"),
                    ("delivered", "Delivered"),
                    ("returned", "Returned"),
                    ("cancelled", "Cancelled"),
                ],
                default="draft",
                max_length=20,
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="shipmentevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("imported", "Imported from the webshop"),
                    ("created", "Draft created"),
                    ("edited", "Draft edited"),
                    ("label", "Label created"),
                    ("test_label", "Test label created, passed on to nobody"),
                    ("test_discarded", "Test label thrown away"),
                    ("no_answer", "Unknown whether a label was created"),
                    ("no_label", "No label was created"),
                    ("printed", "Label downloaded"),
                    ("told", "Shop updated"),
                    ("tell_failed", "Shop not updated"),
                    ("order_changed", "Order changed in the webshop"),
                    ("carrier", "At the carrier"),
                    ("cancelled", "Label cancelled"),
                    ("deleted", "Draft deleted"),
                    ("restored", "Draft restored"),
                    ("return", "Return label created"),
                    ("mailed", "Buyer emailed by the webshop"),
                    ("order_alert", "Order needs attention"),
                ],
                max_length=20,
            ),
        ),
        migrations.RunPython(forwards, backwards),
    ]
