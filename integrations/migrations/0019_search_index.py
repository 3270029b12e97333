from django.db import migrations

from lib.trigrams import create_extensions, create_index, drop_index

NAME = "external_order_search"


class Migration(migrations.Migration):
    """The index carries the search on the import page, among the orders of one connection."""

    dependencies = [("integrations", "0018_daily_figures")]

    operations = [
        # The extensions stay: other programs may use them.
        migrations.RunPython(create_extensions, migrations.RunPython.noop),
        migrations.RunPython(create_index(NAME, "integrations_externalorder", "connection_id"), drop_index(NAME)),
    ]
