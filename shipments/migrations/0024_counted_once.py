"""``shipment_list_blocked`` carries the drafts of which something is missing. Finished jobs keep their numbers."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce


def count_items(apps, schema_editor):
    """Of the jobs that ended, in one statement for each number."""
    jobs = apps.get_model("jobs", "Job").objects.using(schema_editor.connection.alias).exclude(finished_at=None)
    items = apps.get_model("shipments", "JobItem").objects.filter(job=OuterRef("pk")).order_by()
    for column, state in (("ok_count", "ok"), ("failed_count", "refused")):
        counted = items.filter(state=state).values("job").annotate(number=Count("pk")).values("number")
        jobs.update(**{column: Coalesce(Subquery(counted), 0)})
    tests = items.filter(state="ok", shipment__status="test")
    jobs.filter(Exists(tests), kind="labels").update(has_tests=True)


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0017_counted_once'),
        ('jobs', '0006_counted_once'),
        ('shipments', '0023_flat_with_history'),
        ('shops', '0009_bounded_reads'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('deleted_at', None), ('status', 'draft'), models.Q(('blocked_by', ''), _negated=True)), fields=['shop', 'listed_at', 'id'], name='shipment_list_blocked'),
        ),
        migrations.RunPython(count_items, migrations.RunPython.noop),
    ]
