"""Counters, flags and indexes, so that no page, claim or sweep reads what is finished.

The triggers that keep the counters come with ``migrate``; see ``shipments.services.counters.triggers``.

``order_waiting*`` and ``order_offered*`` carry the import page, one for each way to narrow and sort it;
``external_order_news`` the moment of its newest order; ``external_order_search`` its search; ``external_order_erasing``
the orders whose shipments are still to be erased; ``fulfillment_to_push``, ``fulfillment_to_audit`` and
``webhook_received`` the claims; ``fulfillment_completed`` what the nightly audit looks at; ``fulfillment_queued`` the
figures. ``external_order_number``, ``external_order_once``, ``webhook_once``, ``installation_once``,
``fulfillment_number``, ``webhook_order`` and the indexes of ``Connection`` also carry the searches of the admin, which
know no connection and no platform.
"""

import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models

from lib.trigrams import create_extensions, create_index, drop_index

SEARCH_INDEX = "external_order_search"


def look_once_more(apps, schema_editor):
    """The orders erased so far are looked at once more, and then no longer."""
    orders = apps.get_model("integrations", "ExternalOrder").objects.using(schema_editor.connection.alias)
    orders.exclude(erased_at=None).update(erasure_pending=True)


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0015_moments_in_range'),
        ('shops', '0009_bounded_reads'),
    ]

    operations = [
        migrations.CreateModel(
            name='WaitingOrderCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('is_total', models.BooleanField(default=False)),
            ],
            options={
                'verbose_name': 'count of waiting orders',
                'verbose_name_plural': 'counts of waiting orders',
            },
        ),
        migrations.RemoveConstraint(
            model_name='externalorder',
            name='external_order_once',
        ),
        migrations.RemoveConstraint(
            model_name='installation',
            name='installation_once',
        ),
        migrations.RemoveConstraint(
            model_name='webhookevent',
            name='webhook_once',
        ),
        migrations.RemoveIndex(
            model_name='externalorder',
            name='external_order_number',
        ),
        migrations.AddField(
            model_name='externalorder',
            name='erasure_pending',
            field=models.BooleanField(default=False, editable=False, verbose_name='erasure pending'),
        ),
        migrations.AddField(
            model_name='externalorder',
            name='is_imported',
            field=models.BooleanField(default=False, editable=False, verbose_name='imported'),
        ),
        migrations.AddField(
            model_name='externalorder',
            name='listed_at',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce('paid_at', 'placed_at'), output_field=models.DateTimeField()),
        ),
        migrations.AddField(
            model_name='externalorder',
            name='zone',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(country='', then=models.Value('')), models.When(country='NL', then=models.Value('nl')), models.When(country='BE', then=models.Value('be')), models.When(country__in=['AT', 'BG', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GR', 'HR', 'HU', 'IE', 'IT', 'LT', 'LU', 'LV', 'MT', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK'], then=models.Value('eu')), default=models.Value('world')), output_field=models.CharField(max_length=5)),
        ),
        migrations.AlterField(
            model_name='connection',
            name='external_id',
            field=models.CharField(db_index=True, max_length=64, verbose_name='installation'),
        ),
        migrations.AlterField(
            model_name='connection',
            name='site_name',
            field=models.CharField(blank=True, db_index=True, max_length=200, verbose_name='site name'),
        ),
        migrations.AlterField(
            model_name='externalorder',
            name='erased_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='erased'),
        ),
        migrations.AddIndex(
            model_name='externalorder',
            index=models.Index(fields=['number', 'connection'], name='external_order_number'),
        ),
        migrations.AddIndex(
            model_name='externalorder',
            index=models.Index(condition=models.Q(('eligibility', 'open'), ('is_imported', False)), fields=['connection', 'listed_at', 'id'], name='order_waiting_date'),
        ),
        migrations.AddIndex(
            model_name='externalorder',
            index=models.Index(condition=models.Q(('eligibility', 'open'), ('is_imported', False)), fields=['connection', 'customer', 'id'], name='order_waiting_name'),
        ),
        migrations.AddIndex(
            model_name='externalorder',
            index=models.Index(condition=models.Q(('eligibility', 'open'), ('is_imported', False)), fields=['connection', 'total', 'id'], name='order_waiting_total'),
        ),
        migrations.AddIndex(
            model_name='externalorder',
            index=models.Index(condition=models.Q(models.Q(('eligibility', 'open'), ('is_imported', False)), ('is_imported', True), _connector='OR'), fields=['connection', 'listed_at', 'id'], name='order_offered_date'),
        ),
        migrations.AddIndex(
            model_name='externalorder',
            index=models.Index(condition=models.Q(('eligibility', 'open'), ('is_imported', False)), fields=['connection', 'zone', 'listed_at', 'id'], name='order_waiting_zone_date'),
        ),
        migrations.AddIndex(
            model_name='externalorder',
            index=models.Index(condition=models.Q(('eligibility', 'open'), ('is_imported', False)), fields=['connection', 'zone', 'customer', 'id'], name='order_waiting_zone_name'),
        ),
        migrations.AddIndex(
            model_name='externalorder',
            index=models.Index(condition=models.Q(('eligibility', 'open'), ('is_imported', False)), fields=['connection', 'zone', 'total', 'id'], name='order_waiting_zone_total'),
        ),
        migrations.AddIndex(
            model_name='externalorder',
            index=models.Index(condition=models.Q(models.Q(('eligibility', 'open'), ('is_imported', False)), ('is_imported', True), _connector='OR'), fields=['connection', 'zone', 'listed_at', 'id'], name='order_offered_zone_date'),
        ),
        migrations.AddIndex(
            model_name='externalorder',
            index=models.Index(condition=models.Q(('eligibility', 'open'), ('is_imported', False)), fields=['connection', '-changed_at'], name='external_order_news'),
        ),
        migrations.AddIndex(
            model_name='externalorder',
            index=models.Index(condition=models.Q(('erasure_pending', True)), fields=['id'], name='external_order_erasing'),
        ),
        migrations.AddIndex(
            model_name='fulfillment',
            index=models.Index(fields=['shop', 'queued_at'], name='fulfillment_queued'),
        ),
        migrations.AddIndex(
            model_name='fulfillment',
            index=models.Index(condition=models.Q(('state__in', ['due', 'unknown'])), fields=['connection', 'next_at', 'id'], name='fulfillment_to_push'),
        ),
        migrations.AddIndex(
            model_name='fulfillment',
            index=models.Index(condition=models.Q(('audit_at', None), _negated=True), fields=['connection', 'audit_at', 'id'], name='fulfillment_to_audit'),
        ),
        migrations.AddIndex(
            model_name='fulfillment',
            index=models.Index(condition=models.Q(('state__in', ['done', 'cancelled'])), fields=['connection', 'sent_at'], name='fulfillment_completed'),
        ),
        migrations.AddIndex(
            model_name='fulfillment',
            index=models.Index(fields=['tracking_number'], name='fulfillment_number'),
        ),
        migrations.AddIndex(
            model_name='webhookevent',
            index=models.Index(condition=models.Q(('state', 'received')), fields=['id'], name='webhook_received'),
        ),
        migrations.AddIndex(
            model_name='webhookevent',
            index=models.Index(fields=['order_id'], name='webhook_order'),
        ),
        migrations.AddConstraint(
            model_name='externalorder',
            constraint=models.UniqueConstraint(fields=('external_id', 'connection'), name='external_order_once'),
        ),
        migrations.AddConstraint(
            model_name='installation',
            constraint=models.UniqueConstraint(fields=('external_id', 'platform'), name='installation_once'),
        ),
        migrations.AddConstraint(
            model_name='webhookevent',
            constraint=models.UniqueConstraint(fields=('event_id', 'platform'), name='webhook_once'),
        ),
        migrations.AddField(
            model_name='waitingordercount',
            name='connection',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='integrations.connection'),
        ),
        migrations.AddField(
            model_name='waitingordercount',
            name='shop',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='shops.shop'),
        ),
        migrations.AddIndex(
            model_name='waitingordercount',
            index=models.Index(condition=models.Q(('is_total', False)), fields=['id'], name='waiting_order_ledger'),
        ),
        migrations.AddConstraint(
            model_name='waitingordercount',
            constraint=models.UniqueConstraint(condition=models.Q(('is_total', True)), fields=('shop', 'connection'), name='waiting_order_total'),
        ),
        # The extensions stay: other programs may use them.
        migrations.RunPython(create_extensions, migrations.RunPython.noop),
        migrations.RunPython(
            create_index(SEARCH_INDEX, "integrations_externalorder", "connection_id"), drop_index(SEARCH_INDEX)
        ),
        # Last: PostgreSQL makes no index while the foreign keys of the rows it updates are still to be checked.
        migrations.RunPython(look_once_more, migrations.RunPython.noop, elidable=True),
    ]
