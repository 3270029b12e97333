"""The wiring: settings, URLs, Celery and the servers' entry points. No logic lives here."""

from myparcel_backoffice.celery import app as celery_app

__all__ = ["celery_app"]
