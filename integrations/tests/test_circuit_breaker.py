"""The circuit breaker: when calls pause, for how long, who probes first, and which errors do not count."""

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.models import Connection
from integrations.services import circuit_breaker
from integrations.services.tokens import PROBE_LEASE_SECONDS, open_session
from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import FakePlatform
from lib.http import ApiInvalidResponse, ApiRejected, ApiUnauthorized, ApiUnavailable

pytestmark = pytest.mark.django_db
DOWN = ApiUnavailable("down", status=503)
SLOWER = ApiUnavailable("slower", sent=False, retry_after=7, status=429)


@pytest.fixture
def connection() -> Connection:
    return make_connection(external_id="instance-1")


def fail(connection: Connection, times: int, error: Exception = DOWN) -> None:
    for _time in range(times):
        circuit_breaker.record_failure(connection, error)


def rest(connection: Connection) -> float:
    """Seconds that calls still rest; 0 when they do not."""
    connection.refresh_from_db()
    if connection.paused_until is None:
        return 0
    return max(0.0, (connection.paused_until - timezone.now()).total_seconds())


def rested(connection: Connection) -> Connection:
    """The same connection after its rest."""
    Connection.objects.filter(pk=connection.pk).update(paused_until=timezone.now() - timedelta(seconds=1))
    return Connection.objects.get(pk=connection.pk)


def test_four_failures_in_a_row_stop_nothing(connection: Connection):
    fail(connection, 4)
    assert rest(connection) == 0


def test_the_fifth_stops_all_calls_for_half_a_minute(connection: Connection):
    fail(connection, 5)
    assert 25 < rest(connection) <= 30


def test_a_success_in_between_starts_the_count_again(connection: Connection):
    fail(connection, 4)
    circuit_breaker.record_success(connection)
    fail(connection, 4)
    assert rest(connection) == 0


def test_more_than_half_of_the_last_twenty_stops_calls_too(connection: Connection):
    for _round in range(6):
        fail(connection, 2)
        circuit_breaker.record_success(connection)
    assert rest(connection) == 0
    fail(connection, 2)
    assert 25 < rest(connection) <= 30
    assert connection.consecutive_failures < 5


def test_each_failed_try_doubles_the_rest_up_to_ten_minutes(connection: Connection):
    fail(connection, 5)
    rests = []
    for _try in range(7):
        fail(rested(connection), 1)
        rests.append(round(rest(connection), -1))
    assert rests == [60, 120, 240, 480, 600, 600, 600]


def test_calls_that_were_under_way_when_the_rest_began_do_not_lengthen_it(connection: Connection):
    fail(connection, 8)
    assert 25 < rest(connection) <= 30
    assert connection.times_opened == 1


def test_a_good_answer_ends_it_all(connection: Connection):
    fail(connection, 5)
    circuit_breaker.record_success(rested(connection))
    connection.refresh_from_db()
    assert (
        connection.consecutive_failures,
        connection.times_opened,
        connection.recent_calls,
        connection.last_error,
    ) == (0, 0, "", {})
    assert connection.paused_until is None


def test_being_asked_to_slow_down_is_no_failure_but_a_wait(connection: Connection):
    fail(connection, 10, SLOWER)
    assert 5 < rest(connection) <= 7
    assert (connection.consecutive_failures, connection.times_opened) == (0, 0)


def test_a_refusal_is_no_outage(connection: Connection):
    fail(connection, 10, ApiRejected("no", status=400))
    assert (rest(connection), connection.consecutive_failures) == (0, 0)


def test_nonsense_counts_but_does_not_stop_calls(connection: Connection):
    fail(connection, 6, ApiInvalidResponse("not JSON"))
    assert (rest(connection), connection.consecutive_failures) == (0, 6)


def test_during_a_rest_nobody_calls_and_nothing_is_counted(acme: FakePlatform, connection: Connection):
    fail(connection, 5)
    with pytest.raises(circuit_breaker.CallsPaused) as held:
        open_session(connection).describe()
    assert held.value.retry_after > 20
    circuit_breaker.record_failure(connection, held.value)
    connection.refresh_from_db()
    assert connection.consecutive_failures == 5
    assert not acme.calls


def test_a_person_who_asks_is_not_stopped_by_a_rest(acme: FakePlatform, connection: Connection):
    fail(connection, 5)
    assert open_session(connection, ignore_pause=True).describe()


def test_after_a_rest_one_caller_tries_and_the_others_wait(acme: FakePlatform, connection: Connection):
    fail(connection, 5)
    first, second = rested(connection), rested(connection)
    trying = open_session(first)
    trying.describe()
    trying.describe()
    with pytest.raises(circuit_breaker.CallsPaused) as held:
        open_session(second).describe()
    assert held.value.retry_after <= 5, "the answer is there soon; another rest would be wasted"
    circuit_breaker.record_success(first)
    second.refresh_from_db()
    assert open_session(second).describe()


def test_a_try_whose_worker_died_does_not_block_for_ever(acme: FakePlatform, connection: Connection):
    fail(connection, 5)
    open_session(rested(connection)).describe()
    past = timezone.now() - timedelta(seconds=1)
    assert PROBE_LEASE_SECONDS < 60
    Connection.objects.update(probe_lease_until=past)
    assert open_session(rested(connection)).describe()


def test_a_missing_permission_is_named(connection: Connection):
    circuit_breaker.record_failure(connection, ApiUnauthorized("", status=403, code="Manage Orders"))
    assert connection.state == "permission"
    assert "the permission Manage Orders" in connection.last_error["en"]
    assert "Manage Orders" in connection.last_error["nl"]


def test_a_store_that_is_gone_is_said(connection: Connection):
    circuit_breaker.record_failure(connection, ApiRejected("", status=428, code="APP_NOT_INSTALLED"))
    assert "Install Acme Stores" in connection.last_error["en"]
    assert connection.is_active


@pytest.mark.parametrize("state", ["removed", "disconnected"])
def test_a_late_failure_changes_nothing_of_a_connection_that_was_let_go(connection: Connection, state: str):
    Connection.objects.update(state=state)
    circuit_breaker.record_failure(connection, ApiUnauthorized("gone", status=401))
    connection.refresh_from_db()
    assert connection.state == state
