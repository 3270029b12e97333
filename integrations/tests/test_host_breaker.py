"""The breaker of a platform's host: one that is down costs one probe, not one time-out for each shop."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.models import Connection, PlatformOutage, SyncRun
from integrations.services import circuit_breaker, sync
from integrations.services.circuit_breaker import TOKENS, CallsPaused, TokenUnavailable
from integrations.services.tokens import open_session
from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import FakePlatform
from lib.http import ApiError, ApiForbidden, ApiRejected, ApiUnauthorized, ApiUnavailable

pytestmark = pytest.mark.django_db
DOWN = ApiUnavailable("down", status=503)
SILENT = ApiUnavailable("no response")
SLOWER = ApiUnavailable("slower", sent=False, retry_after=7, status=429)
Make = Callable[[int], list[Connection]]


@pytest.fixture
def shops() -> Make:
    return lambda number: [make_connection() for _one in range(number)]


def fail(connections: list[Connection], error: ApiError = DOWN) -> None:
    for connection in connections:
        circuit_breaker.record_failure(connection, error)


def is_paused() -> bool:
    try:
        circuit_breaker.check_host("acme")
    except CallsPaused:
        return True
    return False


def pause_ends() -> None:
    PlatformOutage.objects.update(paused_until=timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize("error", [DOWN, SILENT], ids=["error of the server", "silence"])
def test_when_the_calls_of_five_shops_fail_nobody_calls(shops: Make, error: ApiError):
    fail(shops(4), error)
    assert not is_paused()
    fail(shops(1), error)
    assert is_paused()


def test_one_shop_that_fails_is_no_host_that_is_down(shops: Make):
    (broken,) = shops(1)
    fail([broken] * 20)
    assert not is_paused()


def test_a_success_of_any_shop_shows_that_the_host_works(shops: Make):
    fail(shops(4))
    circuit_breaker.record_success(make_connection())
    fail(shops(4))
    assert not is_paused()


@pytest.mark.parametrize(
    "refusal",
    [ApiUnauthorized("no", status=401), ApiForbidden("no", status=403), SLOWER, ApiRejected("no", status=404)],
    ids=["401", "403", "429", "404"],
)
def test_what_a_shop_is_refused_never_counts_against_the_host(shops: Make, refusal: ApiError):
    fail(shops(6), refusal)
    assert not is_paused()
    assert not PlatformOutage.objects.exists()


def test_a_refusal_is_an_answer_so_the_host_is_up(shops: Make):
    fail(shops(4))
    fail(shops(1), ApiUnauthorized("no", status=401))
    fail(shops(1))
    assert not is_paused()


def test_another_platform_goes_on(shops: Make):
    fail(shops(5))
    circuit_breaker.check_host("elsewhere")


def test_whoever_has_a_token_goes_on_while_nobody_gets_one(acme: FakePlatform, shops: Make):
    fail(shops(5), TokenUnavailable("silence", sent=False))
    assert not is_paused()
    with pytest.raises(CallsPaused):
        circuit_breaker.check_host("acme", TOKENS)
    without = make_connection()
    with pytest.raises(CallsPaused):
        open_session(without).describe()
    PlatformOutage.objects.all().delete()
    assert open_session(without).describe()
    fail(shops(5), TokenUnavailable("silence", sent=False))
    assert open_session(without).describe(), "it has one now"


def test_after_the_pause_one_call_is_made_for_all_shops(shops: Make):
    fail(shops(5))
    pause_ends()
    assert [is_paused() for _shop in range(10)] == [False] + [True] * 9


def test_a_probe_that_fails_doubles_the_pause_up_to_ten_minutes(shops: Make):
    fail(shops(5))
    pauses = []
    for _probe in range(6):
        pause_ends()
        fail(shops(1))
        left = PlatformOutage.objects.get().paused_until - timezone.now()
        pauses.append(round(left.total_seconds()))
    assert pauses == [60, 120, 240, 480, 600, 600]


def test_calls_that_were_under_way_when_the_pause_began_do_not_lengthen_it(shops: Make):
    fail(shops(5))
    before = PlatformOutage.objects.get().paused_until
    fail(shops(5))
    assert PlatformOutage.objects.get().paused_until == before


def test_a_probe_that_succeeds_lets_everybody_call(shops: Make):
    fail(shops(5))
    pause_ends()
    assert not is_paused()
    circuit_breaker.record_success(make_connection())
    assert [is_paused() for _shop in range(3)] == [False] * 3


def test_a_platform_that_is_down_costs_one_time_out_and_not_one_for_each_shop(acme: FakePlatform, shops: Make):
    acme.fail["orders_page"] = [SILENT] * 20
    for connection in shops(20):
        sync.request_sync(connection)
    assert sync.sync_due() == 20
    assert acme.calls.count("orders_page") == 5
    assert SyncRun.objects.filter(state="failed").count() == 0, "a doubt is never a no: all are tried again"
    pause_ends()
    SyncRun.objects.update(next_at=timezone.now())
    sync.sync_due()
    assert acme.calls.count("orders_page") == 6


def test_a_person_who_checks_a_connection_is_not_stopped(acme: FakePlatform, shops: Make):
    fail(shops(5))
    with pytest.raises(CallsPaused):
        open_session(make_connection()).describe()
    assert open_session(make_connection(), ignore_pause=True).describe()
