"""Tokens: sealed, renewed early, and minted by one process at a time however many need one."""

import threading
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.db import connections
from django.utils import timezone

from integrations.models import Connection
from integrations.services import tokens
from integrations.services.tokens import ConnectionTokens, calls_left
from integrations.tests.makers import make_connection
from integrations.tests.shop_double import ShopDouble
from lib.http import ApiRejected, ApiUnauthorized, ApiUnreachable

THREADS = 20


@pytest.fixture
def connection(db: None) -> Connection:
    return make_connection(external_id="instance-1")


def source(connection: Connection) -> ConnectionTokens:
    """As another process sees the connection."""
    return ConnectionTokens(Connection.objects.get(pk=connection.pk))


def test_a_token_is_minted_once_and_kept_sealed(wix: ShopDouble, connection: Connection):
    assert [source(connection).token(), source(connection).token()] == ["token-1", "token-1"]
    assert wix.calls.count("mint") == 1
    connection.refresh_from_db()
    assert "token-1" not in connection.token_sealed


@pytest.mark.parametrize(("left", "token"), [(timedelta(minutes=4), "token-2"), (timedelta(minutes=6), "token-1")])
def test_a_token_is_renewed_five_minutes_early(wix: ShopDouble, connection: Connection, left, token):
    source(connection).token()
    Connection.objects.update(token_expires_at=timezone.now() + left)
    assert source(connection).token() == token


def test_a_refused_token_is_replaced_once_for_everybody_who_had_it(wix: ShopDouble, connection: Connection):
    one, two = source(connection), source(connection)
    stale = one.token()
    assert [one.renew(stale), two.renew(stale)] == ["token-2", "token-2"]


def test_a_key_that_is_lost_costs_a_new_token_and_no_crash(wix: ShopDouble, connection: Connection, settings):
    source(connection).token()
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    assert source(connection).token() == "token-2"


def test_a_token_moved_from_another_row_is_not_believed(wix: ShopDouble, connection: Connection):
    source(connection).token()
    connection.refresh_from_db()
    other = make_connection(token_sealed=connection.token_sealed, token_expires_at=connection.token_expires_at)
    assert source(other).token() == "token-2"


def test_consent_is_believed_gone_after_two_refusals(wix: ShopDouble, connection: Connection):
    wix.fail["mint"] = [ApiRejected("invalid_client", status=400)]
    assert source(connection).token()
    Connection.objects.update(token_sealed="")
    wix.fail["mint"] = [ApiRejected("invalid_client", status=400)] * 2
    with pytest.raises(ApiUnauthorized) as refused:
        source(connection).token()
    assert refused.value.status == 401


def test_a_silent_token_endpoint_disconnects_nobody(wix: ShopDouble, connection: Connection):
    wix.fail["mint"] = [ApiUnreachable("down")]
    with pytest.raises(ApiUnreachable):
        source(connection).token()
    connection.refresh_from_db()
    assert connection.minting_until is None
    assert connection.is_active


def test_who_slept_through_its_lease_writes_nothing(
    wix: ShopDouble, connection: Connection, monkeypatch: pytest.MonkeyPatch
):
    mint = tokens.mint

    def slow(provider, installation_id):
        token = mint(provider, installation_id)
        other_lease = timezone.now() + timedelta(seconds=33)
        Connection.objects.update(minting_until=other_lease, token_sealed="the other's")
        return token

    monkeypatch.setattr(tokens, "mint", slow)
    assert source(connection).token() == "token-1"
    connection.refresh_from_db()
    assert connection.token_sealed == "the other's"
    assert connection.minting_until is not None


def test_a_connection_that_was_let_go_gets_no_token(wix: ShopDouble, connection: Connection):
    Connection.objects.update(state="removed")
    with pytest.raises(ApiUnauthorized):
        source(connection).token()
    assert not wix.calls


def test_the_minutes_budget_counts_down_and_ends(wix: ShopDouble, connection: Connection, settings):
    settings.REQUESTS_PER_MINUTE = 2
    assert calls_left(connection) == 2
    source(connection).token()
    source(connection).token()
    assert calls_left(connection) == 0
    with pytest.raises(ApiUnreachable) as spent:
        source(connection).token()
    assert (spent.value.status, spent.value.sent) == (429, False)


@pytest.mark.django_db(transaction=True)
def test_twenty_processes_that_need_a_token_at_once_mint_one(wix: ShopDouble):
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
    assert wix.calls.count("mint") == 1
