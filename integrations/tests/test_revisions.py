"""Updating and deleting fulfillments: the newest revision wins, no record remains under an earlier number."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.models import Connection, Fulfillment
from integrations.services import connections, fulfillments
from integrations.tests.factories import make_connection, make_fulfillment
from integrations.tests.fake_platform import FakePlatform

pytestmark = pytest.mark.django_db


def reload(row: Fulfillment) -> Fulfillment:
    row.refresh_from_db()
    return row


def numbers(acme: FakePlatform) -> list[str]:
    return [update.tracking_number for kept in acme.fulfillments.values() for update in kept]


def time_passes() -> None:
    Fulfillment.objects.exclude(next_at=None).update(next_at=timezone.now())
    Connection.objects.update(paused_until=None)


def change(row: Fulfillment, number: str) -> bool:
    return fulfillments.update_tracking(
        row.source_id, tracking_number=number, carrier="PostNL", tracking_url="https://t.example/new"
    )


def test_a_changed_barcode_replaces_the_one_that_was_told(acme: FakePlatform):
    row = make_fulfillment(make_connection())
    fulfillments.push_due()
    assert change(row, "3SNEW")
    fulfillments.push_due()
    assert (reload(row).state, numbers(acme)) == ("done", ["3SNEW"])
    assert row.previous_numbers == ["3SSTUB000010231"]


def test_a_change_before_anything_was_told_is_told_once(acme: FakePlatform):
    row = make_fulfillment(make_connection())
    change(row, "3SNEW")
    fulfillments.push_due()
    assert numbers(acme) == ["3SNEW"]
    assert acme.calls.count("push") == 1


def test_the_newest_of_several_changes_wins(acme: FakePlatform):
    row = make_fulfillment(make_connection())
    fulfillments.push_due()
    for number in ("3SA", "3SB", "3SC"):
        change(row, number)
    fulfillments.push_due()
    assert numbers(acme) == ["3SC"]
    assert reload(row).revision == 4


def test_the_same_change_twice_is_one_change(acme: FakePlatform):
    row = make_fulfillment(make_connection())
    fulfillments.push_due()
    assert change(row, "3SNEW")
    assert change(row, "3SNEW")
    assert reload(row).revision == 2


def test_a_barcode_that_was_changed_back_is_no_former_number(acme: FakePlatform):
    """A number that is both would be looked for as what must be gone."""
    row = make_fulfillment(make_connection())
    change(row, "3SNEW")
    change(row, "3SSTUB000010231")
    assert reload(row).previous_numbers == ["3SNEW"]
    fulfillments.push_due()
    assert numbers(acme) == ["3SSTUB000010231"]


def test_a_cancelled_label_takes_the_record_back(acme: FakePlatform):
    row = make_fulfillment(make_connection())
    fulfillments.push_due()
    assert fulfillments.enqueue_deletion(row.source_id)
    assert fulfillments.enqueue_deletion(row.source_id), "twice in a row is once"
    fulfillments.push_due()
    assert (reload(row).state, numbers(acme), row.next_at) == ("cancelled", [], None)
    assert fulfillments.enqueue_deletion(row.source_id), "also when it is gone already"
    fulfillments.push_due()
    assert (reload(row).state, row.revision, len(acme.pushed)) == ("cancelled", 2, 2)


def test_a_label_cancelled_before_the_shop_heard_of_it_is_never_told(acme: FakePlatform):
    row = make_fulfillment(make_connection())
    fulfillments.enqueue_deletion(row.source_id)
    fulfillments.push_due()
    assert reload(row).state == "cancelled"
    assert "push" not in acme.calls


def test_a_label_cancelled_after_its_telling_failed_is_taken_back_because_it_may_have_arrived(acme: FakePlatform):
    row = make_fulfillment(make_connection())
    fulfillments.push_due()
    Fulfillment.objects.update(state="needs_attention", next_at=None)
    assert reload(row).sent_at
    assert fulfillments.enqueue_deletion(row.source_id)
    assert (reload(row).state, row.next_at is None) == ("due", False)
    fulfillments.push_due()
    assert (reload(row).state, numbers(acme)) == ("cancelled", [])


def test_a_label_cancelled_after_its_telling_failed_unsent_needs_no_call(acme: FakePlatform):
    row = make_fulfillment(make_connection(), state="needs_attention", next_at=None, sent_at=None)
    assert fulfillments.enqueue_deletion(row.source_id)
    fulfillments.push_due()
    assert (reload(row).state, acme.pushed) == ("cancelled", [])


def test_a_label_cancelled_while_it_was_being_told_is_taken_back_afterwards(acme: FakePlatform):
    row = make_fulfillment(make_connection())
    original = acme.push

    def cancel_meanwhile(updates):
        if not updates[0].is_deletion:
            fulfillments.enqueue_deletion(row.source_id)
        return original(updates)

    acme.push = cancel_meanwhile
    fulfillments.push_due()
    time_passes()
    fulfillments.push_due()
    assert (reload(row).state, numbers(acme)) == ("cancelled", [])


def test_a_barcode_changed_while_an_answer_is_lost_is_looked_up_when_the_first_request_has_landed(acme: FakePlatform):
    row = make_fulfillment(make_connection())
    original, acme.lose_answers = acme.push, 1

    def change_meanwhile(updates):
        acme.push = original
        change(row, "3SNEW")
        return original(updates)

    acme.push = change_meanwhile
    fulfillments.push_due(seconds=0)
    assert (reload(row).state, row.unconfirmed) == ("unknown", True)
    assert row.next_at > timezone.now() + timedelta(seconds=60)
    time_passes()
    fulfillments.push_due()
    assert (reload(row).state, numbers(acme)) == ("done", ["3SNEW"])


def test_a_barcode_changed_while_it_was_being_told_replaces_the_record_the_answer_named(acme: FakePlatform):
    row = make_fulfillment(make_connection())
    original = acme.push

    def change_meanwhile(updates):
        acme.push = original
        change(row, "3SNEW")
        return original(updates)

    acme.push = change_meanwhile
    fulfillments.push_due()
    assert (reload(row).state, numbers(acme)) == ("done", ["3SNEW"])
    assert [call for call in acme.calls if call in {"push", "find"}] == ["push", "find", "push"]
    assert [update.remote_id for update in acme.pushed] == ["", "f-3SSTUB000010231"]


def test_a_barcode_changed_while_a_lost_answer_is_checked_leaves_one_record(acme: FakePlatform):
    row = make_fulfillment(make_connection())
    acme.lose_answers = 1
    fulfillments.push_due()
    assert reload(row).state == "unknown"
    change(row, "3SNEW")
    assert reload(row).state == "unknown", "what was sent is looked up first"
    time_passes()
    fulfillments.push_due()
    assert (reload(row).state, numbers(acme)) == ("done", ["3SNEW"])


def test_taking_back_with_a_lost_answer_is_looked_up_before_it_is_repeated(acme: FakePlatform):
    row = make_fulfillment(make_connection())
    fulfillments.push_due()
    fulfillments.enqueue_deletion(row.source_id)
    acme.lose_answers = 1
    fulfillments.push_due()
    assert reload(row).state == "unknown"
    time_passes()
    fulfillments.push_due()
    assert reload(row).state == "cancelled"
    assert acme.calls.count("push") == 2


def test_a_withdrawn_parcel_cannot_be_changed_and_a_stranger_changes_nothing(acme: FakePlatform):
    row = make_fulfillment(make_connection())
    fulfillments.enqueue_deletion(row.source_id)
    assert not change(row, "3SNEW")
    assert not fulfillments.enqueue_deletion(uuid.uuid4())
    assert not fulfillments.update_tracking(uuid.uuid4(), tracking_number="x", carrier="y", tracking_url="z")


def test_the_second_parcel_of_an_order_waits_until_the_first_is_certain(acme: FakePlatform):
    connection = make_connection()
    first = make_fulfillment(connection, 1)
    second = make_fulfillment(connection, 1, source_id=uuid.uuid4(), tracking_number="3STWO", lines=[["line-1", 1]])
    acme.lose_answers = 1
    fulfillments.push_due()
    assert (reload(first).state, reload(second).state) == ("unknown", "due")
    time_passes()
    fulfillments.push_due()
    assert (reload(first).state, reload(second).state) == ("done", "done")
    assert len(numbers(acme)) == 2


def test_what_is_taken_back_goes_before_what_is_told_also_when_it_was_promised_later(acme: FakePlatform):
    """The shop has room for so many pieces: a record in the way must be gone before another one is written."""
    connection = make_connection()
    first = make_fulfillment(connection, 1)
    second = make_fulfillment(connection, 1, source_id=uuid.uuid4(), tracking_number="3STWO")
    fulfillments.push_due()
    acme.pushed.clear()
    change(first, "3SNEW")
    fulfillments.enqueue_deletion(second.source_id)
    assert first.pk < second.pk
    fulfillments.push_due()
    assert [(update.tracking_number, update.is_deletion) for update in acme.pushed] == [
        ("3STWO", True),
        ("3SNEW", False),
    ]
    assert numbers(acme) == ["3SNEW"]


def test_after_revoking_a_change_is_kept_but_not_sent(acme: FakePlatform):
    connection = make_connection()
    row = make_fulfillment(connection)
    fulfillments.push_due()
    connections.revoke(connection, by=None)
    change(row, "3SNEW")
    fulfillments.push_due()
    assert (reload(row).state, row.tracking_number) == ("done", "3SNEW")
    assert numbers(acme) == ["3SSTUB000010231"]


def test_a_parcel_whose_answer_was_lost_is_counted_ten_minutes_later(acme: FakePlatform):
    connection = make_connection()
    lost, plain = make_fulfillment(connection, 1), make_fulfillment(connection, 2)
    acme.lose_answers = 1
    fulfillments.push_due()
    time_passes()
    fulfillments.push_due()
    lost, plain = sorted([reload(lost), reload(plain)], key=lambda row: row.audit_at is None)
    assert lost.audit_at > timezone.now() + timedelta(minutes=9)
    assert plain.audit_at is None
