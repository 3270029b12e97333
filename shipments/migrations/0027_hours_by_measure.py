"""``shipment_hour_measure`` carries the dashboard: of each measure it reads the hours that are shown and no others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shipments", "0026_daily_figures")]

    operations = [
        migrations.RemoveIndex("shipmenthour", "shipment_hour_lately"),
        migrations.AddIndex(
            "shipmenthour", models.Index(fields=["shop", "measure", "hour"], name="shipment_hour_measure")
        ),
    ]
