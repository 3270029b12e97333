"""What was sent to a postcode before is read by an index, for the suggestions beside an incomplete address."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shipments', '0028_counted_links'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(models.Q(('registered_at', None), _negated=True), ('deleted_at', None)), fields=['shop', 'postal_code', '-registered_at'], name='shipment_sent_to'),
        ),
    ]
