"""The ledger of figures. Its triggers are made after migrating, which also counts the rows there are; see
``shipments.services.figures``.

``shipment_registered`` carries the nightly comparison of one day's figures, ``figure_entry_period`` the statistics page
and the dashboard, ``figure_entry_unfolded`` the sweep that adds entries up.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0018_daily_figures'),
        ('shipments', '0025_list_indexes'),
        ('shops', '0008_shipping_habits'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FigureEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('figure', models.CharField(max_length=40)),
                ('number', models.IntegerField()),
                ('folded', models.BooleanField(default=False)),
            ],
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('registered_at', None), _negated=True), fields=['shop', 'registered_at'], name='shipment_registered'),
        ),
        migrations.AddField(
            model_name='figureentry',
            name='shop',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='figure_entries', to='shops.shop'),
        ),
        migrations.AddIndex(
            model_name='figureentry',
            index=models.Index(fields=['shop', 'at', 'figure', 'number'], name='figure_entry_period'),
        ),
        migrations.AddIndex(
            model_name='figureentry',
            index=models.Index(condition=models.Q(('folded', False)), fields=['id'], name='figure_entry_unfolded'),
        ),
        migrations.AddConstraint(
            model_name='figureentry',
            constraint=models.UniqueConstraint(condition=models.Q(('folded', True)), fields=('shop', 'at', 'figure'), name='figure_entry_folded_once'),
        ),
    ]
