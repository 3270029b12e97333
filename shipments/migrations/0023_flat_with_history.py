"""Counters, figures and indexes, so that no page and no task counts or scans what piled up.

The triggers that keep the counters and the ledger of figures come with ``migrate``, which also counts what there is; see
``services.counters.triggers`` and ``services.figures``.

``shipment_list*`` and ``attention_list*`` carry the lists (``queries.filters.listing``), one for each combination of tab,
carrier and zone; ``shipment_list_drafts`` the editor's neighbors; ``shipment_attention``, ``shipment_unprinted`` and
``shipment_changed`` the dashboard; ``shipment_overdue`` the sweep that marks what waits too long; ``shipment_reference``
and ``shipment_search`` the search; ``shipment_poll`` and ``shipment_unanswered`` the claims of polls and look-ups;
``shipment_external_id`` the webhooks of gateways; ``shipment_registered`` the comparison of a day's figures;
``job_item_queue`` the next batch of a job. The others carry the tables of counters and figures themselves.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from lib.trigrams import create_extensions, create_index, drop_index

SEARCH_INDEX = "shipment_search"


def fill_listed_at(apps, schema_editor):
    """One statement: when the order was paid, else placed, else when the row was created."""
    database = schema_editor.connection.alias
    order = apps.get_model("integrations", "ExternalOrder").objects.using(database).filter(pk=OuterRef("order"))
    moment = Coalesce(Subquery(order.values("listed_at")[:1]), F("created_at"))
    apps.get_model("shipments", "Shipment").objects.using(database).update(listed_at=moment)
    check_foreign_keys(schema_editor)


def check_foreign_keys(schema_editor):
    """Now and not at the end: PostgreSQL alters no table with checks pending, and there are some for every row that this
    transaction wrote anew, also because a column came.
    """
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0016_flat_with_history'),
        ('jobs', '0005_bounded_reads'),
        ('shipments', '0022_moments_in_range'),
        ('shops', '0009_bounded_reads'),
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
        migrations.CreateModel(
            name='ShipmentCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('is_total', models.BooleanField(default=False)),
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
                ('measure', models.CharField(choices=[('sent', 'Label created'), ('arrived', 'Delivered by now'), ('fast', 'Delivered within two days'), ('delivered', 'Delivered')], max_length=10, verbose_name='measure')),
                ('hour', models.IntegerField(verbose_name='hour')),
            ],
            options={
                'verbose_name': 'shipments in an hour',
                'verbose_name_plural': 'shipments per hour',
            },
        ),
        migrations.AlterModelOptions(
            name='shipment',
            options={'ordering': ['-listed_at', '-pk'], 'verbose_name': 'shipment', 'verbose_name_plural': 'shipments'},
        ),
        migrations.RemoveIndex(
            model_name='jobitem',
            name='job_item_state',
        ),
        migrations.RemoveIndex(
            model_name='shipment',
            name='shipment_tab',
        ),
        migrations.RemoveIndex(
            model_name='shipment',
            name='shipment_list',
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
            name='listed_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='listed by'),
        ),
        migrations.RunPython(fill_listed_at, migrations.RunPython.noop, elidable=True),
        migrations.AlterField("shipment", "listed_at", models.DateTimeField("listed by", editable=False)),
        migrations.AddField(
            model_name='shipment',
            name='tab',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(status__in=['draft', 'registering'], then=models.Value('drafts')), models.When(status__in=['test'], then=models.Value('tests')), models.When(status__in=['registered'], then=models.Value('to_print')), models.When(status__in=['printed'], then=models.Value('printed')), models.When(status__in=['in_transit', 'at_customs', 'out_for_delivery', 'at_pickup_point'], then=models.Value('in_transit')), models.When(status__in=['delivered'], then=models.Value('delivered')), default=models.Value('other')), output_field=models.CharField(max_length=10)),
        ),
        migrations.AddField(
            model_name='shipment',
            name='zone',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(country='', then=models.Value('')), models.When(country='NL', then=models.Value('nl')), models.When(country='BE', then=models.Value('be')), models.When(country__in=['AT', 'BG', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GR', 'HR', 'HU', 'IE', 'IT', 'LT', 'LU', 'LV', 'MT', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK'], then=models.Value('eu')), default=models.Value('world')), output_field=models.CharField(max_length=5)),
        ),
        migrations.AlterField(
            model_name='shipment',
            name='next_poll_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='next tracking check'),
        ),
        migrations.AddIndex(
            model_name='jobitem',
            index=models.Index(fields=['job', 'state', 'code', 'position', 'id'], name='job_item_queue'),
        ),
        migrations.AddField(
            model_name='shipment',
            name='attention',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(models.Q(('push_failed', True)), then=models.Value('unsynced')), models.When(models.Q(('order_alert', 'canceled')), then=models.Value('canceled')), models.When(models.Q(('overdue', True), ('status', 'registering')), then=models.Value('unanswered')), models.When(models.Q(('status', 'returned')), then=models.Value('returned')), models.When(models.Q(('delayed', True), ('status__in', ['in_transit', 'at_customs', 'out_for_delivery', 'at_pickup_point'])), then=models.Value('late')), models.When(models.Q(('order_alert__in', ['edited', 'refunded', 'fulfilled'])), then=models.Value('changed')), models.When(models.Q(('status', 'draft'), ('blocked_by', 'order')), then=models.Value('order')), models.When(models.Q(('status', 'draft'), ('blocked_by', 'customs')), then=models.Value('customs')), models.When(models.Q(('status', 'draft'), ('blocked_by', 'address')), then=models.Value('address')), models.When(models.Q(('status', 'draft'), ('blocked_by', 'parcel')), then=models.Value('parcel')), models.When(models.Q(('overdue', True), ('status', 'at_pickup_point')), then=models.Value('pickup')), default=models.Value(''), output_field=models.CharField(max_length=12)), output_field=models.CharField(max_length=12, verbose_name='attention')),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('deleted_at', None)), fields=['shop', 'listed_at', 'id'], name='shipment_list'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('deleted_at', None)), fields=['shop', 'tab', 'listed_at', 'id'], name='shipment_list_tab'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('deleted_at', None)), fields=['shop', 'carrier', 'listed_at', 'id'], name='shipment_list_carrier'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('deleted_at', None)), fields=['shop', 'zone', 'listed_at', 'id'], name='shipment_list_zone'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('deleted_at', None)), fields=['shop', 'tab', 'carrier', 'listed_at', 'id'], name='shipment_list_tab_carrier'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('deleted_at', None)), fields=['shop', 'tab', 'zone', 'listed_at', 'id'], name='shipment_list_tab_zone'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('deleted_at', None)), fields=['shop', 'carrier', 'zone', 'listed_at', 'id'], name='shipment_list_carrier_zone'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('deleted_at', None)), fields=['shop', 'tab', 'carrier', 'zone', 'listed_at', 'id'], name='shipment_list_tab_carrier_zone'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(models.Q(('attention', ''), _negated=True), ('deleted_at', None)), fields=['shop', 'listed_at', 'id'], name='attention_list'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(models.Q(('attention', ''), _negated=True), ('deleted_at', None)), fields=['shop', 'carrier', 'listed_at', 'id'], name='attention_list_carrier'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(models.Q(('attention', ''), _negated=True), ('deleted_at', None)), fields=['shop', 'zone', 'listed_at', 'id'], name='attention_list_zone'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(models.Q(('attention', ''), _negated=True), ('deleted_at', None)), fields=['shop', 'carrier', 'zone', 'listed_at', 'id'], name='attention_list_carrier_zone'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('deleted_at', None), ('status', 'draft')), fields=['shop', 'listed_at', 'id'], name='shipment_list_drafts'),
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
            model_name='shipment',
            index=models.Index(fields=['reference', 'shop'], name='shipment_reference'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('next_poll_at', None), _negated=True), fields=['next_poll_at'], name='shipment_poll'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('status', 'registering')), fields=['next_poll_at'], name='shipment_unanswered'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('external_id', ''), _negated=True), fields=['external_id'], name='shipment_external_id'),
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
        migrations.AddField(
            model_name='shipmentcount',
            name='shop',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='shops.shop'),
        ),
        migrations.AddField(
            model_name='shipmenthour',
            name='shop',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='shops.shop'),
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
            index=models.Index(fields=['shop', 'measure', 'hour'], name='shipment_hour_measure'),
        ),
        migrations.AddIndex(
            model_name='shipmenthour',
            index=models.Index(fields=['hour'], name='shipment_hour_old'),
        ),
        migrations.AddConstraint(
            model_name='shipmenthour',
            constraint=models.UniqueConstraint(condition=models.Q(('is_total', True)), fields=('shop', 'measure', 'hour'), name='shipment_hour_total'),
        ),
        # The extensions stay: other programs may use them.
        migrations.RunPython(create_extensions, migrations.RunPython.noop),
        migrations.RunPython(
            create_index(SEARCH_INDEX, "shipments_shipment", "shop_id"), drop_index(SEARCH_INDEX)
        ),
    ]
