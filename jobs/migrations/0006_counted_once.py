"""What the lists of jobs show is kept with a job; ``shipments`` fills it, which has the items."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0005_bounded_reads'),
    ]

    operations = [
        migrations.AddField(
            model_name='job',
            name='failed_count',
            field=models.PositiveIntegerField(default=0, verbose_name='rejected'),
        ),
        migrations.AddField(
            model_name='job',
            name='has_tests',
            field=models.BooleanField(default=False, verbose_name='test labels'),
        ),
        migrations.AddField(
            model_name='job',
            name='ok_count',
            field=models.PositiveIntegerField(default=0, verbose_name='succeeded'),
        ),
    ]
