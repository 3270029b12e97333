"""Celery tasks of the durable cache; safe to run any number of times."""

from celery import shared_task
from django.utils import timezone

from durable_cache.models import CacheRow


@shared_task(name="durable_cache.forget_expired")
def forget_expired() -> None:
    """So that the table holds what counts now, and nothing of earlier releases."""
    CacheRow.objects.filter(expires__lt=timezone.now()).delete()
