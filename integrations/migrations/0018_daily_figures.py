"""``fulfillment_queued`` carries the nightly comparison of one day's figures (shipments.services.figures)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0017_list_columns'),
        ('shops', '0008_shipping_habits'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='fulfillment',
            index=models.Index(fields=['shop', 'queued_at'], name='fulfillment_queued'),
        ),
    ]
