"""When a gateway is asked for labels that no shipment knows of."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shops', '0013_closed_shops'),
    ]

    operations = [
        migrations.AddField(
            model_name='gatewayaccount',
            name='extra_labels_due_at',
            field=models.DateTimeField(db_index=True, default=django.utils.timezone.now),
        ),
    ]
