"""Verbose names and choices get plainer English; no table changes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("shipments", "0011_draft_status"),
    ]

    operations = [
        # Only the state: nothing of this is in the database.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterModelOptions(
                    name="productcustoms",
                    options={
                        "verbose_name": "customs data of a product",
                        "verbose_name_plural": "customs data of products",
                    },
                ),
                migrations.AlterField(
                    model_name="jobitem",
                    name="state",
                    field=models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("working", "In progress"),
                            ("ok", "Done"),
                            ("already", "Unchanged"),
                            ("refused", "Rejected"),
                            ("stopped", "Stopped"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                migrations.AlterField(
                    model_name="shipment",
                    name="blocked_by",
                    field=models.CharField(
                        blank=True,
                        choices=[
                            ("", "Nothing"),
                            ("address", "Address incomplete"),
                            ("customs", "Customs needed"),
                            ("parcel", "Parcel not possible"),
                            ("order", "Order changed"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="missing",
                    ),
                ),
                migrations.AlterField(
                    model_name="shipment",
                    name="box",
                    field=models.CharField(blank=True, max_length=8, verbose_name="box number"),
                ),
                migrations.AlterField(
                    model_name="shipment",
                    name="carrier_status_code",
                    field=models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="status code from the gateway"
                    ),
                ),
                migrations.AlterField(
                    model_name="shipment",
                    name="email",
                    field=models.CharField(blank=True, max_length=254, verbose_name="email address"),
                ),
                migrations.AlterField(
                    model_name="shipment",
                    name="external_id",
                    field=models.CharField(blank=True, max_length=64, verbose_name="ID at the gateway"),
                ),
                migrations.AlterField(
                    model_name="shipment",
                    name="gateway",
                    field=models.CharField(blank=True, max_length=20, verbose_name="gateway"),
                ),
                migrations.AlterField(
                    model_name="shipment",
                    name="next_poll_at",
                    field=models.DateTimeField(
                        blank=True, db_index=True, null=True, verbose_name="next tracking check"
                    ),
                ),
                migrations.AlterField(
                    model_name="shipment",
                    name="order_alert",
                    field=models.CharField(
                        blank=True,
                        choices=[
                            ("", "Nothing"),
                            ("canceled", "Cancelled in the webshop"),
                            ("edited", "Changed in the webshop"),
                            ("refunded", "Refunded in the webshop"),
                            ("fulfilled", "Marked as sent in the webshop"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="order changed",
                    ),
                ),
                migrations.AlterField(
                    model_name="shipment",
                    name="order_lines",
                    field=models.JSONField(blank=True, default=list, verbose_name="units"),
                ),
                migrations.AlterField(
                    model_name="shipment",
                    name="parent",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="shipments.shipment",
                        verbose_name="return of",
                    ),
                ),
                migrations.AlterField(
                    model_name="shipment",
                    name="registered_at",
                    field=models.DateTimeField(blank=True, null=True, verbose_name="label created"),
                ),
                migrations.AlterField(
                    model_name="shipment",
                    name="suffix",
                    field=models.CharField(blank=True, max_length=6, verbose_name="suffix"),
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
            ],
        ),
    ]
