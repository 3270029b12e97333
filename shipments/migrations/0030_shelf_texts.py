"""Where articles lie, and the labels that no carrier scanned, which an index reads."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shipments', '0029_addresses_sent_to'),
        ('shops', '0018_practice_mode'),
    ]

    operations = [
        migrations.CreateModel(
            name='ShelfText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sku', models.CharField(max_length=100)),
                ('shelf', models.CharField(max_length=30, verbose_name='shelf')),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='shops.shop')),
            ],
            options={
                'verbose_name': 'shelf of an article',
                'verbose_name_plural': 'shelves of articles',
                'constraints': [models.UniqueConstraint(fields=('shop', 'sku'), name='shelf_text_once'), models.CheckConstraint(condition=models.Q(models.Q(('sku', ''), _negated=True), models.Q(('shelf', ''), _negated=True)), name='shelf_text_said')],
            },
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('deleted_at', None), ('tab', 'printed')), fields=['shop', 'printed_at', 'id'], name='shipment_unscanned'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('deleted_at', None), ('tab', 'printed')), fields=['shop', 'listed_at', 'id', 'printed_at'], name='shipment_unscanned_list'),
        ),
    ]
