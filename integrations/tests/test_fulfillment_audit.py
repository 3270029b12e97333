"""The fulfillment audit: one record per parcel, none after a deletion, everything else needs attention."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.models import Connection, Fulfillment
from integrations.orders import FulfillmentStatus
from integrations.services import fulfillment_audit, fulfillments, sync
from integrations.tests.factories import make_connection, make_fulfillment
from integrations.tests.fake_platform import FakePlatform, make_order
from lib.http import ApiRejected, ApiUnavailable

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(acme: FakePlatform) -> Fulfillment:
    """A parcel the shop was told of, to be counted now."""
    row = make_fulfillment(make_connection())
    fulfillments.push_due()
    Fulfillment.objects.update(audit_at=timezone.now())
    return reload(row)


def reload(row: Fulfillment) -> Fulfillment:
    row.refresh_from_db()
    return row


def kept(acme: FakePlatform) -> list[str]:
    return [update.tracking_number for kept in acme.fulfillments.values() for update in kept]


def test_one_record_is_as_it_should_be(acme: FakePlatform, told):
    assert fulfillment_audit.audit_due() == 1
    assert (reload(told).state, told.audit_at) == ("done", None)
    assert fulfillment_audit.audit_due() == 0


def test_a_record_that_is_missing_is_told_again(acme: FakePlatform, told):
    acme.fulfillments.clear()
    fulfillment_audit.audit_due()
    assert reload(told).state == "due"
    fulfillments.push_due()
    assert (reload(told).state, kept(acme)) == ("done", [told.tracking_number])


def test_a_record_too_many_is_removed(acme: FakePlatform, told):
    (update,) = acme.fulfillments["order-10231"]
    acme.fulfillments["order-10231"].append(replace(update))
    fulfillment_audit.audit_due()
    assert (reload(told).state, kept(acme)) == ("done", [told.tracking_number])


def test_a_record_too_many_that_cannot_be_removed_is_shown_to_a_person(acme: FakePlatform, told):
    (update,) = acme.fulfillments["order-10231"]
    acme.fulfillments["order-10231"].append(replace(update))
    acme.fail["delete_fulfillment"] = [ApiRejected("not allowed", status=400)]
    fulfillment_audit.audit_due()
    assert (reload(told).state, told.details) == ("needs_attention", "not allowed")
    assert told.last_error["nl"]


def test_somebody_elses_record_is_left_alone(acme: FakePlatform, told):
    (update,) = acme.fulfillments["order-10231"]
    acme.fulfillments["order-10231"].append(replace(update, tracking_number="3SHANDMADE"))
    fulfillment_audit.audit_due()
    assert kept(acme) == [told.tracking_number, "3SHANDMADE"]


def test_a_record_under_an_old_number_is_updated(acme: FakePlatform, told):
    fulfillments.update_tracking(
        told.source_id, tracking_number="3SNEW", carrier="PostNL", tracking_url="https://t.example"
    )
    Fulfillment.objects.update(state="done", next_at=None)
    fulfillment_audit.audit_due()
    fulfillments.push_due()
    assert kept(acme) == ["3SNEW"]


def test_a_parcel_that_was_taken_back_and_is_still_there_is_taken_back_again(acme: FakePlatform, told):
    Fulfillment.objects.update(state="cancelled", action="withdraw", next_at=None)
    fulfillment_audit.audit_due()
    fulfillments.push_due()
    assert (reload(told).state, kept(acme)) == ("cancelled", [])


def test_a_parcel_that_changes_while_it_is_counted_is_not_overwritten(acme: FakePlatform, told):
    original = acme.list_fulfillments

    def withdrawn_meanwhile(order_ids):
        fulfillments.enqueue_deletion(told.source_id)
        return original(order_ids)

    acme.list_fulfillments = withdrawn_meanwhile
    fulfillment_audit.audit_due()
    assert (reload(told).state, told.action) == ("due", "withdraw")


def test_a_parcel_that_another_worker_counts_by_now_is_left_alone(acme: FakePlatform, told):
    """The lease ended while the shop was asked: the records may have changed since."""
    later = timezone.now() + timedelta(minutes=7)
    original = acme.list_fulfillments

    def claimed_meanwhile(order_ids):
        original(order_ids)
        Fulfillment.objects.update(audit_at=later)
        return {}

    acme.list_fulfillments = claimed_meanwhile
    fulfillment_audit.audit_due()
    assert (reload(told).state, told.audit_at) == ("done", later)


def test_a_shop_that_does_not_answer_is_counted_later(acme: FakePlatform, told):
    acme.fail["list_fulfillments"] = [ApiUnavailable("down")]
    assert fulfillment_audit.audit_due() == 0
    assert reload(told).audit_at > timezone.now() + timedelta(minutes=9)


def test_a_paused_connection_is_left_alone(acme: FakePlatform, told):
    Connection.objects.update(paused_until=timezone.now() + timedelta(minutes=5))
    fulfillment_audit.audit_due()
    assert "list_fulfillments" not in acme.calls


def test_every_night_the_last_thirty_days_are_counted_a_hundred_a_call(acme: FakePlatform):
    connection = make_connection(synced_through=timezone.now())
    for number in range(1, 151):
        make_fulfillment(connection, number)
    fulfillments.push_due()
    old = Fulfillment.objects.first()
    Fulfillment.objects.filter(pk=old.pk).update(sent_at=timezone.now() - timedelta(days=31))
    sync.request_sync(connection, "nightly")
    sync.sync_due()
    assert fulfillment_audit.audit_due() == 149
    assert acme.calls.count("list_fulfillments") == 2


@pytest.fixture
def night(acme: FakePlatform):
    """The nightly reading; returns how many fulfillments are counted then."""

    def pass_by() -> int:
        Fulfillment.objects.update(audit_at=None)
        sync.request_sync(Connection.objects.get(), "nightly")
        sync.sync_due()
        return fulfillment_audit.audit_due()

    return pass_by


@pytest.fixture
def read_as_sent(acme: FakePlatform, told) -> Fulfillment:
    """Sent once, and the platform's search says that its order is fulfilled."""
    Connection.objects.update(synced_through=timezone.now())
    acme.orders = [make_order(fulfillment=FulfillmentStatus.FULFILLED, updated_at=timezone.now())]
    return told


def test_a_parcel_sent_once_and_read_as_sent_this_night_is_not_counted(acme: FakePlatform, read_as_sent, night):
    assert night() == 0
    assert "list_fulfillments" not in acme.calls


@pytest.mark.parametrize(
    "changes", [{"tries": 2}, {"revision": 2}, {"state": "cancelled", "action": "withdraw"}], ids=str
)
def test_a_parcel_that_was_sent_more_than_once_is_counted_every_night(read_as_sent, night, changes):
    Fulfillment.objects.update(**changes)
    assert night() == 1


def test_a_parcel_of_an_order_that_is_no_longer_read_as_sent_is_counted_and_sent_again(
    acme: FakePlatform, read_as_sent, night
):
    acme.orders = [make_order(updated_at=timezone.now())]
    acme.fulfillments.clear()
    assert night() == 1
    fulfillments.push_due()
    assert kept(acme) == [read_as_sent.tracking_number]


def test_a_parcel_of_an_order_that_this_night_did_not_bring_is_counted(acme: FakePlatform, read_as_sent, night):
    assert night() == 0
    acme.orders = []
    assert night() == 1
