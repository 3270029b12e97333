"""Rows point at the shops of the app shops; no table changes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0006_paid_at_of_orders"),
        ("shops", "0001_move_from_accounts"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="connection",
                    name="shop",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="shops.shop"
                    ),
                ),
                migrations.AlterField(
                    model_name="consentrequest",
                    name="shop",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="shops.shop"
                    ),
                ),
                migrations.AlterField(
                    model_name="externalorder",
                    name="shop",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="shops.shop"
                    ),
                ),
                migrations.AlterField(
                    model_name="fulfillment",
                    name="shop",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="shops.shop"
                    ),
                ),
                migrations.AlterField(
                    model_name="syncrun",
                    name="shop",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="shops.shop"
                    ),
                ),
                migrations.AlterField(
                    model_name="unreadableorder",
                    name="shop",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="shops.shop"
                    ),
                ),
            ],
        ),
    ]
