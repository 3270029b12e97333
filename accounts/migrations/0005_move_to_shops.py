"""Shops live in the app shops now; no table changes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_customs_numbers"),
        ("integrations", "0007_point_at_shops"),
        ("shipments", "0008_point_at_shops_and_jobs"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField(
                    model_name="labelaccount",
                    name="shop",
                ),
                migrations.RemoveField(
                    model_name="membership",
                    name="shop",
                ),
                migrations.RemoveField(
                    model_name="membership",
                    name="user",
                ),
                migrations.RemoveField(
                    model_name="packagepreferences",
                    name="shop",
                ),
                migrations.DeleteModel(
                    name="Invitation",
                ),
                migrations.DeleteModel(
                    name="LabelAccount",
                ),
                migrations.DeleteModel(
                    name="Membership",
                ),
                migrations.DeleteModel(
                    name="PackagePreferences",
                ),
                migrations.DeleteModel(
                    name="Shop",
                ),
            ],
        ),
    ]
