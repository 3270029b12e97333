"""A switch for each shop, off for all: it has nothing to do with the choice to practice without a key."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shops', '0017_shipping_rules'),
    ]

    operations = [
        migrations.AddField(
            model_name='shop',
            name='practice_mode',
            field=models.BooleanField(default=False, editable=False, verbose_name='practise: test labels only'),
        ),
    ]
