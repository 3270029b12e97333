"""What the numbers on the dashboard open is read by an index: one kind of attention, and what was delivered today."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shipments', '0027_extra_labels'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(models.Q(('attention', ''), _negated=True), ('deleted_at', None)), fields=['shop', 'attention', 'listed_at', 'id'], name='shipment_attention_kind'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('deleted_at', None), ('tab', 'delivered')), fields=['shop', '-status_at'], name='shipment_delivered_lately'),
        ),
    ]
