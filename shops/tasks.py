"""Celery tasks of shops. Each processes all due rows; safe to run any number of times."""

from celery import shared_task

from shops.services import contracts


@shared_task(name="shops.read_contracts")
def read_contracts() -> None:
    contracts.read_due()
