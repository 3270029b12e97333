"""Turns: however much work somebody has, the others are not kept waiting for it."""

from collections import Counter
from collections.abc import Collection

import pytest

from lib import turns as turns_module
from lib.turns import Turns, one_by_one, take_turns

LONG, NOT_AT_ALL = 60.0, 0.0


class Shops:
    """How many batches of work each shop has; the first with work is always the first found."""

    def __init__(self, **work: int) -> None:
        self.work, self.order = Counter(work), []

    def pick(self, skip: Collection[str]) -> str | None:
        return next((shop for shop, batches in self.work.items() if batches and shop not in skip), None)

    def act(self, shop: str) -> int:
        self.work[shop] -= 1
        self.order.append(shop)
        return 1


@pytest.fixture(autouse=True)
def bells(monkeypatch) -> list[str]:
    rung: list[str] = []
    monkeypatch.setattr(turns_module, "wake_worker", rung.append)
    return rung


def test_a_shop_with_little_work_does_not_wait_for_one_with_much():
    shops = Shops(large=5, small=1, other=2)
    assert take_turns(Turns[str](), shops.pick, shops.act, seconds=LONG, wake="x") == 8
    assert shops.order == ["large", "small", "other", "large", "other", "large", "large", "large"]


def test_the_next_task_goes_on_where_the_last_one_stopped():
    shops, turns = Shops(large=5, small=1), Turns[str]()
    for _task in range(2):
        take_turns(turns, shops.pick, shops.act, seconds=NOT_AT_ALL, wake="x")
    assert shops.order == ["large", "small"]


def test_a_task_rings_when_it_begins_and_when_it_leaves_work(bells):
    """When it begins, because it may take long; the others need not wait for it."""
    shops, turns = Shops(large=2), Turns[str]()
    take_turns(turns, shops.pick, lambda shop: (bells.append("begins"), shops.act(shop))[1], seconds=0, wake="x")
    assert bells == ["x", "begins", "x"]
    bells.clear()
    take_turns(turns, Shops().pick, shops.act, seconds=LONG, wake="x")
    assert bells == [], "nobody is woken for nothing"


def test_a_slow_shop_keeps_one_thread_and_not_the_others():
    shops, turns = Shops(slow=5, quick=1), Turns[str]()
    with turns.turn(shops.pick) as slow:
        assert slow == "slow"
        assert take_turns(turns, shops.pick, shops.act, seconds=LONG, wake="x") == 1
        assert shops.order == ["quick"]
    assert take_turns(turns, shops.pick, shops.act, seconds=LONG, wake="x") == 5


def test_a_shop_may_have_as_many_threads_as_are_allowed():
    shops, turns = Shops(only=5), Turns[str](at_once=2)
    with turns.turn(shops.pick) as first, turns.turn(shops.pick) as second, turns.turn(shops.pick) as third:
        assert (first, second, third) == ("only", "only", None)


def test_an_error_ends_the_turn():
    shops, turns = Shops(only=2), Turns[str]()
    with pytest.raises(ZeroDivisionError):
        take_turns(turns, shops.pick, lambda _shop: 1 // 0, seconds=LONG, wake="x")
    assert take_turns(turns, shops.pick, shops.act, seconds=LONG, wake="x") == 2


def test_work_that_cannot_be_done_now_ends_the_task():
    shops = Shops(stuck=1, other=1)
    acted: list[str] = []

    def act(shop: str) -> int:
        acted.append(shop)
        return shops.act(shop) if shop == "other" else 0

    assert take_turns(Turns[str](), shops.pick, act, seconds=LONG, wake="x") == 1
    assert acted == ["stuck", "other"]


def test_a_round_of_thousands_is_begun_anew_so_that_no_query_names_them_all(monkeypatch):
    monkeypatch.setattr(turns_module, "MAX_ROUND", 3)
    shops, turns = Shops(**{f"shop{number}": 1 for number in range(10)}), Turns[str]()
    named: list[int] = []

    def pick(skip: Collection[str]) -> str | None:
        named.append(len(skip))
        return shops.pick(skip)

    assert take_turns(turns, pick, shops.act, seconds=LONG, wake="x") == 10
    assert max(named) <= 3


def test_rows_are_claimed_one_by_one_so_that_none_waits_behind_a_slow_one(bells):
    claimed: list[str] = []
    rows = ["slow", "next"]

    def claim_one() -> list[str]:
        claimed.extend(rows[:1])
        return [rows.pop(0)] if rows else []

    assert one_by_one(claim_one, lambda _row: None, seconds=NOT_AT_ALL, wake="x") == 1
    assert (claimed, bells) == (["slow"], ["x", "x"])
    assert one_by_one(claim_one, lambda _row: None, seconds=LONG, wake="x") == 1
