from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('privacy', '0002_closed_shops'),
    ]

    operations = [
        migrations.AddField(
            model_name='personerasure',
            name='looked_through',
            field=models.JSONField(blank=True, default=dict, verbose_name='looked through'),
        ),
        migrations.AddField(
            model_name='personerasure',
            name='progress',
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
    ]
