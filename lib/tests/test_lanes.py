"""Threads for each queue: what waits in one of them delays none of the others."""

import threading
import time
from collections.abc import Iterator
from threading import Event, Semaphore

import pytest

from lib import lanes as lanes_module
from lib.lanes import Lanes

QUEUE_OF = {"slow": "read", "other": "read", "press": "now", "elsewhere": "tidy"}
SOON = 5.0


class Work:
    """Tasks that take until they are let go, and who did them."""

    def __init__(self) -> None:
        self.began: list[str] = []
        self.beginnings = Semaphore(0)
        self.may_end = Event()
        self.slow: set[str] = {"slow"}

    def run(self, task: str) -> None:
        self.began.append(task)
        self.beginnings.release()
        if task in self.slow:
            self.may_end.wait(SOON)

    def await_beginnings(self, number: int) -> None:
        for _one in range(number):
            assert self.beginnings.acquire(timeout=SOON), f"only {self.began} began"

    def nothing_begins(self) -> bool:
        return not self.beginnings.acquire(timeout=0.1)


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def lanes(work: Work) -> Iterator[Lanes]:
    made = Lanes({"read": 4, "now": 1}, QUEUE_OF, work.run)
    yield made
    work.may_end.set()
    made.stop(SOON)


def test_a_press_begins_while_every_thread_of_another_queue_waits(lanes, work):
    work.slow = {"slow", "other"}
    for task in ("slow", "slow", "slow", "other"):
        lanes.ring(task)
        work.await_beginnings(1)
    lanes.ring("press")
    assert work.beginnings.acquire(timeout=SOON / 2), "it waits for those of another queue"
    assert work.began[-1] == "press"


def test_one_task_never_has_all_the_threads_of_its_queue(lanes, work):
    for _bell in range(3):
        lanes.ring("slow")
        work.await_beginnings(1)
    lanes.ring("slow")
    assert work.nothing_begins(), "a thread is left for the others"
    lanes.ring("other")
    work.await_beginnings(1)
    assert work.began == ["slow", "slow", "slow", "other"]
    work.may_end.set()
    work.await_beginnings(1)
    assert work.began[-1] == "slow", "the bell was kept"


def test_a_thousand_bells_while_the_work_waits_are_one(lanes, work):
    for _bell in range(3):
        lanes.ring("slow")
        work.await_beginnings(1)
    for _bell in range(1000):
        lanes.ring("slow")
    work.may_end.set()
    work.await_beginnings(1)
    assert work.nothing_begins()


def test_a_bell_during_the_work_is_not_lost(lanes, work):
    """What it announces may be too new for the run that goes on."""
    work.slow.add("press")
    lanes.ring("press")
    work.await_beginnings(1)
    lanes.ring("press")
    work.may_end.set()
    work.await_beginnings(1)
    assert work.began == ["press", "press"]


def test_a_queue_that_is_not_served_here_is_for_the_broker(lanes):
    assert not lanes.ring("elsewhere")
    assert lanes.ring("press")


def test_an_error_of_one_run_stops_no_other(caplog):
    ran = Event()

    def run(_task: str) -> None:
        if caplog.records:
            ran.set()
        1 / 0  # noqa: B018

    lanes = Lanes({"now": 1}, QUEUE_OF, run)
    lanes.ring("press")
    while not caplog.records:
        time.sleep(0.01)
    lanes.ring("press")
    assert ran.wait(SOON)
    lanes.stop(SOON)
    assert "The task press ended in an error" in caplog.text


def test_only_what_did_not_begin_lately_is_rung_for(lanes, work):
    lanes.ring("press")
    work.await_beginnings(1)
    lanes.ring_the_forgotten(["press", "other", "elsewhere"], 60)
    work.await_beginnings(1)
    assert work.began == ["press", "other"]


def test_a_task_that_hangs_is_named(lanes, work):
    lanes.ring("slow")
    work.await_beginnings(1)
    time.sleep(0.02)
    assert lanes.too_long({"read": 60, "now": 60}) == ""
    assert lanes.too_long({"read": 0.01, "now": 60}) == "slow"


def test_a_thread_without_work_ends(monkeypatch, work):
    monkeypatch.setattr(lanes_module, "IDLE_SECONDS", 0.01)
    lanes = Lanes({"now": 1}, QUEUE_OF, work.run)
    for _round in range(2):
        lanes.ring("press")
        work.await_beginnings(1)
        deadline = time.monotonic() + SOON
        while any(thread.name == "lane-now" for thread in threading.enumerate()):
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_after_the_stop_nothing_begins(lanes, work):
    lanes.stop(SOON)
    lanes.ring("press")
    assert work.nothing_begins()


def test_what_runs_may_end_when_nobody_is_in_a_hurry(lanes, work):
    lanes.ring("slow")
    work.await_beginnings(1)
    lanes.let_finish(SOON)
    threading.Timer(0.2, work.may_end.set).start()
    lanes.stop(0.0)
    assert work.may_end.is_set()
