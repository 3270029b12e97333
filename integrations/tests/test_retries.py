"""Retrying failed fulfillments: unconfirmed ones are looked up first, and the deadline starts again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.messages import rejection_message
from integrations.models import Connection, Fulfillment
from integrations.services import connections, fulfillments
from integrations.tests.factories import make_connection, make_fulfillment
from integrations.tests.fake_platform import FakePlatform
from lib import leases
from lib.http import ApiInvalidResponse, ApiRejected, ApiUnauthorized, ApiUnavailable
from lib.stored_messages import in_all_languages

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=4)


def failed(**fields: object) -> Fulfillment:
    return make_fulfillment(make_connection(), **({"state": "needs_attention", "next_at": None} | fields))


def retry(row: Fulfillment) -> int:
    """Try it again; the row is reloaded."""
    tried = fulfillments.retry_failed(Fulfillment.objects.filter(pk=row.pk))
    row.refresh_from_db()
    return tried


def test_what_was_never_sent_is_sent(acme: FakePlatform):
    row = failed(sent_at=None)
    assert retry(row) == 1
    assert row.state == "due"
    fulfillments.push_due()
    row.refresh_from_db()
    assert (row.state, len(acme.pushed), acme.calls.count("find")) == ("done", 1, 0)


def test_what_was_sent_once_is_looked_up_before_it_is_sent_again(acme: FakePlatform):
    row = failed(sent_at=timezone.now())
    acme.fulfillments = {row.order.external_id: [row.update]}
    assert retry(row) == 1
    assert row.state == "unknown"
    fulfillments.push_due()
    row.refresh_from_db()
    assert (row.state, len(acme.pushed), acme.calls.count("find")) == ("done", 0, 1)


@pytest.mark.parametrize("sent_at", [None, timezone.now()], ids=["never sent", "sent"])
def test_a_retried_promise_gets_its_three_days_anew(acme: FakePlatform, sent_at):
    row = failed(sent_at=sent_at, queued_at=timezone.now() - LONG_AGO)
    retry(row)
    acme.fail = {"push": [ApiUnavailable("down")], "find": [ApiUnavailable("down")]}
    fulfillments.push_due(seconds=0)
    row.refresh_from_db()
    assert row.is_waiting


def test_a_change_gives_a_promise_its_three_days_anew(acme: FakePlatform):
    row = make_fulfillment(make_connection())
    fulfillments.push_due()
    Fulfillment.objects.update(queued_at=timezone.now() - LONG_AGO)
    fulfillments.update_tracking(
        row.source_id, tracking_number="3SNEW", carrier="PostNL", tracking_url="https://t.example/new"
    )
    acme.fail["push"] = [ApiUnavailable("down")]
    fulfillments.push_due(seconds=0)
    row.refresh_from_db()
    assert row.is_waiting


@pytest.mark.parametrize(
    "error", [ApiUnavailable("down"), ApiInvalidResponse("html"), ApiUnauthorized("no", status=401)]
)
def test_a_lookup_that_fails_leaves_the_promise_to_be_looked_up(acme: FakePlatform, error):
    row = make_fulfillment(make_connection(), state="unknown", sent_at=timezone.now())
    acme.fail["find"] = [error]
    fulfillments.push_due(seconds=0)
    row.refresh_from_db()
    assert (row.state, acme.pushed) == ("unknown", [])


@pytest.mark.parametrize(("status", "code"), [(400, "refused"), (428, "app_missing")])
def test_a_call_the_shop_refuses_altogether_needs_a_person_and_says_why(acme: FakePlatform, status, code):
    row = make_fulfillment(make_connection())
    acme.fail["push"] = [ApiRejected("its own words", status=status)]
    fulfillments.push_due(seconds=0)
    row.refresh_from_db()
    assert (row.state, row.next_at, row.details) == ("needs_attention", None, "its own words")
    assert row.last_error == in_all_languages(rejection_message("acme", code))


def test_a_promise_waits_as_long_as_the_shop_asks(acme: FakePlatform):
    row = make_fulfillment(make_connection())
    acme.fail["push"] = [ApiUnavailable("slow down", sent=False, status=429, retry_after=600)]
    fulfillments.push_due(seconds=0)
    row.refresh_from_db()
    assert row.next_at > timezone.now() + timedelta(seconds=590)


def test_a_promise_is_due_at_once_when_there_is_consent_again(acme: FakePlatform, monkeypatch):
    monkeypatch.setattr(leases, "backoff", lambda tries, **limits: timedelta(minutes=15))
    row = make_fulfillment(make_connection())
    acme.fail["push"] = [ApiUnauthorized("no", status=401)]
    fulfillments.push_due(seconds=0)
    Connection.objects.update(state="active")
    fulfillments.push_due(seconds=0)
    row.refresh_from_db()
    assert row.state == "done"


@pytest.mark.parametrize("state", ["due", "sending", "unknown", "done", "cancelled"])
def test_only_what_failed_is_tried_again(acme: FakePlatform, state):
    row = failed(state=state, sent_at=timezone.now())
    assert retry(row) == 0
    assert row.state == state


@pytest.mark.parametrize("state", [state for state in Connection.State if state != Connection.State.ACTIVE])
def test_nothing_is_tried_again_at_a_connection_that_does_not_work(acme: FakePlatform, state):
    row = failed()
    Connection.objects.update(state=state)
    assert retry(row) == 0
    assert row.state == "needs_attention"


def test_orders_of_a_revoked_connection_promise_nothing(acme: FakePlatform):
    row = make_fulfillment(make_connection())
    order, connection = row.order, row.connection
    row.delete()
    promised = fulfillments.NewFulfillment(order, row.source_id, "3SNEW", "PostNL", "https://t.example/1", ())
    connections.revoke(connection, by=None)
    order.connection.refresh_from_db()
    assert fulfillments.enqueue([promised]) == {}
    assert not Fulfillment.objects.exists()


def test_whatever_there_is_to_tell_wakes_a_worker(acme: FakePlatform, monkeypatch):
    woken: list[str] = []
    monkeypatch.setattr(fulfillments, "wake_worker", woken.append)
    row = make_fulfillment(make_connection())
    order = row.order
    row.delete()
    fulfillments.enqueue([])
    assert woken == []
    fulfillments.enqueue(
        [
            fulfillments.NewFulfillment(
                order, row.source_id, "3SSTUB1", "PostNL", "https://t.example/1", (("line-1", 2),)
            )
        ]
    )
    assert len(woken) == 1
    fulfillments.update_tracking(
        row.source_id, tracking_number="3SNEW", carrier="PostNL", tracking_url="https://t.example/2"
    )
    assert len(woken) == 2
    Fulfillment.objects.update(state="needs_attention", next_at=None)
    fulfillments.retry_failed(Fulfillment.objects.all())
    assert len(woken) == 3
    fulfillments.enqueue_deletion(row.source_id)
    assert woken == [fulfillments.PUSH_TASK] * 4
