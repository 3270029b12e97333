"""Tokens: encrypted, renewed early, and minted by one process at a time."""

import threading
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.db import connections
from django.utils import timezone

from integrations.models import Connection
from integrations.services import tokens
from integrations.services.tokens import ConnectionTokens, consume_call, remaining_calls
from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import FakePlatform
from lib.http import ApiRejected, ApiUnauthorized, ApiUnavailable

THREADS = 20


@pytest.fixture
def connection(db: None) -> Connection:
    return make_connection(external_id="instance-1")


def source(connection: Connection) -> ConnectionTokens:
    """As another process sees the connection."""
    return ConnectionTokens(Connection.objects.get(pk=connection.pk))


def test_a_token_is_minted_once_and_kept_sealed(acme: FakePlatform, connection: Connection):
    assert [source(connection).token(), source(connection).token()] == ["token-1", "token-1"]
    assert acme.calls.count("mint") == 1
    connection.refresh_from_db()
    assert "token-1" not in connection.token_encrypted


@pytest.mark.parametrize(("left", "token"), [(timedelta(minutes=4), "token-2"), (timedelta(minutes=6), "token-1")])
def test_a_token_is_renewed_five_minutes_early(acme: FakePlatform, connection: Connection, left, token):
    source(connection).token()
    Connection.objects.update(token_expires_at=timezone.now() + left)
    assert source(connection).token() == token


def test_a_refused_token_is_replaced_once_for_everybody_who_had_it(acme: FakePlatform, connection: Connection):
    one, two = source(connection), source(connection)
    stale = one.token()
    assert [one.renew(stale), two.renew(stale)] == ["token-2", "token-2"]


def test_a_key_that_is_lost_costs_a_new_token_and_no_crash(acme: FakePlatform, connection: Connection, settings):
    source(connection).token()
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    assert source(connection).token() == "token-2"


def test_a_token_moved_from_another_row_is_not_believed(acme: FakePlatform, connection: Connection):
    source(connection).token()
    connection.refresh_from_db()
    other = make_connection(token_encrypted=connection.token_encrypted, token_expires_at=connection.token_expires_at)
    assert source(other).token() == "token-2"


def test_consent_is_believed_gone_after_two_refusals(acme: FakePlatform, connection: Connection):
    acme.fail["mint"] = [ApiRejected("invalid_client", status=400)]
    assert source(connection).token()
    Connection.objects.update(token_encrypted="")
    acme.fail["mint"] = [ApiRejected("invalid_client", status=400)] * 2
    with pytest.raises(ApiUnauthorized) as refused:
        source(connection).token()
    assert refused.value.status == 401


def test_a_silent_token_endpoint_disconnects_nobody(acme: FakePlatform, connection: Connection):
    acme.fail["mint"] = [ApiUnavailable("down")]
    with pytest.raises(ApiUnavailable):
        source(connection).token()
    connection.refresh_from_db()
    assert connection.token_lease_until is None
    assert connection.is_active


def test_who_slept_through_its_lease_writes_nothing(
    acme: FakePlatform, connection: Connection, monkeypatch: pytest.MonkeyPatch
):
    mint = tokens.mint

    def slow(provider, installation_id):
        token = mint(provider, installation_id)
        other_lease = timezone.now() + timedelta(seconds=33)
        Connection.objects.update(token_lease_until=other_lease, token_encrypted="the other's")
        return token

    monkeypatch.setattr(tokens, "mint", slow)
    assert source(connection).token() == "token-1"
    connection.refresh_from_db()
    assert connection.token_encrypted == "the other's"
    assert connection.token_lease_until is not None


def test_a_connection_that_was_let_go_gets_no_token(acme: FakePlatform, connection: Connection):
    Connection.objects.update(state="removed")
    with pytest.raises(ApiUnauthorized):
        source(connection).token()
    assert not acme.calls


@pytest.mark.parametrize("limit", [3, 150])
def test_the_number_of_calls_a_minute_is_a_setting(settings, connection: Connection, limit):
    settings.REQUESTS_PER_MINUTE = limit
    for _call in range(limit):
        consume_call(connection)
    with pytest.raises(ApiUnavailable):
        consume_call(connection)


def test_the_calls_of_one_connection_are_not_those_of_another(settings, connection: Connection):
    settings.REQUESTS_PER_MINUTE = 1
    consume_call(connection)
    assert remaining_calls(connection) == 0
    assert remaining_calls(make_connection(connection.shop, external_id="another")) == 1


def test_the_minutes_budget_counts_down_and_ends(acme: FakePlatform, connection: Connection, settings):
    settings.REQUESTS_PER_MINUTE = 2
    assert remaining_calls(connection) == 2
    source(connection).token()
    source(connection).token()
    assert remaining_calls(connection) == 0
    with pytest.raises(ApiUnavailable) as spent:
        source(connection).token()
    assert (spent.value.status, spent.value.sent) == (429, False)


@pytest.mark.django_db(transaction=True)
def test_twenty_processes_that_need_a_token_at_once_mint_one(acme: FakePlatform):
    connection = make_connection(external_id="instance-1")
    start, got, wrong = threading.Barrier(THREADS), [], []

    def need_one() -> None:
        try:
            mine = source(connection)
            start.wait()
            got.append(mine.token())
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=need_one) for _number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert got == ["token-1"] * THREADS
    assert acme.calls.count("mint") == 1
