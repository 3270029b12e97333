"""Renames columns of shipments to next_poll_at, order_fingerprint and others."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("shipments", "0009_saved_filter_parameters")]

    operations = [
        migrations.RemoveConstraint(model_name="shipment", name="shipment_once_per_order"),
        migrations.RenameField(model_name="shipment", old_name="follow_at", new_name="next_poll_at"),
        migrations.RenameField(model_name="shipment", old_name="order_seen", new_name="order_fingerprint"),
        migrations.RenameField(model_name="shipment", old_name="parcel_no", new_name="parcel_number"),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.UniqueConstraint(
                fields=["order", "parcel_number"], condition=Q(deleted_at=None), name="shipment_once_per_order"
            ),
        ),
    ]
