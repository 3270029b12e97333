"""A fulfillment is created without looking first where the platform cannot have it, and nowhere else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.models import Connection, ExternalOrder, Fulfillment
from integrations.orders import FulfillmentStatus, PaymentStatus
from integrations.services import fulfillments
from integrations.tests.factories import make_connection, make_fulfillment, mirror_order
from integrations.tests.fake_platform import FakePlatform, make_order
from lib.http import ApiUnavailable

pytestmark = pytest.mark.django_db


def make_due() -> None:
    """Time passes."""
    Fulfillment.objects.exclude(next_at=None).update(next_at=timezone.now())
    Connection.objects.update(paused_until=None)


def pushed_first(acme: FakePlatform) -> list[bool]:
    fulfillments.push_due()
    return [update.is_first for update in acme.pushed]


def test_the_first_parcel_of_an_order_that_was_just_read_cannot_be_there(acme: FakePlatform):
    make_fulfillment(make_connection())
    assert pushed_first(acme) == [True]


def test_an_order_that_was_read_some_time_ago_is_looked_up(acme: FakePlatform):
    """Such as after a restored backup, which does not know what was sent since."""
    make_fulfillment(make_connection())
    ExternalOrder.objects.update(read_at=timezone.now() - timedelta(minutes=11))
    assert pushed_first(acme) == [False]


def test_an_order_of_which_something_was_sent_is_looked_up(acme: FakePlatform):
    order = make_order()
    (line,) = order.lines
    connection = make_connection()
    make_fulfillment(connection)
    partly = FulfillmentStatus.PARTIALLY_FULFILLED
    mirror_order(connection, replace(order, fulfillment=partly, lines=(replace(line, fulfilled=1),)))
    assert pushed_first(acme) == [False]


@pytest.mark.parametrize(
    "changes", [{"payment": PaymentStatus.PARTIALLY_REFUNDED}, {"fulfillment": FulfillmentStatus.FULFILLED}]
)
def test_an_order_that_changed_since_its_label_is_looked_up(acme: FakePlatform, changes):
    connection = make_connection()
    make_fulfillment(connection)
    mirror_order(connection, make_order(**changes))
    assert pushed_first(acme) == [False]


def test_the_second_parcel_of_an_order_is_looked_up(acme: FakePlatform):
    row = make_fulfillment(make_connection())
    fulfillments.push_due()
    Fulfillment.objects.create(
        shop=row.shop, connection=row.connection, order=row.order, source_id=row.public_id,
        tracking_number="3SSECOND", carrier="PostNL", tracking_url="https://t.example", lines=[["line-1", 1]],
    )  # fmt: skip
    assert pushed_first(acme) == [True, False]


def test_a_parcel_whose_answer_was_lost_is_looked_up_ever_after(acme: FakePlatform):
    make_fulfillment(make_connection())
    acme.fail["push"] = [ApiUnavailable("down")]
    fulfillments.push_due()
    make_due()
    Connection.objects.update(consecutive_failures=0)
    assert pushed_first(acme) == [False]


def test_a_changed_barcode_is_looked_up(acme: FakePlatform):
    make_fulfillment(make_connection(), revision=2)
    assert pushed_first(acme) == [False]


def test_a_deletion_is_looked_up(acme: FakePlatform):
    make_fulfillment(make_connection(), action="withdraw")
    assert pushed_first(acme) == [False]


def test_a_platform_that_did_not_answer_is_asked_before_anything_is_created(acme: FakePlatform):
    """Otherwise all that waits would be sent into the void, and each be looked up later."""
    connection = make_connection()
    make_fulfillment(connection)
    acme.lose_answers = 1
    assert pushed_first(acme) == [True]
    connection.refresh_from_db()
    assert connection.consecutive_failures == 1
    make_fulfillment(connection, 10232)
    assert pushed_first(acme) == [True, False]
