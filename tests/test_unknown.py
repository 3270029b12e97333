"""What each answer of a webshop means for a tracking number it was sent, and that a late arrival doubles nothing."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.models import Connection, Fulfillment
from integrations.orders import PushResult, PushStatus
from integrations.services import fulfillments
from integrations.tests.conftest import acme
from integrations.tests.factories import make_connection, make_fulfillment
from integrations.tests.fake_platform import FakePlatform
from lib.http import ApiError, ApiInvalidResponse, ApiRejected, ApiUnauthorized, ApiUnavailable

__all__ = ["acme"]
pytestmark = pytest.mark.django_db
WHOLE, PARTIAL = [["line-1", 2]], [["line-1", 1]]


@dataclass(frozen=True)
class Answer:
    """``state`` is that of the row at once; ``ends`` when time passes and nothing else goes wrong."""

    error: ApiError
    state: str
    connection: str = "active"
    ends: str = "done"


# The rows of the table for creating and changing, as far as a whole call fails.
ANSWERS = {
    "refused, DNS, TLS": Answer(ApiUnavailable("no connection", sent=False), "due"),
    "429": Answer(ApiUnavailable("too many", sent=False, retry_after=30, status=429), "due"),
    "400": Answer(ApiRejected("quantity exceeds", status=400), "needs_attention", ends="needs_attention"),
    "422": Answer(ApiRejected("quantity exceeds", status=422), "needs_attention", ends="needs_attention"),
    "401": Answer(ApiUnauthorized("no", status=401), "due", connection="reconnect", ends="due"),
    "403": Answer(ApiUnauthorized("no", status=403), "due", connection="permission", ends="due"),
}


def reload(row: Fulfillment) -> Fulfillment:
    row.refresh_from_db()
    return row


def time_passes() -> None:
    past = timezone.now() - timedelta(hours=1)
    Fulfillment.objects.exclude(next_at=None).update(next_at=past)
    Connection.objects.update(paused_until=None)


@pytest.mark.parametrize("name", ANSWERS)
def test_each_answer_has_its_own_consequence(acme: FakePlatform, name: str):
    answer = ANSWERS[name]
    row = make_fulfillment(make_connection())
    acme.fail["push"] = [answer.error]
    fulfillments.push_due()
    assert reload(row).state == answer.state
    assert row.connection.state == answer.connection
    assert acme.fulfillments == {}
    time_passes()
    fulfillments.push_due()
    assert reload(row).state == answer.ends
    assert acme.calls.count("find") == 0, "it was certain that nothing was done"


@pytest.mark.parametrize("lines", [WHOLE, PARTIAL], ids=["whole", "partial"])
@pytest.mark.parametrize("arrives", ["at once", "late", "never"])
def test_after_a_lost_answer_there_is_one_shipment_whenever_it_arrives(acme: FakePlatform, lines, arrives):
    """A partial shipment created twice is accepted without an error, so nobody but us can prevent it."""
    row = make_fulfillment(make_connection(), lines=lines)
    store, lost = acme.push, []

    def lose(updates):
        if arrives == "at once":
            store(updates)
        lost.extend(updates)
        return [PushResult(update.reference, PushStatus.UNCONFIRMED) for update in updates]

    acme.push = lose
    fulfillments.push_due()
    assert reload(row).state == "unknown"
    assert (row.next_at - timezone.now()).total_seconds() > 60, "the request may still be on its way"
    assert fulfillments.push_due() == 0
    if arrives == "late":
        store(lost)
    acme.push = store
    time_passes()
    fulfillments.push_due()
    assert reload(row).state == "done"
    assert [len(kept) for kept in acme.fulfillments.values()] == [1]


@pytest.mark.parametrize(
    "error", [ApiUnavailable("time-out"), ApiInvalidResponse("no JSON"), ApiUnavailable("", status=502)]
)
def test_a_look_up_that_fails_keeps_the_doubt(acme: FakePlatform, error):
    row = make_fulfillment(make_connection(), state="unknown", sent_at=timezone.now())
    acme.fail["find"] = [error]
    fulfillments.push_due()
    assert reload(row).state == "unknown"
    assert acme.pushed == []
