"""``shipment_poll`` and ``shipment_unanswered`` carry the claims of polls and look-ups, ``shipment_external_id`` the
webhooks of gateways.
"""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0020_bounded_reads'),
        ('shipments', '0028_search_index'),
        ('shops', '0009_bounded_reads'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='shipment',
            name='next_poll_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='next tracking check'),
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
    ]
