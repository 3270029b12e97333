"""Running due work: each row is handled once per call, and only the holder of the lease stores the result."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.events import EventKind
from integrations.models import WebhookEvent
from lib import leases
from lib.leases import Continue, Done, LeaseLost, Retry, RetryPolicy, run_due

pytestmark = pytest.mark.django_db
FOREVER = RetryPolicy()


@pytest.fixture(autouse=True)
def woken(monkeypatch) -> list[str]:
    tasks: list[str] = []
    monkeypatch.setattr(leases, "wake_worker", tasks.append)
    return tasks


@pytest.fixture
def row(db: None) -> WebhookEvent:
    return make_row("first")


def make_row(name: str) -> WebhookEvent:
    return WebhookEvent.objects.create(
        platform="acme", event_id=name, kind=EventKind.ORDER.value, happened_at=timezone.now()
    )


def run(handle, *, give_up=None, policy=FOREVER, seconds: float = 30) -> int:
    def nobody(row, reason):
        raise AssertionError(f"{row} was given up: {reason}")

    rows = WebhookEvent.objects.order_by("pk")
    return run_due(rows, handle, give_up=give_up or nobody, policy=policy, seconds=seconds, wake="a.task")


def taken_over(row: WebhookEvent) -> WebhookEvent:
    """Another worker holds the row from now on."""
    later = timezone.now() + timedelta(minutes=5)
    WebhookEvent.objects.filter(pk=row.pk).update(lease_token=uuid.uuid4(), lease_until=later, reason="theirs")
    return row


def test_what_is_done_is_recorded_and_not_due_again(row, woken):
    assert run(lambda _row: Done({"state": "applied"})) == 1
    row.refresh_from_db()
    assert (row.state, row.next_at, row.lease_token, row.lease_until, row.attempts) == ("applied", None, None, None, 0)
    assert run(lambda _row: Done()) == 0
    assert woken == ["a.task"], "so that what is due beside it need not wait for it"


def test_a_search_that_finds_nothing_asks_once(django_assert_num_queries):
    """Every few seconds fifteen tasks look for work, and nearly all find none."""
    with django_assert_num_queries(3):  # in a savepoint here, in a transaction elsewhere
        assert run(lambda _row: Done()) == 0


def test_a_row_with_more_to_do_gets_one_turn_a_call_and_a_worker_is_woken_for_the_next(row, woken):
    assert run(lambda _row: Continue({"reason": "half"})) == 1
    row.refresh_from_db()
    assert (row.reason, row.lease_token, row.attempts) == ("half", None, 0)
    assert row.next_at <= timezone.now()
    assert woken == ["a.task", "a.task"], "for what is due beside it, and for what is left of it"
    assert run(lambda _row: Done()) == 1


def test_a_row_that_becomes_due_meanwhile_waits_for_the_next_call(row):
    def and_another_arrives(_row):
        make_row("second")
        return Done()

    assert run(and_another_arrives) == 1
    assert run(lambda _row: Done()) == 1


def test_no_row_is_claimed_after_the_time_is_over_but_one_always_is(row, woken):
    make_row("second")
    assert run(lambda _row: Done(), seconds=0) == 1
    assert woken == ["a.task", "a.task"]
    assert WebhookEvent.objects.due().get().attempts == 0
    assert run(lambda _row: Done(), seconds=0) == 1


def test_a_failure_is_tried_again_after_the_wait_that_was_asked_for(row):
    before = timezone.now()
    assert run(lambda _row: Retry(1, at_least=600, changes={"tries": 1})) == 1
    row.refresh_from_db()
    assert (row.tries, row.lease_token, row.attempts) == (1, None, 0)
    assert row.next_at >= before + timedelta(seconds=600)


def test_a_failure_waits_as_its_policy_says(row):
    before = timezone.now()
    run(lambda _row: Retry(20), policy=RetryPolicy(base=1e9, cap=1e9))
    row.refresh_from_db()
    assert row.next_at > before + timedelta(days=1)


@pytest.mark.parametrize(
    ("retry", "policy"),
    [
        (Retry(3), RetryPolicy(max_attempts=3)),
        (Retry(1, since=timezone.now() - timedelta(days=30)), RetryPolicy(max_age=timedelta(hours=1))),
    ],
    ids=["attempts", "age"],
)
def test_a_policy_that_is_exhausted_ends_the_row(row, retry, policy):
    run(lambda _row: retry, give_up=lambda _row, reason: Done({"reason": reason}), policy=policy)
    row.refresh_from_db()
    assert (row.reason, row.next_at, row.lease_token) == ("exhausted", None, None)


def test_a_row_that_crashed_too_many_workers_is_not_handled_any_more(row):
    WebhookEvent.objects.update(attempts=WebhookEvent.max_crashes)
    handled = []
    run(handled.append, give_up=lambda _row, reason: Done({"reason": reason}))
    row.refresh_from_db()
    assert (row.reason, row.next_at, handled) == ("crashed", None, [])


def test_a_row_that_kills_its_worker_stays_claimed_and_is_given_up_in_the_end(row):
    def die(_row):
        raise ZeroDivisionError

    for _life in range(WebhookEvent.max_crashes):
        with pytest.raises(ZeroDivisionError):
            run(die)
        assert run(die) == 0, "the lease of the dead lasts"
        WebhookEvent.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert run(die, give_up=lambda _row, reason: Done({"reason": reason})) == 1
    row.refresh_from_db()
    assert row.reason == "crashed"


@pytest.mark.parametrize("outcome", [Done({"reason": "late"}), Continue({"reason": "late"}), Retry(1)])
def test_an_outcome_that_comes_too_late_changes_nothing(row, outcome, woken):
    run(lambda row: taken_over(row) and outcome)
    row.refresh_from_db()
    assert row.reason == "theirs"
    assert row.lease_until > timezone.now()
    assert woken == ["a.task"], "once, for what is due beside it"


def test_what_belongs_to_the_end_happens_only_for_the_worker_that_holds_the_row(row):
    ended: list[str] = []
    run(lambda row: taken_over(row) and Done(then=lambda: ended.append("late")))
    assert ended == []
    WebhookEvent.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    run(lambda _row: Done(then=lambda: ended.append("in time")))
    assert ended == ["in time"]


def test_a_row_is_not_done_when_what_belongs_to_the_end_fails(row):
    def fail():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(lambda _row: Done({"state": "applied"}, then=fail))
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("received", 1)
    assert row.next_at is not None


def test_a_lost_lease_stops_that_row_and_not_the_next_one(row):
    second = make_row("second")

    def lose_the_first(claimed):
        if claimed == row:
            taken_over(row)
            raise LeaseLost
        return Done({"state": "applied"})

    assert run(lose_the_first) == 2
    second.refresh_from_db()
    row.refresh_from_db()
    assert (row.reason, second.state) == ("theirs", "applied")


def test_a_row_that_kills_its_worker_leaves_the_rows_behind_it_their_turn():
    first, second = make_row("first"), make_row("second")
    handled = []

    def kill_on_the_first(row):
        handled.append(row.pk)
        if row.pk == first.pk:
            raise ZeroDivisionError
        return Done()

    with pytest.raises(ZeroDivisionError):
        run(kill_on_the_first)
    assert handled == [first.pk, second.pk]
