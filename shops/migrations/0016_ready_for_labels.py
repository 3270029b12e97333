"""What a shop does before its first label. Those that could make test labels without a key until now still can."""

from django.db import migrations, models


def let_them_practice(apps, schema_editor):
    shops = apps.get_model("shops", "Shop").objects.filter(gateway_account=None)
    shops.exclude(street="").update(is_practicing=True)


class Migration(migrations.Migration):

    dependencies = [
        ('shops', '0015_failing_since_and_exchanges'),
    ]

    operations = [
        migrations.AddField(
            model_name='shop',
            name='is_practicing',
            field=models.BooleanField(default=False, verbose_name='makes test labels without a key'),
        ),
        migrations.AddField(
            model_name='shop',
            name='paper_tried_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='printer tried'),
        ),
        migrations.RunPython(let_them_practice, migrations.RunPython.noop),
    ]
