"""A label account becomes a gateway account; its table keeps its name, its columns get the names of the field."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shops", "0001_move_from_accounts")]

    operations = [
        migrations.RenameModel("LabelAccount", "GatewayAccount"),
        migrations.AlterField(
            "gatewayaccount",
            "shop",
            models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="gateway_account", to="shops.shop"
            ),
        ),
        migrations.RenameField("gatewayaccount", "key_sealed", "api_key_encrypted"),
        migrations.RenameField("gatewayaccount", "key_ends_with", "api_key_suffix"),
        migrations.RenameField("gatewayaccount", "hook_key", "webhook_token"),
        migrations.RenameField("gatewayaccount", "hooks", "webhook_subscriptions"),
        migrations.RenameField("gatewayaccount", "trouble", "last_error"),
    ]
