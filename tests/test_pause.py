"""A worker that sleeps for two leases, while others do its work, wakes up and changes nothing."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.db import connection as database
from django.db import transaction

from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import FakePlatform
from lib.turns import Turns
from tests.test_crash_at_every_line import ROUNDS, SCENES, Carrier, Sweep, carrier, time_passes, what_there_is, work
from tests.test_edited_meanwhile import Gap

__all__ = ["carrier"]
pytestmark = pytest.mark.django_db
EVERY_GAP, MAX_GAPS = 12, 300
# What was asked of the other side: who falls asleep between its last look at its lease and the call asks once more.
ASKED = {"pushed", "registered"}


def numbers() -> Iterator[int]:
    """Other gaps on each database."""
    yield from range(2 if database.vendor == "postgresql" else 8, MAX_GAPS, EVERY_GAP)


@contextmanager
def another_process() -> Iterator[None]:
    """Whose turn it is, is known to one process alone."""
    with ExitStack() as stack:
        for module in list(sys.modules.values()):
            if isinstance(vars(module).get("TURNS"), Turns):
                stack.enter_context(patch.object(module, "TURNS", Turns()))
        yield


def play(acme: FakePlatform, carrier: Carrier, sweeps: Sequence[Sweep], number: int) -> tuple[dict[str, object], bool]:
    """What there is in the end, and whether anybody slept in that gap. Everything is undone again."""
    told_before = {order_id: list(kept) for order_id, kept in acme.fulfillments.items()}
    cache.clear()
    acme.pushed.clear()
    carrier.registered.clear()
    slept = False

    def others_work() -> None:
        nonlocal slept
        slept = True
        with another_process():
            for _lease in range(2):
                time_passes()
                work(sweeps)

    with transaction.atomic():
        with database.execute_wrapper(Gap(others_work, number, is_asked=False).between_statements):
            work(sweeps)
        for _round in range(ROUNDS):
            time_passes()
            if not work(sweeps):
                break
        found = what_there_is(acme, carrier)
        transaction.set_rollback(True)
    acme.fulfillments = told_before
    return {name: value for name, value in found.items() if name not in ASKED}, slept


@pytest.mark.parametrize(("scene", "sweeps"), SCENES.items(), ids=[scene.__name__ for scene in SCENES])
def test_who_wakes_up_after_others_did_the_work_changes_nothing(
    acme: FakePlatform, carrier, shop, owner, files_dir, settings, scene, sweeps
):
    settings.REQUESTS_PER_MINUTE = 100_000
    scene(acme, make_connection(shop), owner)
    undisturbed, _slept = play(acme, carrier, sweeps, 0)
    tried = 0
    for number in numbers():
        found, slept = play(acme, carrier, sweeps, number)
        if not slept:
            break
        tried += 1
        assert found == undisturbed, f"slept in gap {number}"
    assert tried < MAX_GAPS // EVERY_GAP
