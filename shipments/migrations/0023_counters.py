"""Counters instead of counts; the triggers that keep them come with ``migrate``, see ``services.counters.triggers``."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0016_counters'),
        ('shipments', '0022_moments_in_range'),
        ('shops', '0008_shipping_habits'),
    ]

    operations = [
        migrations.CreateModel(
            name='ShipmentCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('is_total', models.BooleanField(default=False)),
                ('shop', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='shops.shop')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('registering', 'Creating label'), ('test', 'Test, not passed on'), ('registered', 'To print'), ('printed', 'Printed'), ('in_transit', 'In transit'), ('at_customs', 'At customs'), ('out_for_delivery', 'Out for delivery'), ('at_pickup_point', 'At pick-up point'), ('delivered', 'Delivered'), ('returned', 'Returned'), ('cancelled', 'Cancelled')], max_length=20, verbose_name='status')),
                ('blocked_by', models.CharField(blank=True, choices=[('', 'Nothing'), ('address', 'Address incomplete'), ('customs', 'Customs needed'), ('parcel', 'Parcel not possible'), ('order', 'Order changed')], max_length=10, verbose_name='missing')),
                ('attention', models.CharField(blank=True, max_length=12, verbose_name='attention')),
            ],
            options={
                'verbose_name': 'count of shipments',
                'verbose_name_plural': 'counts of shipments',
            },
        ),
        migrations.CreateModel(
            name='ShipmentHour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('is_total', models.BooleanField(default=False)),
                ('shop', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='shops.shop')),
                ('measure', models.CharField(choices=[('sent', 'Label created'), ('arrived', 'Delivered by now'), ('fast', 'Delivered within two days'), ('delivered', 'Delivered')], max_length=10, verbose_name='measure')),
                ('hour', models.IntegerField(verbose_name='hour')),
            ],
            options={
                'verbose_name': 'shipments in an hour',
                'verbose_name_plural': 'shipments per hour',
            },
        ),
        migrations.RemoveIndex(
            model_name='shipment',
            name='shipment_counts',
        ),
        migrations.AddField(
            model_name='shipment',
            name='overdue',
            field=models.BooleanField(default=False, editable=False, verbose_name='too long in this status'),
        ),
        migrations.AddField(
            model_name='shipment',
            name='push_failed',
            field=models.BooleanField(default=False, editable=False, verbose_name='update of the webshop failed'),
        ),
        migrations.AddField(
            model_name='shipment',
            name='attention',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(models.Q(('push_failed', True)), then=models.Value('unsynced')), models.When(models.Q(('order_alert', 'canceled')), then=models.Value('canceled')), models.When(models.Q(('overdue', True), ('status', 'registering')), then=models.Value('unanswered')), models.When(models.Q(('status', 'returned')), then=models.Value('returned')), models.When(models.Q(('delayed', True), ('status__in', ['in_transit', 'at_customs', 'out_for_delivery', 'at_pickup_point'])), then=models.Value('late')), models.When(models.Q(('order_alert__in', ['edited', 'refunded', 'fulfilled'])), then=models.Value('changed')), models.When(models.Q(('status', 'draft'), ('blocked_by', 'order')), then=models.Value('order')), models.When(models.Q(('status', 'draft'), ('blocked_by', 'customs')), then=models.Value('customs')), models.When(models.Q(('status', 'draft'), ('blocked_by', 'address')), then=models.Value('address')), models.When(models.Q(('status', 'draft'), ('blocked_by', 'parcel')), then=models.Value('parcel')), models.When(models.Q(('overdue', True), ('status', 'at_pickup_point')), then=models.Value('pickup')), default=models.Value(''), output_field=models.CharField(max_length=12)), output_field=models.CharField(max_length=12, verbose_name='attention')),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(models.Q(('attention', ''), _negated=True), ('deleted_at', None)), fields=['shop', 'attention', '-status_at'], name='shipment_attention'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('deleted_at', None), ('overdue', False), ('status__in', ['registering', 'at_pickup_point'])), fields=['status', 'status_at'], name='shipment_overdue'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('deleted_at', None), ('status', 'registered')), fields=['shop', 'registered_at'], name='shipment_unprinted'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('deleted_at', None)), fields=['shop', '-status_at'], name='shipment_changed'),
        ),
        migrations.AddIndex(
            model_name='shipmentcount',
            index=models.Index(condition=models.Q(('is_total', False)), fields=['id'], name='shipment_count_ledger'),
        ),
        migrations.AddConstraint(
            model_name='shipmentcount',
            constraint=models.UniqueConstraint(condition=models.Q(('is_total', True)), fields=('shop', 'status', 'blocked_by', 'attention'), name='shipment_count_total'),
        ),
        migrations.AddIndex(
            model_name='shipmenthour',
            index=models.Index(condition=models.Q(('is_total', False)), fields=['id'], name='shipment_hour_ledger'),
        ),
        migrations.AddIndex(
            model_name='shipmenthour',
            index=models.Index(fields=['shop', 'hour'], name='shipment_hour_lately'),
        ),
        migrations.AddIndex(
            model_name='shipmenthour',
            index=models.Index(fields=['hour'], name='shipment_hour_old'),
        ),
        migrations.AddConstraint(
            model_name='shipmenthour',
            constraint=models.UniqueConstraint(condition=models.Q(('is_total', True)), fields=('shop', 'measure', 'hour'), name='shipment_hour_total'),
        ),
    ]
