"""A sync that somebody asks for while another one is reading follows it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0019_turns_of_connections'),
    ]

    operations = [
        migrations.AddField(
            model_name='syncrun',
            name='is_wanted_again',
            field=models.BooleanField(default=False, verbose_name='another follows'),
        ),
    ]
