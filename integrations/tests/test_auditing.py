"""The fulfillment audit: one record per parcel, none after a deletion, everything else needs attention."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.models import Connection, Fulfillment
from integrations.services import auditing, syncing, telling
from integrations.tests.factories import make_connection, make_fulfillment
from integrations.tests.fake_platform import FakePlatform
from lib.http import ApiRejected, ApiUnavailable

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(acme: FakePlatform) -> Fulfillment:
    """A parcel the shop was told of, to be counted now."""
    row = make_fulfillment(make_connection())
    telling.push_due()
    Fulfillment.objects.update(audit_at=timezone.now())
    return reload(row)


def reload(row: Fulfillment) -> Fulfillment:
    row.refresh_from_db()
    return row


def kept(acme: FakePlatform) -> list[str]:
    return [notice.tracking_number for kept in acme.fulfillments.values() for notice in kept]


def test_one_record_is_as_it_should_be(acme: FakePlatform, told):
    assert auditing.audit_due() == 1
    assert (reload(told).state, told.audit_at) == ("done", None)
    assert auditing.audit_due() == 0


def test_a_record_that_is_missing_is_told_again(acme: FakePlatform, told):
    acme.fulfillments.clear()
    auditing.audit_due()
    assert reload(told).state == "due"
    telling.push_due()
    assert (reload(told).state, kept(acme)) == ("done", [told.tracking_number])


def test_a_record_too_many_is_removed(acme: FakePlatform, told):
    (notice,) = acme.fulfillments["order-10231"]
    acme.fulfillments["order-10231"].append(replace(notice))
    auditing.audit_due()
    assert (reload(told).state, kept(acme)) == ("done", [told.tracking_number])


def test_a_record_too_many_that_cannot_be_removed_is_shown_to_a_person(acme: FakePlatform, told):
    (notice,) = acme.fulfillments["order-10231"]
    acme.fulfillments["order-10231"].append(replace(notice))
    acme.fail["remove"] = [ApiRejected("not allowed", status=400)]
    auditing.audit_due()
    assert (reload(told).state, told.details) == ("needs_attention", "not allowed")
    assert told.last_error["nl"]


def test_somebody_elses_record_is_left_alone(acme: FakePlatform, told):
    (notice,) = acme.fulfillments["order-10231"]
    acme.fulfillments["order-10231"].append(replace(notice, tracking_number="3SHANDMADE"))
    auditing.audit_due()
    assert kept(acme) == [told.tracking_number, "3SHANDMADE"]


def test_a_record_under_an_old_number_is_updated(acme: FakePlatform, told):
    telling.change(told.source, tracking_number="3SNEW", carrier="PostNL", tracking_url="https://t.example")
    Fulfillment.objects.update(state="done", next_at=None)
    auditing.audit_due()
    telling.push_due()
    assert kept(acme) == ["3SNEW"]


def test_a_parcel_that_was_taken_back_and_is_still_there_is_taken_back_again(acme: FakePlatform, told):
    Fulfillment.objects.update(state="cancelled", intent="withdraw", next_at=None)
    auditing.audit_due()
    telling.push_due()
    assert (reload(told).state, kept(acme)) == ("cancelled", [])


def test_a_parcel_that_changes_while_it_is_counted_is_not_overwritten(acme: FakePlatform, told):
    original = acme.records

    def withdrawn_meanwhile(order_ids):
        telling.withdraw(told.source)
        return original(order_ids)

    acme.records = withdrawn_meanwhile
    auditing.audit_due()
    assert (reload(told).state, told.intent) == ("due", "withdraw")


def test_a_parcel_that_another_worker_counts_by_now_is_left_alone(acme: FakePlatform, told):
    """The lease ended while the shop was asked: the records may have changed since."""
    later = timezone.now() + timedelta(minutes=7)
    original = acme.records

    def claimed_meanwhile(order_ids):
        original(order_ids)
        Fulfillment.objects.update(audit_at=later)
        return {}

    acme.records = claimed_meanwhile
    auditing.audit_due()
    assert (reload(told).state, told.audit_at) == ("done", later)


def test_a_shop_that_does_not_answer_is_counted_later(acme: FakePlatform, told):
    acme.fail["records"] = [ApiUnavailable("down")]
    assert auditing.audit_due() == 0
    assert reload(told).audit_at > timezone.now() + timedelta(minutes=9)


def test_a_paused_connection_is_left_alone(acme: FakePlatform, told):
    Connection.objects.update(paused_until=timezone.now() + timedelta(minutes=5))
    auditing.audit_due()
    assert "records" not in acme.calls


def test_every_night_the_last_thirty_days_are_counted_a_hundred_a_call(acme: FakePlatform):
    connection = make_connection(synced_through=timezone.now())
    for number in range(1, 151):
        make_fulfillment(connection, number)
    telling.push_due()
    old = Fulfillment.objects.first()
    Fulfillment.objects.filter(pk=old.pk).update(sent_at=timezone.now() - timedelta(days=31))
    syncing.request_sync(connection, "nightly")
    syncing.sync_due()
    assert auditing.audit_due() == 149
    assert acme.calls.count("records") == 2
