"""``job_unfinished`` carries the claims and whether a shop is busy, ``job_downloads`` the downloads page, ``job_displayed`` the
result above a list, ``job_kind`` the earlier uploads of a file.
"""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0004_reword_texts'),
        ('shops', '0009_bounded_reads'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('state__in', ['queued', 'running'])), fields=['id'], name='job_unfinished'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(fields=['shop', '-created_at', '-id'], name='job_downloads'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('dismissed_at', None)), fields=['shop', 'kind', '-id'], name='job_displayed'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(fields=['shop', 'kind', '-id'], name='job_kind'),
        ),
    ]
