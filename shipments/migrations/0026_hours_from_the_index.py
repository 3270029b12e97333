"""``shipment_hour_numbers`` also has the number, so the dashboard reads nothing but the index."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shipments', '0025_life_of_personal_data'),
        ('shops', '0009_bounded_reads'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='shipmenthour',
            name='shipment_hour_measure',
        ),
        migrations.AddIndex(
            model_name='shipmenthour',
            index=models.Index(fields=['shop', 'measure', 'hour', 'number'], name='shipment_hour_numbers'),
        ),
    ]
