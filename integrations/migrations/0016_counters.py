"""Counters instead of counts; the triggers that keep them come with ``migrate``, see ``shipments.services.counters``.

``external_order_waiting`` carries the import page and ``external_order_news`` the moment of its newest order.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0015_moments_in_range'),
        ('shops', '0008_shipping_habits'),
    ]

    operations = [
        migrations.CreateModel(
            name='WaitingOrderCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('is_total', models.BooleanField(default=False)),
                ('shop', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='shops.shop')),
                ('connection', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='integrations.connection')),
            ],
            options={
                'verbose_name': 'count of waiting orders',
                'verbose_name_plural': 'counts of waiting orders',
            },
        ),
        migrations.AddField(
            model_name='externalorder',
            name='is_imported',
            field=models.BooleanField(default=False, editable=False, verbose_name='imported'),
        ),
        migrations.AddIndex(
            model_name='externalorder',
            index=models.Index(condition=models.Q(('eligibility', 'open'), ('is_imported', False)), fields=['connection', '-placed_at'], name='external_order_waiting'),
        ),
        migrations.AddIndex(
            model_name='externalorder',
            index=models.Index(condition=models.Q(('eligibility', 'open'), ('is_imported', False)), fields=['connection', '-changed_at'], name='external_order_news'),
        ),
        migrations.AddIndex(
            model_name='waitingordercount',
            index=models.Index(condition=models.Q(('is_total', False)), fields=['id'], name='waiting_order_ledger'),
        ),
        migrations.AddConstraint(
            model_name='waitingordercount',
            constraint=models.UniqueConstraint(condition=models.Q(('is_total', True)), fields=('shop', 'connection'), name='waiting_order_total'),
        ),
    ]
