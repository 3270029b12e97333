"""A process of the worker that grew too large makes room for another, and ends what it is doing."""

import socket

import pytest
from celery.worker import state

from lib.lanes import Lanes
from lib.queues import NOW, TIME_LIMITS
from myparcel_backoffice import worker


@pytest.fixture
def ends() -> list[float]:
    return []


@pytest.fixture
def lanes(ends, monkeypatch) -> Lanes:
    monkeypatch.setattr(state, "should_stop", None)
    lanes = Lanes({NOW: 1}, {}, lambda task: None)
    monkeypatch.setattr(lanes, "let_finish", ends.append)
    return lanes


def test_it_says_so_and_what_it_is_doing_may_take_its_time(lanes, ends):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        worker._leave_if_large(0, theirs, lanes, TIME_LIMITS[NOW])
        assert ours.recv(1) == worker.LEAVING
    assert state.should_stop is not None
    assert ends == [TIME_LIMITS[NOW]]


def test_one_that_is_small_goes_on(lanes, ends):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        worker._leave_if_large(10**9, theirs, lanes, TIME_LIMITS[NOW])
    assert (state.should_stop, ends) == (None, [])
