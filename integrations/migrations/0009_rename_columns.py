"""Columns get the names of the field; their contents stay."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("integrations", "0008_name_columns")]

    operations = [
        migrations.RenameField("connection", "minting_until", "token_lease_until"),
        migrations.RenameField("connection", "failures", "consecutive_failures"),
        migrations.RenameField("connection", "outcomes", "recent_calls"),
        migrations.RenameField("connection", "breaks", "times_opened"),
        migrations.RenameField("connection", "probing_until", "probe_lease_until"),
        migrations.RenameField("installation", "heard_at", "last_event_at"),
        migrations.RenameField("externalorder", "verdict", "eligibility"),
        migrations.RenameField("externalorder", "unfollowed", "changes_pending"),
        migrations.RenameField("fulfillment", "source", "source_id"),
        migrations.RenameField("fulfillment", "intent", "action"),
        migrations.RenameField("fulfillment", "former_numbers", "previous_numbers"),
        migrations.RenameField("fulfillment", "promised_at", "queued_at"),
        migrations.RenameField("fulfillment", "told_at", "confirmed_at"),
        migrations.RenameField("fulfillment", "mailed_at", "buyer_mailed_at"),
        migrations.RenameField("fulfillment", "doubted", "unconfirmed"),
        migrations.AlterField(
            "fulfillment",
            "action",
            models.CharField(
                choices=[("tell", "Tell"), ("withdraw", "Take back")],
                default="tell",
                max_length=10,
                verbose_name="action",
            ),
        ),
        # The database renames the columns of its indexes and constraints by itself.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint("fulfillment", "fulfillment_once_per_label"),
                migrations.AddConstraint(
                    "fulfillment", models.UniqueConstraint(fields=("source_id",), name="fulfillment_once_per_label")
                ),
                migrations.RemoveIndex("externalorder", "external_order_open"),
                migrations.AddIndex(
                    "externalorder",
                    models.Index(fields=["connection", "eligibility", "-placed_at"], name="external_order_open"),
                ),
                migrations.RemoveIndex("externalorder", "external_order_unfollowed"),
                migrations.AddIndex(
                    "externalorder",
                    models.Index(
                        fields=["id"],
                        condition=models.Q(("changes_pending", True)),
                        name="external_order_unfollowed",
                    ),
                ),
            ]
        ),
    ]
