"""Leases of every model with a lease token: a worker that lost its lease changes nothing."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import OutgoingMail
from integrations.events import EventKind
from integrations.models import Fulfillment, SyncRun, WebhookEvent
from integrations.services import sync
from integrations.tests.factories import make_connection, make_fulfillment
from jobs.models import Job
from lib.leases import LeasedRow, LeaseLost, claim, release, renew
from privacy.models import PersonErasure, ShopExport
from shipments.job_kinds import JobKind
from shops.models import Shop

pytestmark = pytest.mark.django_db


def a_fulfillment(shop: Shop) -> Fulfillment:
    return make_fulfillment(make_connection(shop))


def a_job(shop: Shop) -> Job:
    return Job.objects.create(shop=shop, kind=JobKind.IMPORT, idempotency_key="once")


def a_sync_run(shop: Shop) -> SyncRun:
    return sync.request_sync(make_connection(shop))


def a_webhook_event(_shop: Shop) -> WebhookEvent:
    return WebhookEvent.objects.create(
        platform="acme", event_id="event-1", kind=EventKind.ORDER.value, happened_at=timezone.now()
    )


def a_mail(_shop: Shop) -> OutgoingMail:
    return OutgoingMail.objects.create(to="owner@example.com", language="nl", template="accounts/mail/x")


def a_person_erasure(shop: Shop) -> PersonErasure:
    return PersonErasure.objects.create(shop=shop)


def a_shop_export(shop: Shop) -> ShopExport:
    return ShopExport.objects.create(shop=shop)


MAKERS: dict[type[LeasedRow], Callable[[Shop], LeasedRow]] = {
    Fulfillment: a_fulfillment,
    Job: a_job,
    OutgoingMail: a_mail,
    PersonErasure: a_person_erasure,
    ShopExport: a_shop_export,
    SyncRun: a_sync_run,
    WebhookEvent: a_webhook_event,
}


@pytest.fixture(params=MAKERS, ids=lambda model: model.__name__)
def row(request: pytest.FixtureRequest, shop: Shop) -> LeasedRow:
    return MAKERS[request.param](shop)


def claimed(row: LeasedRow, *, seconds: float = 60) -> LeasedRow:
    """The row as returned by ``claim``."""
    due = type(row).objects.due().filter(pk=row.pk)
    (mine,) = claim(due, limit=1, seconds=seconds)
    return mine


def lease_ends(row: LeasedRow) -> None:
    type(row).objects.filter(pk=row.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def columns(row: LeasedRow) -> dict[str, object]:
    return type(row).objects.filter(pk=row.pk).values().get()


def lasts(row: LeasedRow) -> float:
    return (row.lease_until - timezone.now()).total_seconds()


def test_a_claim_lasts_as_long_as_was_asked_for_or_as_the_settings_say(row, settings):
    settings.WORK_LEASE_SECONDS = 60
    assert 500 < lasts(claimed(row, seconds=600)) <= 600
    lease_ends(row)
    (mine,) = claim(type(row).objects.due().filter(pk=row.pk), limit=1)
    assert 50 < lasts(mine) <= 60
    renew(mine)
    row.refresh_from_db()
    assert 50 < lasts(row) <= 60


def test_every_model_of_work_is_tried_here():
    assert set(MAKERS) == set(LeasedRow.__subclasses__())


def test_a_late_result_is_refused_and_leaves_the_successors_row_as_it_is(row):
    late = claimed(row)
    lease_ends(row)
    successor = claimed(row)
    before = columns(row)
    assert not release(late, next_at=None)
    assert columns(row) == before
    assert release(successor, next_at=None), "the successor still holds it"


def test_a_late_worker_cannot_renew_its_lease_and_leaves_the_successors_row_as_it_is(row):
    late = claimed(row)
    lease_ends(row)
    claimed(row)
    before = columns(row)
    with pytest.raises(LeaseLost):
        renew(late, seconds=600, attempts=0)
    assert columns(row) == before


def test_a_result_lets_go_of_the_row_and_counts_no_crash(row):
    mine = claimed(row)
    later = timezone.now() + timedelta(minutes=5)
    assert release(mine, next_at=later)
    row.refresh_from_db()
    assert (row.next_at, row.lease_until, row.lease_token, row.attempts) == (later, None, None, 0)
    assert not release(mine, next_at=None), "a result is recorded once"


def test_a_renewed_lease_lasts_and_keeps_the_count_of_crashes_until_a_result(row):
    mine = claimed(row, seconds=1)
    renew(mine, seconds=600)
    row.refresh_from_db()
    assert row.lease_until > timezone.now() + timedelta(seconds=500)
    assert row.attempts == 1
    renew(mine, seconds=600, attempts=0)
    row.refresh_from_db()
    assert row.attempts == 0


def test_what_somebody_holds_is_claimed_by_nobody_else(row):
    claimed(row)
    assert not type(row).objects.due().filter(pk=row.pk).exists()
    lease_ends(row)
    assert claimed(row).attempts == 2


@pytest.mark.parametrize("next_at", [None, timedelta(minutes=1)], ids=["nothing left", "later"])
def test_what_is_not_due_is_not_claimed(row, next_at):
    moment = timezone.now() + next_at if next_at else None
    type(row).objects.filter(pk=row.pk).update(next_at=moment)
    assert not type(row).objects.due().filter(pk=row.pk).exists()


def test_a_row_that_was_claimed_between_reading_and_claiming_is_left_alone(row, monkeypatch):
    """Without row locks (SQLite) the UPDATE itself must skip rows that were claimed after the ids were read."""
    due = type(row).objects.due().filter(pk=row.pk)
    original = type(due).select_for_update

    def taken_meanwhile(candidates, **options):
        ids = list(original(candidates, **options).values_list("pk", flat=True))
        later = timezone.now() + timedelta(minutes=5)
        type(row).objects.filter(pk__in=ids).update(lease_token=uuid.uuid4(), lease_until=later)
        return type(row).objects.filter(pk__in=ids)

    monkeypatch.setattr(type(due), "select_for_update", taken_meanwhile)
    assert claim(due, limit=1) == []


def test_no_more_than_the_limit_is_claimed(shop):
    connection = make_connection(shop)
    for number in (1, 2, 3):
        make_fulfillment(connection, number)
    assert len(claim(Fulfillment.objects.due().order_by("pk"), limit=2)) == 2
