"""Celery tasks of shops. Each processes all due rows; safe to run any number of times."""

from celery import shared_task

from lib.turns import TURN_SECONDS
from shops.services import contracts, gateway_checks


@shared_task(name="shops.read_contracts")
def read_contracts() -> None:
    contracts.read_due(seconds=TURN_SECONDS)


@shared_task(name="shops.check_gateway_accounts")
def check_gateway_accounts() -> None:
    gateway_checks.check_due(seconds=TURN_SECONDS)
