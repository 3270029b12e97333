"""Verbose names and choices get plainer English; no table changes."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0009_rename_columns"),
    ]

    operations = [
        # Only the state: nothing of this is in the database.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterModelOptions(
                    name="syncrun",
                    options={"ordering": ["-pk"], "verbose_name": "sync run", "verbose_name_plural": "sync runs"},
                ),
                migrations.AlterField(
                    model_name="connection",
                    name="auto_import",
                    field=models.BooleanField(default=False, verbose_name="import automatically"),
                ),
                migrations.AlterField(
                    model_name="connection",
                    name="consecutive_failures",
                    field=models.PositiveIntegerField(default=0, verbose_name="consecutive failures"),
                ),
                migrations.AlterField(
                    model_name="connection",
                    name="failing_since",
                    field=models.DateTimeField(blank=True, null=True, verbose_name="failing since"),
                ),
                migrations.AlterField(
                    model_name="connection",
                    name="last_error",
                    field=models.JSONField(blank=True, default=dict, verbose_name="last error"),
                ),
                migrations.AlterField(
                    model_name="connection",
                    name="state",
                    field=models.CharField(
                        choices=[
                            ("active", "Connected"),
                            ("reconnect", "Consent expired"),
                            ("permission", "Permission missing"),
                            ("copy", "Waiting for your answer"),
                            ("removed", "App removed"),
                            ("disconnected", "Not connected"),
                        ],
                        default="active",
                        max_length=15,
                        verbose_name="state",
                    ),
                ),
                migrations.AlterField(
                    model_name="connection",
                    name="synced_at",
                    field=models.DateTimeField(blank=True, null=True, verbose_name="last sync"),
                ),
                migrations.AlterField(
                    model_name="connection",
                    name="synced_through",
                    field=models.DateTimeField(blank=True, null=True, verbose_name="synced up to"),
                ),
                migrations.AlterField(
                    model_name="connection",
                    name="times_opened",
                    field=models.PositiveSmallIntegerField(default=0, verbose_name="consecutive pauses"),
                ),
                migrations.AlterField(
                    model_name="externalorder",
                    name="changed_at",
                    field=models.DateTimeField(verbose_name="changed in the webshop"),
                ),
                migrations.AlterField(
                    model_name="externalorder",
                    name="changes_pending",
                    field=models.BooleanField(default=False, editable=False, verbose_name="changes not applied yet"),
                ),
                migrations.AlterField(
                    model_name="externalorder",
                    name="external_id",
                    field=models.CharField(max_length=64, verbose_name="order ID"),
                ),
                migrations.AlterField(
                    model_name="fulfillment",
                    name="action",
                    field=models.CharField(
                        choices=[("tell", "Send update"), ("withdraw", "Delete update")],
                        default="tell",
                        max_length=10,
                        verbose_name="action",
                    ),
                ),
                migrations.AlterField(
                    model_name="fulfillment",
                    name="audit_at",
                    field=models.DateTimeField(
                        blank=True, db_index=True, null=True, verbose_name="check with the webshop"
                    ),
                ),
                migrations.AlterField(
                    model_name="fulfillment",
                    name="buyer_mailed_at",
                    field=models.DateTimeField(blank=True, null=True, verbose_name="buyer emailed by the webshop"),
                ),
                migrations.AlterField(
                    model_name="fulfillment",
                    name="confirmed_at",
                    field=models.DateTimeField(blank=True, null=True, verbose_name="confirmed"),
                ),
                migrations.AlterField(
                    model_name="fulfillment",
                    name="details",
                    field=models.TextField(blank=True, verbose_name="response from the webshop"),
                ),
                migrations.AlterField(
                    model_name="fulfillment",
                    name="external_id",
                    field=models.CharField(blank=True, max_length=64, verbose_name="fulfillment ID"),
                ),
                migrations.AlterField(
                    model_name="fulfillment",
                    name="last_error",
                    field=models.JSONField(blank=True, default=dict, verbose_name="last error"),
                ),
                migrations.AlterField(
                    model_name="fulfillment",
                    name="lines",
                    field=models.JSONField(help_text="Pairs of line ID and quantity.", verbose_name="units"),
                ),
                migrations.AlterField(
                    model_name="fulfillment",
                    name="previous_numbers",
                    field=models.JSONField(blank=True, default=list, verbose_name="previous tracking numbers"),
                ),
                migrations.AlterField(
                    model_name="fulfillment",
                    name="queued_at",
                    field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="queued"),
                ),
                migrations.AlterField(
                    model_name="fulfillment",
                    name="tries",
                    field=models.PositiveIntegerField(default=0, verbose_name="attempts"),
                ),
                migrations.AlterField(
                    model_name="fulfillment",
                    name="unconfirmed",
                    field=models.BooleanField(default=False, verbose_name="unconfirmed"),
                ),
                migrations.AlterField(
                    model_name="installation",
                    name="last_event_at",
                    field=models.DateTimeField(blank=True, null=True, verbose_name="latest event"),
                ),
                migrations.AlterField(
                    model_name="unreadableorder",
                    name="external_id",
                    field=models.CharField(max_length=64, verbose_name="order ID"),
                ),
                migrations.AlterField(
                    model_name="webhookevent",
                    name="changed_at",
                    field=models.DateTimeField(blank=True, null=True, verbose_name="changed in the webshop"),
                ),
                migrations.AlterField(
                    model_name="webhookevent",
                    name="erases",
                    field=models.BooleanField(default=False, verbose_name="erases data"),
                ),
                migrations.AlterField(
                    model_name="webhookevent",
                    name="happened_at",
                    field=models.DateTimeField(verbose_name="occurred"),
                ),
                migrations.AlterField(
                    model_name="webhookevent",
                    name="order_id",
                    field=models.CharField(blank=True, max_length=64, verbose_name="order ID"),
                ),
                migrations.AlterField(
                    model_name="webhookevent",
                    name="state",
                    field=models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("applied", "Processed"),
                            ("ignored", "Ignored"),
                            ("needs_attention", "Needs attention"),
                        ],
                        default="received",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                migrations.AlterField(
                    model_name="webhookevent",
                    name="tries",
                    field=models.PositiveIntegerField(default=0, verbose_name="attempts"),
                ),
            ],
        ),
    ]
