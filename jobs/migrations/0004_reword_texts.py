"""Verbose names and choices get plainer English; no table changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0003_rename_closed_at"),
    ]

    operations = [
        # Only the state: nothing of this is in the database.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="job",
                    name="dismissed_at",
                    field=models.DateTimeField(blank=True, null=True, verbose_name="result dismissed"),
                ),
            ],
        ),
    ]
