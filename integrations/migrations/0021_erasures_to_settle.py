"""The orders erased so far are looked at once more, and then no longer."""

from django.db import migrations


def look_once_more(apps, schema_editor):
    orders = apps.get_model("integrations", "ExternalOrder").objects.using(schema_editor.connection.alias)
    orders.exclude(erased_at=None).update(erasure_pending=True)


class Migration(migrations.Migration):
    dependencies = [("integrations", "0020_bounded_reads")]
    operations = [migrations.RunPython(look_once_more, migrations.RunPython.noop, elidable=True)]
