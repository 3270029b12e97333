"""Whose turn it is: shops and connections come one after another, however much work one of them has.

The turns are those of a process, and only decide who is first; leases on rows decide who does what.
"""

import time
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Lock
from typing import Generic, TypeVar

from django.db.models import Model

from lib.leases import LeasedQuerySet, LeasedRow, claim, wake_worker

K = TypeVar("K", bound=Hashable)
R = TypeVar("R", bound=LeasedRow)
M = TypeVar("M", bound=Model)
# Seconds after which a task begins nothing more and rings for the next one.
TURN_SECONDS = 1.0
# Of those who had their turn in this round; after so many a new one begins, so that no query names thousands.
MAX_ROUND = 200


class Turns(Generic[K]):
    """``at_once`` is how many threads may work for the same one: a slow one holds no more of them."""

    def __init__(self, at_once: int = 1) -> None:
        self._at_once, self._lock = at_once, Lock()
        self._had_theirs: set[K] = set()
        self._busy: Counter[K] = Counter()

    @contextmanager
    def turn(self, pick: Callable[[Collection[K]], K | None]) -> Iterator[K | None]:
        """Whose turn it is; None when nobody has work. ``pick`` finds somebody with work, other than those given."""
        key = self._begin(pick)
        try:
            yield key
        finally:
            if key is not None:
                with self._lock:
                    self._busy[key] -= 1

    def _begin(self, pick: Callable[[Collection[K]], K | None]) -> K | None:
        with self._lock:
            busy = {key for key, number in self._busy.items() if number >= self._at_once}
            if len(self._had_theirs) >= MAX_ROUND:
                self._had_theirs.clear()
            key = pick(busy | self._had_theirs)
            if key is None and self._had_theirs:
                self._had_theirs.clear()
                key = pick(busy)
            if key is not None:
                self._had_theirs.add(key)
                self._busy[key] += 1
            self._busy = +self._busy
            return key


def claim_by_turns(turns: Turns[int], column: str) -> Callable[[LeasedQuerySet[R]], AbstractContextManager[list[R]]]:
    """For ``run_due``: the first row of whose turn it is. ``column`` of the rows has the one they belong to."""

    @contextmanager
    def claim_next(rows: LeasedQuerySet[R]) -> Iterator[list[R]]:
        def pick(skip: Collection[int]) -> int | None:
            return rows.exclude(**{f"{column}__in": skip}).values_list(column, flat=True).first()

        with turns.turn(pick) as key:
            yield [] if key is None else claim(rows.filter(**{column: key}), limit=1)

    return claim_next


def one_by_one(claim_one: Callable[[], list[M]], act: Callable[[M], object], *, seconds: float, wake: str) -> int:
    """Claim a row and act on it, at least once, until there is none or ``seconds`` are over; returns how many.

    A row is claimed when it has its turn, so none waits behind a slow one; ``wake`` is rung as by ``take_turns``.
    """
    handled, deadline = 0, time.monotonic() + seconds
    while claimed := claim_one():
        handled += 1
        if handled == 1:
            wake_worker(wake)
        act(claimed[0])
        if time.monotonic() >= deadline:
            wake_worker(wake)
            break
    return handled


def take_turns(
    turns: Turns[K],
    pick: Callable[[Collection[K]], K | None],
    act: Callable[[K], int],
    *,
    seconds: float,
    wake: str,
) -> int:
    """Act for one after another, at least once, until nobody has work or ``seconds`` are over; returns the sum.

    Somebody for whom nothing could be done is not asked again by this call. ``wake`` is rung when the first begins, so
    that others need not wait for it, and when time ran out.
    """
    handled, deadline = 0, time.monotonic() + seconds
    rang, nothing_done = False, set[K]()
    while True:
        with turns.turn(lambda skip: pick({*skip, *nothing_done})) as key:
            if key is None:
                return handled
            if not rang:
                wake_worker(wake)
                rang = True
            done = act(key)
        handled += done
        if not done:
            nothing_done.add(key)
        if time.monotonic() >= deadline:
            wake_worker(wake)
            return handled
