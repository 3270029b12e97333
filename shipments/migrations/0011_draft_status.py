"""Renames the status ``concept`` to ``draft``."""

from django.db import migrations, models


def rename_status(apps, schema_editor, old, new):
    rows = apps.get_model("shipments", "Shipment")._base_manager.using(schema_editor.connection.alias)
    rows.filter(status=old).update(status=new)


def forwards(apps, schema_editor):
    rename_status(apps, schema_editor, "concept", "draft")


def backwards(apps, schema_editor):
    rename_status(apps, schema_editor, "draft", "concept")


class Migration(migrations.Migration):
    dependencies = [("shipments", "0010_rename_columns")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="shipment",
                    name="status",
                    field=models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("registering", "Creating label"),
                            ("registered", "To print"),
                            ("printed", "Sent"),
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
            ],
        ),
        migrations.RunPython(forwards, backwards),
    ]
