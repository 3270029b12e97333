"""Verbose names and choices get plainer English; no table changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_move_to_shops"),
    ]

    operations = [
        # Only the state: nothing of this is in the database.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="user",
                    name="email",
                    field=models.EmailField(max_length=254, unique=True, verbose_name="email address"),
                ),
                migrations.AlterField(
                    model_name="user",
                    name="is_staff",
                    field=models.BooleanField(default=False, verbose_name="can access the admin"),
                ),
            ],
        ),
    ]
