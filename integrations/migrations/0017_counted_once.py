"""The counter of orders to import also knows their zone and the open orders that were imported, so the import page and the
page of a connection count nothing. It is made anew: ``migrate`` fills the counters afterwards.

``fulfillment_unfinished`` and ``fulfillment_confirmed`` carry the page of a connection.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0016_flat_with_history'),
        ('shops', '0009_bounded_reads'),
    ]

    operations = [
        migrations.CreateModel(
            name='OpenOrderCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('is_total', models.BooleanField(default=False)),
                ('zone', models.CharField(blank=True, default='', max_length=5, verbose_name='zone')),
                ('is_imported', models.BooleanField(default=False, verbose_name='imported')),
            ],
            options={
                'verbose_name': 'count of open orders',
                'verbose_name_plural': 'counts of open orders',
            },
        ),
        migrations.AddIndex(
            model_name='fulfillment',
            index=models.Index(condition=models.Q(('state__in', ['done', 'cancelled']), _negated=True), fields=['connection', 'state'], name='fulfillment_unfinished'),
        ),
        migrations.AddIndex(
            model_name='fulfillment',
            index=models.Index(condition=models.Q(('confirmed_at', None), _negated=True), fields=['connection', '-confirmed_at'], name='fulfillment_confirmed'),
        ),
        migrations.AddField(
            model_name='openordercount',
            name='connection',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='integrations.connection'),
        ),
        migrations.AddField(
            model_name='openordercount',
            name='shop',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='shops.shop'),
        ),
        migrations.DeleteModel(
            name='WaitingOrderCount',
        ),
        migrations.AddIndex(
            model_name='openordercount',
            index=models.Index(condition=models.Q(('is_total', False)), fields=['id'], name='open_order_ledger'),
        ),
        migrations.AddConstraint(
            model_name='openordercount',
            constraint=models.UniqueConstraint(condition=models.Q(('is_total', True)), fields=('shop', 'connection', 'zone', 'is_imported'), name='open_order_total'),
        ),
    ]
