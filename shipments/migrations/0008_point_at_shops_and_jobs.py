"""Points foreign keys at the models' new apps. State only, no SQL."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0001_move_from_shipments"),
        ("shipments", "0007_fill_tracking_status"),
        ("shops", "0001_move_from_accounts"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="jobitem",
                    name="job",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="jobs.job"
                    ),
                ),
                migrations.AlterField(
                    model_name="barcodeblock",
                    name="shop",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="shops.shop"
                    ),
                ),
                migrations.AlterField(
                    model_name="productcustoms",
                    name="shop",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="shops.shop"
                    ),
                ),
                migrations.AlterField(
                    model_name="savedfilter",
                    name="shop",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="shops.shop"
                    ),
                ),
                migrations.AlterField(
                    model_name="shipment",
                    name="shop",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="shops.shop"
                    ),
                ),
                migrations.DeleteModel(
                    name="Job",
                ),
            ],
        ),
    ]
