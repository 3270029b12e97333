from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("integrations", "0010_reword_texts")]

    operations = [
        migrations.AddField(
            model_name="connection",
            name="retry_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="asked again at"),
        ),
        migrations.AlterField(
            model_name="connection",
            name="state",
            field=models.CharField(
                choices=[
                    ("active", "Connected"),
                    ("reconnect", "To be reconnected"),
                    ("permission", "Permission missing"),
                    ("copy", "Waiting for your answer"),
                    ("removed", "App removed"),
                    ("disconnected", "Not connected"),
                ],
                default="active",
                max_length=15,
                verbose_name="state",
            ),
        ),
    ]
