"""Leases by due time and row locks, for every column that uses them."""

import random
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db.models import Model
from django.utils import timezone

from integrations.models import Connection, Fulfillment
from integrations.tests.factories import make_connection, make_fulfillment
from lib import leases
from lib.leases import claim_by_time, row_lock, still_claimed
from shipments.models import Shipment
from shipments.tests.factories import make_shipment
from shops.models import Shop

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=2)


def a_shipment(shop: Shop) -> Shipment:
    return make_shipment(shop, status="registered", next_poll_at=timezone.now() - LONG_AGO)


def a_fulfillment(shop: Shop) -> Fulfillment:
    connection = make_connection(shop)
    return make_fulfillment(connection, Fulfillment.objects.count() + 1, audit_at=timezone.now() - LONG_AGO)


def a_connection(shop: Shop) -> Connection:
    return make_connection(shop, checked_at=timezone.now() - LONG_AGO)


MAKERS = {"next_poll_at": a_shipment, "audit_at": a_fulfillment, "checked_at": a_connection}


@pytest.fixture(params=MAKERS)
def column(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def row(column: str, shop: Shop) -> Model:
    return MAKERS[column](shop)


def due(row: Model, column: str):
    return type(row).objects.filter(**{f"{column}__lte": timezone.now()}).order_by(column)


def set_time(row: Model, column: str, seconds: float) -> None:
    type(row).objects.filter(pk=row.pk).update(**{column: timezone.now() + timedelta(seconds=seconds)})


def test_a_claimed_row_is_claimed_by_nobody_else_until_its_lease_ends(row, column):
    (mine,) = claim_by_time(due(row, column), column, 300, limit=5)
    assert mine == row
    assert 299 < (getattr(mine, column) - timezone.now()).total_seconds() <= 300.001
    assert claim_by_time(due(row, column), column, 300, limit=5) == []
    set_time(row, column, -1)
    assert claim_by_time(due(row, column), column, 300, limit=5) == [row]


def test_no_more_than_the_limit_is_claimed_and_what_is_due_longest_comes_first(row, column, shop):
    second, third = MAKERS[column](shop), MAKERS[column](shop)
    assert claim_by_time(due(row, column), column, 300, limit=2) == [row, second]
    assert claim_by_time(due(row, column), column, 300, limit=2) == [third]


def test_a_result_is_written_only_where_nobody_wrote_the_time_since(row, column, shop):
    other = MAKERS[column](shop)
    claimed = claim_by_time(due(row, column), column, 300, limit=5)
    assert list(still_claimed(claimed, column).order_by("pk")) == [row, other]
    set_time(row, column, 0)
    assert list(still_claimed(claimed, column)) == [other]


def test_two_claims_at_the_same_moment_write_different_times(row, column, monkeypatch):
    """Otherwise a worker could mistake the claim of another one for its own."""
    now = timezone.now()
    monkeypatch.setattr(leases.timezone, "now", lambda: now)
    random.seed(1)
    (first,) = claim_by_time(type(row).objects.all(), column, 300, limit=1)
    (second,) = claim_by_time(type(row).objects.all(), column, 300, limit=1)
    assert not still_claimed([first], column).exists()
    assert still_claimed([second], column).exists()


def test_a_row_that_was_claimed_between_reading_and_claiming_is_left_alone(row, column, monkeypatch):
    """Without row locks (SQLite) the UPDATE itself must skip rows that were claimed after they were read."""
    candidates = due(row, column)
    original = type(candidates).select_for_update

    def taken_meanwhile(queryset, **options):
        read = list(original(queryset, **options).values_list("pk", column))
        set_time(row, column, 300)
        return SimpleNamespace(values_list=lambda *_columns: read)

    monkeypatch.setattr(type(candidates), "select_for_update", taken_meanwhile)
    assert claim_by_time(candidates, column, 60, limit=1) == []
    row.refresh_from_db()
    assert getattr(row, column) > timezone.now() + timedelta(seconds=200)


@pytest.fixture(params=["token_lease_until", "probe_lease_until"])
def lock_column(request: pytest.FixtureRequest) -> str:
    return request.param


def test_a_row_is_locked_by_one_until_its_lock_ends(lock_column, shop):
    connection = make_connection(shop)
    row = Connection.objects.filter(pk=connection.pk)
    first = row_lock(row, lock_column, 30)
    assert row.filter(**{lock_column: first}).exists()
    assert row_lock(row, lock_column, 30) is None
    set_time(connection, lock_column, -1)
    second = row_lock(row, lock_column, 30)
    assert row.filter(**{lock_column: second}).exists()
    assert not row.filter(**{lock_column: first}).exists(), "who slept through its lock cannot unlock the next one's"


def test_a_row_that_is_gone_is_locked_by_nobody(lock_column):
    assert row_lock(Connection.objects.filter(pk=0), lock_column, 30) is None
