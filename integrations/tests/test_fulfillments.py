"""Pushing fulfillments: each is confirmed exactly once, or needs attention and can be retried."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from integrations.models import Connection, Fulfillment
from integrations.services import connections, fulfillments
from integrations.tests.factories import make_connection, make_fulfillment, mirror_order
from integrations.tests.fake_platform import FakePlatform
from lib.http import ApiInvalidResponse, ApiUnauthorized, ApiUnavailable
from lib.leases import MAX_CRASHES

pytestmark = pytest.mark.django_db


def reload(row: Fulfillment) -> Fulfillment:
    row.refresh_from_db()
    return row


def make_due() -> None:
    """Time passes."""
    Fulfillment.objects.exclude(next_at=None).update(next_at=timezone.now())
    Connection.objects.update(paused_until=None)


def told(acme: FakePlatform) -> int:
    return sum(len(kept) for kept in acme.fulfillments.values())


def test_a_promise_is_told_with_its_tracking_and_pieces(acme: FakePlatform):
    row = make_fulfillment(make_connection())
    fulfillments.push_due()
    assert reload(row).state == "done"
    assert row.confirmed_at
    assert row.external_id
    (update,) = acme.fulfillments["order-10231"]
    assert (update.tracking_number, update.lines) == (row.tracking_number, (("line-1", 2),))


def test_a_hundred_promises_are_one_call(acme: FakePlatform):
    connection = make_connection()
    for number in range(1, 101):
        make_fulfillment(connection, number)
    acme.calls.clear()
    fulfillments.push_due()
    assert acme.calls.count("push") == 1
    assert Fulfillment.objects.filter(state="done").count() == 100


def test_five_bells_tell_the_shop_once(acme: FakePlatform):
    make_fulfillment(make_connection())
    for _bell in range(5):
        fulfillments.push_due()
    assert told(acme) == 1


def test_a_lost_answer_is_looked_up_before_anything_is_sent_again(acme: FakePlatform):
    row = make_fulfillment(make_connection())
    acme.lose_answers = 1
    fulfillments.push_due()
    assert reload(row).state == "unknown"
    assert row.next_at > timezone.now() + timedelta(seconds=60), "the first request may still be on its way"
    make_due()
    fulfillments.push_due()
    assert reload(row).state == "done"
    assert acme.calls.count("push") == 1
    assert told(acme) == 1


def test_an_order_the_answer_leaves_out_is_unknown_and_looked_up_before_it_is_sent_again(acme: FakePlatform):
    connection = make_connection()
    answered, left_out = make_fulfillment(connection, 1), make_fulfillment(connection, 2)
    original = acme.push

    def leave_one_out(updates):
        return [outcome for outcome in original(updates) if outcome.reference != str(left_out.public_id)]

    acme.push = leave_one_out
    fulfillments.push_due()
    assert (reload(answered).state, reload(left_out).state) == ("done", "unknown")
    assert left_out.unconfirmed
    assert left_out.confirmed_at is None
    assert left_out.next_at > timezone.now() + timedelta(seconds=60), "the first request may still be on its way"
    acme.calls.clear()
    make_due()
    fulfillments.push_due()
    assert reload(left_out).state == "done"
    assert acme.calls == ["find"]


def test_an_order_a_lookup_leaves_out_stays_unknown_and_is_not_sent(acme: FakePlatform):
    row = make_fulfillment(make_connection(), state="unknown", sent_at=timezone.now())
    acme.find = lambda updates: []
    fulfillments.push_due()
    assert reload(row).state == "unknown"
    assert acme.pushed == []


def test_a_lost_request_is_sent_again_after_looking(acme: FakePlatform):
    row = make_fulfillment(make_connection(), state="unknown", sent_at=timezone.now())
    fulfillments.push_due()
    assert reload(row).state == "done"
    assert acme.calls.index("find") < acme.calls.index("push")


def test_a_worker_killed_while_sending_leaves_a_row_that_is_looked_up_first(acme: FakePlatform):
    row = make_fulfillment(make_connection())
    original = acme.push

    def send_and_die(updates):
        original(updates)
        raise KeyboardInterrupt

    acme.push = send_and_die
    with pytest.raises(KeyboardInterrupt):
        fulfillments.push_due()
    assert reload(row).state == "sending"
    acme.push = original
    fulfillments.push_due()
    assert reload(row).state == "sending", "its lease goes on: the answer may still come"
    Fulfillment.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    fulfillments.push_due()
    assert (reload(row).state, row.unconfirmed) == ("unknown", True)
    make_due()
    fulfillments.push_due()
    assert reload(row).state == "done"
    assert told(acme) == 1


def test_a_row_that_kills_its_worker_again_and_again_is_set_aside_and_its_neighbour_goes_on(acme: FakePlatform):
    connection = make_connection()
    poison, neighbour = make_fulfillment(connection, 1, attempts=3), make_fulfillment(connection, 2)
    fulfillments.push_due()
    assert reload(poison).state == "needs_attention"
    assert reload(neighbour).state == "done"


def test_a_row_that_killed_its_worker_before_goes_alone_and_may_still_succeed(acme: FakePlatform):
    connection = make_connection()
    before = MAX_CRASHES - 1
    suspects = [make_fulfillment(connection, number, attempts=before) for number in (1, 2)]
    fresh = [make_fulfillment(connection, number) for number in (3, 4)]
    sizes, original = [], acme.push

    def push(updates):
        sizes.append(len(updates))
        return original(updates)

    acme.push = push
    fulfillments.push_due()
    assert {reload(row).state for row in [*suspects, *fresh]} == {"done"}
    assert sorted(sizes) == [1, 1, 2]


def test_a_shop_that_does_not_answer_leaves_the_promise_due(acme: FakePlatform):
    connection = make_connection()
    row = make_fulfillment(connection)
    acme.fail["push"] = [ApiUnavailable("connect timeout", sent=False)]
    fulfillments.push_due(seconds=0)
    assert reload(row).state == "due"
    assert row.last_error["nl"]
    make_due()
    fulfillments.push_due()
    assert reload(row).state == "done"


def test_each_failure_is_counted_and_an_answer_clears_the_trouble(acme: FakePlatform):
    connection = make_connection()
    row = make_fulfillment(connection)
    acme.fail["push"] = [ApiUnavailable("down"), ApiUnavailable("down")]
    for tries in (1, 2):
        fulfillments.push_due(seconds=0)
        assert reload(row).tries == tries
        connection.refresh_from_db()
        assert (connection.consecutive_failures, bool(connection.last_error)) == (tries, True)
        make_due()
    fulfillments.push_due()
    connection.refresh_from_db()
    assert (reload(row).state, connection.consecutive_failures, connection.last_error) == ("done", 0, {})


def test_html_instead_of_an_answer_loses_nothing(acme: FakePlatform):
    row = make_fulfillment(make_connection())
    acme.fail["push"] = [ApiInvalidResponse("not JSON")]
    fulfillments.push_due(seconds=0)
    assert reload(row).state == "due"


def test_a_refusal_needs_attention_with_the_shops_own_words_and_can_be_retried(acme: FakePlatform):
    row = make_fulfillment(make_connection())
    acme.refuse = {"order-10231": "order_not_open"}
    fulfillments.push_due()
    assert reload(row).state == "needs_attention"
    assert row.last_error["nl"]
    assert row.details == "no, thank you"
    acme.refuse = {}
    assert fulfillments.retry_failed(Fulfillment.objects.filter(pk=row.pk))
    fulfillments.push_due()
    assert reload(row).state == "done"


def test_one_refused_order_does_not_hold_up_the_others(acme: FakePlatform):
    connection = make_connection()
    bad, good = make_fulfillment(connection, 1), make_fulfillment(connection, 2)
    acme.refuse = {"order-1": "refused"}
    fulfillments.push_due()
    assert (reload(bad).state, reload(good).state) == ("needs_attention", "done")


def test_a_broken_shop_delays_nobody_else(acme: FakePlatform):
    broken, healthy = make_connection(), make_connection()
    waiting, through = make_fulfillment(broken, 1), make_fulfillment(healthy, 2)
    Connection.objects.filter(pk=broken.pk).update(paused_until=timezone.now() + timedelta(minutes=5))
    fulfillments.push_due()
    assert (reload(waiting).state, reload(through).state) == ("due", "done")
    assert (waiting.tries, waiting.sent_at) == (0, None), "a shop that is paused is not called"


def test_lost_consent_keeps_the_promise_until_the_shop_is_connected_again(acme: FakePlatform):
    connection = make_connection()
    row = make_fulfillment(connection)
    acme.fail["push"] = [ApiUnauthorized("gone", status=401)]
    fulfillments.push_due()
    connection.refresh_from_db()
    assert (connection.state, reload(row).state) == ("reconnect", "due")
    fulfillments.push_due()
    assert acme.calls.count("push") == 1
    Connection.objects.update(state="active")
    make_due()
    fulfillments.push_due()
    assert reload(row).state == "done"


def test_revoking_sets_waiting_promises_aside_and_says_so(acme: FakePlatform):
    connection = make_connection()
    row = make_fulfillment(connection)
    connections.revoke(connection, by=None)
    fulfillments.push_due()
    assert reload(row).state == "needs_attention"
    assert row.last_error["nl"]
    assert told(acme) == 0
    assert not fulfillments.retry_failed(Fulfillment.objects.filter(pk=row.pk))


def test_after_three_days_a_person_must_look(acme: FakePlatform):
    row = make_fulfillment(make_connection(), queued_at=timezone.now() - timedelta(hours=73))
    acme.fail["push"] = [ApiUnavailable("down")]
    fulfillments.push_due(seconds=0)
    assert reload(row).state == "needs_attention"


def test_a_label_promises_once(acme: FakePlatform):
    order = mirror_order(make_connection())
    promise = fulfillments.NewFulfillment(
        order, uuid.uuid4(), "3SSTUB1", "PostNL", "https://t.example/1", (("line-1", 2),)
    )
    fulfillments.enqueue([promise])
    with pytest.raises(IntegrityError):
        fulfillments.enqueue([promise])


def test_two_parcels_of_one_order_go_one_after_the_other(acme: FakePlatform):
    connection = make_connection()
    first = make_fulfillment(connection, 1)
    second = make_fulfillment(connection, 1, source_id=uuid.uuid4(), tracking_number="3SSTUB000000002")
    fulfillments.push_due()
    assert (reload(first).state, reload(second).state) == ("done", "done")
    assert acme.calls.count("push") == 2


def test_a_parcel_waits_while_another_of_its_order_is_being_sent(acme: FakePlatform):
    connection = make_connection()
    later = timezone.now() + timedelta(minutes=1)
    make_fulfillment(
        connection, 1, state="sending", sent_at=timezone.now(), lease_token=uuid.uuid4(), lease_until=later
    )
    second = make_fulfillment(connection, 1, source_id=uuid.uuid4(), tracking_number="3SSTUB000000002")
    fulfillments.push_due()
    assert (reload(second).state, acme.pushed) == ("due", [])


def test_a_new_parcel_waits_until_the_shop_has_forgotten_the_one_it_replaces(acme: FakePlatform):
    """Otherwise the shop would say that everything was sent already."""
    connection = make_connection()
    old = make_fulfillment(connection, 1)
    fulfillments.push_due()
    fulfillments.enqueue_deletion(old.source_id)
    Fulfillment.objects.update(next_at=timezone.now() + timedelta(minutes=1))
    new = make_fulfillment(connection, 1, source_id=uuid.uuid4(), tracking_number="3SSTUB000000002")
    acme.pushed.clear()
    fulfillments.push_due()
    assert (reload(new).state, acme.pushed) == ("due", [])
    make_due()
    fulfillments.push_due()
    assert (reload(old).state, reload(new).state) == ("cancelled", "done")
    assert [update.is_deletion for update in acme.pushed] == [True, False]


def test_a_late_answer_leaves_the_row_of_the_next_worker_as_it_is(acme: FakePlatform):
    row = make_fulfillment(make_connection())
    original = acme.push

    def lose_the_lease_meanwhile(updates):
        Fulfillment.objects.update(lease_token=uuid.uuid4(), state="unknown")
        return original(updates)

    acme.push = lose_the_lease_meanwhile
    fulfillments.push_due(seconds=0)
    assert (reload(row).state, row.confirmed_at, row.external_id) == ("unknown", None, "")
    assert row.lease_token


def test_recording_a_hundred_outcomes_takes_a_handful_of_queries(acme: FakePlatform, django_assert_max_num_queries):
    connection = make_connection()
    for number in range(1, 101):
        make_fulfillment(connection, number)
    with django_assert_max_num_queries(45):
        fulfillments.push_due()
