"""Reads the orders of the last thirty days again: their choices were not kept, nor how they are collected."""

from datetime import timedelta

from django.db import migrations
from django.db.models import F

WINDOW = timedelta(days=30)


def forwards(apps, schema_editor):
    """The next reading starts so much earlier. What did not change at the shop is not taken for a change."""
    connections = apps.get_model("integrations", "Connection").objects.using(schema_editor.connection.alias)
    connections.exclude(synced_through=None).update(synced_through=F("synced_through") - WINDOW)


class Migration(migrations.Migration):
    dependencies = [("integrations", "0013_search_by_normal_form")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
