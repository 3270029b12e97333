"""A bell never makes anyone wait: not a page, not a press, not a webhook, whatever the broker does."""

import re
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from django.apps import apps as django_apps
from django.test import Client

from lib import leases
from shops.models import Shop
from tests.addresses import addresses, fill, own_ids
from tests.our_apps import OUR_APPS, ROOT
from tests.test_dependencies_off import point_at, refused, silent

__all__ = ["refused", "silent"]
# Seconds that a bell may cost a request.
REFUSED_SECONDS, SILENT_SECONDS = 0.05, 1.0
# A page that waits for something that is away takes as long as its time-outs and retries.
LONGEST_PAGE = 4.0
PRESSED = {"key": "pressed", "layout": "a6", "confirm": "1", "apply": "1", "signature": "1", "name": "x", "q": "x"}
# Some of those that must be among the views that ring, or the sweep over all views presses nothing.
CERTAINLY_RING = {"integrations:sync_now", "integrations:retry_updates", "shipments:bulk_push", "privacy:export_shop"}
ENDS = re.compile("revoke|disconnect|delete|close|erase|cancel|logout|leave|remove")
# Ask the cache and the broker without a press.
ASK = {":dashboard", ":healthz_worker"}


class Bells:
    """Seconds that the bells of each view took, by its name."""

    def __init__(self, monkeypatch: Any) -> None:
        self.view, self.seconds = "", defaultdict[str, float](float)
        ring = leases._send

        def timed(task: str) -> None:
            started = time.monotonic()
            ring(task)
            self.seconds[self.view] += time.monotonic() - started

        monkeypatch.setattr(leases, "_send", timed)


@pytest.fixture
def bells(monkeypatch: Any) -> Bells:
    leases.current_app.amqp.producer_pool  # noqa: B018 - its imports are no wait for the broker
    return Bells(monkeypatch)


def visit(browser: Client, route: str, name: str, ids: Any, method: str) -> str:
    """What went wrong; empty when nothing did. Every request is the first that meets the silence."""
    leases._no_broker_until = 0.0
    form = PRESSED | {"shipment": str(ids["shipment"]), "order": str(ids["order"])}
    started = time.monotonic()
    answer = getattr(browser, method)(fill(route, name, ids), form if method == "post" else {})
    if answer.status_code >= 500 and name != ":healthz_worker":
        return f"{method} {name}: {answer.status_code}"
    return f"{method} {name}: too long" if time.monotonic() - started > LONGEST_PAGE else ""


def slow(bells: Bells, most: float) -> list[str]:
    """Views whose bell took longer than ``most``; a busy processor is no wait, so the bell is rung thrice more."""
    found = [name for name, seconds in bells.seconds.items() if seconds > most]
    return found if found and _shortest_bell() > most else []


def _shortest_bell() -> float:
    taken = []
    for _time in range(3):
        leases._no_broker_until, started = 0.0, time.monotonic()
        leases._send("integrations.push_due")
        taken.append(time.monotonic() - started)
    return min(taken)


@pytest.fixture
def press(bells: Bells, client_for: Any, django_capture_on_commit_callbacks: Any) -> Any:
    """Opens and presses each of these addresses in a shop; returns what went wrong."""

    def press_all(shop: Shop, chosen: Sequence[tuple[str, str]]) -> list[str]:
        member = shop.memberships.get().user
        ids, browser, wrong = own_ids(shop), client_for(member), list[str]()
        for route, name in chosen:
            bells.view = name
            for method in ("get", "post"):
                with django_capture_on_commit_callbacks(execute=True):
                    wrong.append(visit(browser, route, name, ids, method))
            if name == ":account_logout":
                browser = client_for(member)
        return [one for one in wrong if one]

    return press_all


@pytest.mark.django_db
def test_bell(refused, silent, bells, press, settings, monkeypatch, shop, rival):
    # What ends a connection, a job or the shop comes last, so that the others still have something to press.
    visited = sorted(addresses(), key=lambda address: bool(ENDS.search(address[1])))
    assert len(visited) > 75
    point_at(f"redis://127.0.0.1:{refused}/0", settings, monkeypatch)
    assert press(shop, visited) == []
    ringing = set(bells.seconds)
    assert CERTAINLY_RING - ringing == set(), sorted(ringing)
    assert slow(bells, REFUSED_SECONDS) == []
    point_at(f"redis://127.0.0.1:{silent}/0", settings, monkeypatch)
    bells.seconds.clear()
    assert press(rival, [(route, name) for route, name in visited if name in ringing | ASK]) == []
    assert set(bells.seconds) >= CERTAINLY_RING
    assert slow(bells, SILENT_SECONDS + REFUSED_SECONDS) == []


def test_bell_of_a_broker_that_lost_its_memory(monkeypatch):
    """The queue is not there any more, so the bell makes it anew."""
    broker = Celery(broker="memory://", set_as_current=False)
    monkeypatch.setattr(leases, "current_app", broker)
    leases._send("integrations.push_due")
    with broker.connection_for_write() as connection:
        connection.default_channel.queue_delete("celery")
    assert _shortest_bell() < REFUSED_SECONDS
    with broker.connection_for_write() as connection:
        assert connection.default_channel.queue_declare("celery", passive=True).message_count == 3


def test_nothing_but_the_bell_speaks_with_the_broker():
    """So the sweep over all views hears of every wait."""
    speaks = re.compile(r"\.(send_task|apply_async|delay)\(")
    apps = [Path(config.path) for config in django_apps.get_app_configs() if config.label in OUR_APPS]
    files = [file for folder in [*apps, ROOT / "lib"] for file in folder.rglob("*.py") if "tests" not in file.parts]
    assert [str(file) for file in files if speaks.search(file.read_text())] == [str(ROOT / "lib" / "leases.py")]


@pytest.mark.parametrize(("port", "most"), [("refused", REFUSED_SECONDS), ("silent", SILENT_SECONDS)])
def test_bells_without_a_broker_cost_one_short_wait(settings, monkeypatch, request, port, most):
    point_at(f"redis://127.0.0.1:{request.getfixturevalue(port)}/0", settings, monkeypatch)
    leases.current_app.amqp.producer_pool  # noqa: B018 - its imports are no wait for the broker
    assert _shortest_bell() < most + REFUSED_SECONDS
    started = time.monotonic()
    for _bell in range(20):
        leases._send("integrations.push_due")
    assert time.monotonic() - started < REFUSED_SECONDS
