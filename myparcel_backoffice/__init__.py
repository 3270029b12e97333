"""Settings, URLs, Celery and the entry points of the servers."""

from myparcel_backoffice.celery import app as celery_app

__all__ = ["celery_app"]
