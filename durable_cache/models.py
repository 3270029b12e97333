"""The table of the cache that must not forget: ``CACHES["durable"]``, which is Django's cache in the database.

The columns are those of ``django.core.cache.backends.db``. ``lib.leases`` keeps the moment of the last sweep in it.
"""

from django.db import models


class CacheRow(models.Model):
    cache_key = models.CharField(max_length=255, primary_key=True)
    # A pickle in base64, by Django's cache.
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.cache_key
