"""Indexes that keep claims, sweeps and the admin from reading what is finished.

``external_order_erasing``: the orders whose shipments are still to be erased. ``external_order_number``,
``external_order_once``, ``webhook_once``, ``installation_once``: the searches of the admin, which know no connection and
no platform, besides what they carried before. ``fulfillment_to_push``, ``fulfillment_to_audit``: the claims of a
connection. ``fulfillment_completed``: what the nightly audit looks at. ``webhook_received``: the claims of webhooks.
``fulfillment_number``, ``webhook_order``, the indexes of ``Connection``: the searches of the admin.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0019_search_index'),
        ('shops', '0009_bounded_reads'),
    ]

    operations = [
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
            index=models.Index(condition=models.Q(('erasure_pending', True)), fields=['id'], name='external_order_erasing'),
        ),
        migrations.AddIndex(
            model_name='externalorder',
            index=models.Index(fields=['number', 'connection'], name='external_order_number'),
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
    ]
