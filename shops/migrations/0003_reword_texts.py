"""Verbose names and choices get plainer English; no table changes."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("shops", "0002_gateway_accounts"),
    ]

    operations = [
        # Only the state: nothing of this is in the database.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterModelOptions(
                    name="gatewayaccount",
                    options={"verbose_name": "gateway account", "verbose_name_plural": "gateway accounts"},
                ),
                migrations.AlterField(
                    model_name="gatewayaccount",
                    name="api_key_suffix",
                    field=models.CharField(max_length=4, verbose_name="key ends in"),
                ),
                migrations.AlterField(
                    model_name="gatewayaccount",
                    name="gateway",
                    field=models.CharField(default="myparcel", max_length=20, verbose_name="gateway"),
                ),
                migrations.AlterField(
                    model_name="gatewayaccount",
                    name="last_error",
                    field=models.JSONField(blank=True, default=dict, verbose_name="last error"),
                ),
                migrations.AlterField(
                    model_name="invitation",
                    name="email",
                    field=models.EmailField(max_length=254, verbose_name="email address"),
                ),
                migrations.AlterField(
                    model_name="packagepreferences",
                    name="default_weight",
                    field=models.PositiveIntegerField(
                        default=1000,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="weight if the webshop provides none",
                    ),
                ),
                migrations.AlterField(
                    model_name="packagepreferences",
                    name="insurance_percent",
                    field=models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Percentage; 0 uses the amount above.",
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="part of the order value to insure",
                    ),
                ),
                migrations.AlterField(
                    model_name="shop",
                    name="email",
                    field=models.EmailField(blank=True, max_length=254, verbose_name="email address"),
                ),
                migrations.AlterField(
                    model_name="shop",
                    name="mails_buyer",
                    field=models.BooleanField(default=False, verbose_name="email the buyer from here"),
                ),
                migrations.AlterField(
                    model_name="shop",
                    name="suffix",
                    field=models.CharField(blank=True, max_length=6, verbose_name="suffix"),
                ),
            ],
        ),
    ]
