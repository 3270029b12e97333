"""Columns get the names of the field; their contents stay."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("integrations", "0007_point_at_shops")]

    operations = [
        migrations.RenameField("connection", "token_sealed", "token_encrypted"),
        migrations.RenameField("connection", "trouble", "last_error"),
        migrations.RenameField("connection", "trouble_since", "failing_since"),
        migrations.RenameField("fulfillment", "trouble", "last_error"),
        migrations.RenameField("fulfillment", "holder", "lease_token"),
        migrations.RenameField("syncrun", "holder", "lease_token"),
        migrations.RenameField("webhookevent", "holder", "lease_token"),
    ]
