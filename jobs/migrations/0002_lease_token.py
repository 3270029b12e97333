"""Renames the lease column of jobs to lease_token."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_move_from_shipments")]

    operations = [migrations.RenameField("job", "holder", "lease_token")]
