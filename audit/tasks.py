"""Celery tasks of the trail; safe to run any number of times."""

from celery import shared_task

from audit import trail


@shared_task(name="audit.forget_old_entries")
def forget_old_entries() -> None:
    trail.forget_old_entries()
