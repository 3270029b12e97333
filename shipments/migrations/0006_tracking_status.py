from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shipments", "0005_customs_currency")]
    operations = [
        migrations.AddField(
            model_name="shipmentevent",
            name="tracking_status",
            field=models.CharField(blank=True, default="", max_length=24),
            preserve_default=False,
        ),
        migrations.RenameField(model_name="shipment", old_name="carrier_status", new_name="carrier_status_code"),
        migrations.AlterField(
            model_name="shipment",
            name="carrier_status_code",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="status code of the label system"
            ),
        ),
        migrations.AddField(
            model_name="shipment",
            name="tracking_status",
            field=models.CharField(blank=True, default="", max_length=24, verbose_name="status at the carrier"),
            preserve_default=False,
        ),
    ]
