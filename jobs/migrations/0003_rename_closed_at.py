"""Renames closed_at to dismissed_at."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("jobs", "0002_lease_token")]

    operations = [migrations.RenameField(model_name="job", old_name="closed_at", new_name="dismissed_at")]
