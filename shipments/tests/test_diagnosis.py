"""The diagnosis of missing orders: every reason has a message and a next step."""

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.models import Connection, ExternalOrder
from integrations.orders import (
    FulfillmentStatus,
    FulfillmentUpdate,
    OrderLine,
    OrderStatus,
    PaymentStatus,
    RejectedOrder,
    UnreadableReason,
)
from integrations.services.erasure import erase
from integrations.tests.factories import make_connection, make_fulfillment, mirror_order
from integrations.tests.fake_platform import FakePlatform, abroad, make_order
from integrations.tests.recorded import recorded_order
from jobs import runner
from jobs.models import Job
from lib.http import ApiInvalidResponse, ApiRejected, ApiUnauthorized, ApiUnavailable
from shipments.models import Shipment
from shipments.services.imports import diagnosis
from shipments.services.imports.diagnosis import diagnose_order, parse_order_number
from shipments.services.imports.diagnosis_messages import OWN_CODES, REASONS
from shipments.tests.factories import make_shipment
from shops.models import PackagePreferences

pytestmark = pytest.mark.django_db
DIGITAL = (OrderLine("l", "E-book", 1, shippable=False),)
DROPSHIP = (OrderLine("l", "Poster", 1, third_party_fulfilled=True),)
SENT = (OrderLine("l", "Mok", 2, fulfilled=1, refunded=1),)
FULFILLED = FulfillmentStatus.FULFILLED
# The order for each reason that is caused by the order itself.
ORDERS = {
    "just_read": {},
    "pending": {"status": OrderStatus.PENDING, "payment": PaymentStatus.PENDING},
    "rejected": {"status": OrderStatus.REJECTED},
    "canceled": {"status": OrderStatus.CANCELED},
    "unknown": {"status": OrderStatus.UNKNOWN},
    "not_paid": {"payment": PaymentStatus.NOT_PAID},
    "payment_pending": {"payment": PaymentStatus.PENDING},
    "partially_paid": {"payment": PaymentStatus.PARTIALLY_PAID},
    "refunded": {"payment": PaymentStatus.REFUNDED},
    "payment_canceled": {"payment": PaymentStatus.CANCELED},
    "partially_refunded": {"payment": PaymentStatus.PARTIALLY_REFUNDED},
    "imported": {"imported": True},
    "fulfilled_by_hand": {"fulfillment": FULFILLED},
    "archived": {"archived": True},
    "pickup": {"pickup": True},
    "digital": {"lines": DIGITAL, "fulfillment": FULFILLED},
    "other_fulfiller": {"lines": DROPSHIP},
    "nothing_left": {"lines": SENT},
}
CLOSED = {
    "reconnect": {"state": "reconnect"},
    "permission": {"state": "permission"},
    "disconnected": {"state": "disconnected"},
    "copied_site": {"origin_installation": "the original"},
    "paused": {"paused_until": timezone.now() + timedelta(days=9000)},
}
FAILURES = {
    "unreachable": ApiUnavailable("timeout"),
    "rate_limited": ApiUnavailable("slow down", sent=False, retry_after=60, status=429),
    "broken": ApiInvalidResponse("html"),
    "refused": ApiRejected("no", status=400),
    "no_store": ApiRejected("no", status=428, code="APP_NOT_INSTALLED"),
    "reconnect": ApiUnauthorized("no", status=401),
    "permission": ApiUnauthorized("no", status=403),
}
ELSEWHERE = {"erased", "not_found", "gone", "other_site", "unreadable", "already", "offered", "preferences"}
ELSEWHERE |= {"fulfilled_by_us", "fulfilled_elsewhere"}
"""Reasons with a test of their own below."""


@pytest.fixture
def connection(shop) -> Connection:
    PackagePreferences.objects.get_or_create(shop=shop)
    return make_connection(shop)


def ask(connection: Connection, number: str = "10231") -> list[diagnosis.Diagnosis]:
    return diagnose_order(connection, number, PackagePreferences.objects.get(shop=connection.shop))


def code(connection: Connection, number: str = "10231") -> str:
    (answer,) = ask(connection, number)
    assert answer.reason.message
    assert answer.reason.next_step
    return answer.reason.code


def test_every_reason_is_tried():
    assert set(REASONS) | set(OWN_CODES) == set(ORDERS) | set(CLOSED) | set(FAILURES) | ELSEWHERE


@pytest.mark.parametrize("expected", ORDERS)
def test_the_order_itself_says_why(acme: FakePlatform, connection, expected):
    acme.orders = [make_order(**ORDERS[expected])]
    assert code(connection) == expected


@pytest.mark.parametrize("expected", CLOSED)
def test_a_site_that_is_not_read_says_so_without_asking_acme(acme: FakePlatform, connection, expected):
    Connection.objects.filter(pk=connection.pk).update(**CLOSED[expected])
    connection.refresh_from_db()
    assert code(connection) == expected
    assert "find_orders" not in acme.calls


@pytest.mark.parametrize("expected", FAILURES)
def test_trouble_with_acme_is_told_as_that(acme: FakePlatform, connection, expected):
    acme.fail["find_orders"] = [FAILURES[expected]]
    assert code(connection) == expected


def test_a_number_acme_does_not_know(acme: FakePlatform, connection):
    assert code(connection, "999") == "not_found"


def test_an_order_that_was_here_before_and_is_gone(acme: FakePlatform, connection):
    mirror_order(connection, make_order())
    assert code(connection) == "gone"


def test_an_order_the_search_does_not_show_but_we_know_is_asked_by_its_id(acme: FakePlatform, connection):
    mirror_order(connection, make_order())
    acme.orders = [make_order(status=OrderStatus.CANCELED)]
    acme.find_orders = lambda _number: type("Page", (), {"orders": (), "rejected": ()})()
    assert code(connection) == "canceled"


def test_an_order_of_another_connected_site_names_that_site(acme: FakePlatform, connection):
    mirror_order(make_connection(connection.shop, site_name="Winkel Twee"), make_order())
    (answer,) = ask(connection)
    assert answer.reason.code == "other_site"
    assert "Winkel Twee" in answer.reason.message


def test_another_merchants_order_is_not_named(acme: FakePlatform, connection, rival):
    mirror_order(make_connection(rival), make_order())
    assert code(connection) == "not_found"


def test_an_order_whose_buyer_was_erased_says_so(acme: FakePlatform, connection):
    mirror_order(connection, make_order())
    erase(connection, "order-10231")
    acme.orders = [make_order()]
    assert code(connection) == "erased"


def test_an_unreadable_order_names_what_is_wrong(acme: FakePlatform, connection):
    acme.rejected = [RejectedOrder("x", "10231", UnreadableReason.PIECES)]
    (answer,) = ask(connection)
    assert answer.reason.code == "unreadable"
    assert "Het aantal stuks van een artikel in order 10231 is niet te lezen" in answer.reason.message


def test_an_imported_order_leads_to_its_shipment(acme: FakePlatform, connection):
    shipment = make_shipment(connection.shop, order=mirror_order(connection, make_order()))
    acme.orders = [make_order(status=OrderStatus.CANCELED)]
    (answer,) = ask(connection)
    assert (answer.reason.code, answer.shipment) == ("already", shipment)


def test_an_order_that_is_in_the_list_says_so(acme: FakePlatform, connection):
    mirror_order(connection, make_order())
    acme.orders = [make_order()]
    assert code(connection) == "offered"


def test_an_order_that_was_not_read_yet_is_read_and_offered_at_once(acme: FakePlatform, connection):
    acme.orders = [make_order()]
    (answer,) = ask(connection)
    assert answer.order == ExternalOrder.objects.open().get()


def test_preferences_that_refuse_the_destination_are_named(acme: FakePlatform, connection):
    PackagePreferences.objects.update(carrier="dhlforyou")
    acme.orders = [abroad("US", 10231)]
    (answer,) = ask(connection)
    assert answer.reason.code == "preferences"
    assert "PostNL" in answer.reason.message


def told(tracking: str) -> FulfillmentUpdate:
    return FulfillmentUpdate("r", "order-10231", tracking, "DHL", "https://t.example", (("line-1", 2),))


def test_a_sent_order_names_who_sent_it(acme: FakePlatform, connection):
    acme.orders = [make_order(fulfillment=FULFILLED)]
    acme.fulfillments = {"order-10231": [told("JJD1")]}
    (answer,) = ask(connection)
    assert answer.reason.code == "fulfilled_elsewhere"
    assert "JJD1" in answer.reason.message
    assert "DHL" in answer.reason.message


def test_a_sent_order_with_our_own_label_says_that(acme: FakePlatform, connection):
    make_fulfillment(connection, tracking_number="3SOURS")
    acme.orders = [make_order(fulfillment=FULFILLED)]
    acme.fulfillments = {"order-10231": [told("3SOURS")]}
    assert code(connection) == "fulfilled_by_us"


def test_several_orders_with_the_same_number_are_each_named(acme: FakePlatform, connection):
    acme.orders = [make_order(), make_order(external_id="older", archived=True)]
    assert {answer.reason.code for answer in ask(connection)} == {"just_read", "archived"}


@pytest.mark.parametrize(
    ("typed", "number"), [(" #10231 ", "10231"), ("10231", "10231"), ("  ", ""), ("#", ""), ("\x00", "")]
)
def test_a_number_is_found_in_what_was_typed(typed, number):
    assert parse_order_number(typed) == number


@pytest.mark.parametrize("number", ["10231", "10237", "10240", "10246", "none"])
def test_the_shop_is_asked_at_most_twice_besides_the_search(acme: FakePlatform, connection, number):
    acme.orders = [] if number == "none" else [recorded_order(number)]
    assert len(ask(connection, number)) == 1
    calls = [call for call in acme.calls if call != "mint"]
    assert calls[0] == "find_orders"
    assert len(calls) <= 3


def test_on_the_import_page_a_number_is_typed_and_the_reason_is_read(acme: FakePlatform, connection, client_for, owner):
    Connection.objects.update(synced_at=timezone.now() + timedelta(days=1))
    merchant = client_for(owner)
    assert "Waarom zie ik mijn order niet?" in merchant.get("/zendingen/importeren/").content.decode()
    acme.orders = [make_order(payment=PaymentStatus.NOT_PAID)]
    answer = merchant.post(f"/zendingen/importeren/waarom/{connection.public_id}/", {"order_number": "#10231"})
    assert "niet betaald" in answer.content.decode()
    nothing = merchant.post(f"/zendingen/importeren/waarom/{connection.public_id}/", {"order_number": " "})
    assert "Vul het nummer" in nothing.content.decode()


def test_a_partly_refunded_order_is_imported_only_when_asked_for_by_name(
    acme: FakePlatform, connection, client_for, owner
):
    acme.orders = [make_order(payment=PaymentStatus.PARTIALLY_REFUNDED, lines=(OrderLine("l", "Mok", 4, refunded=1),))]
    order = mirror_order(connection, acme.orders[0])
    merchant = client_for(owner)
    merchant.post("/zendingen/importeren/start/", {"order": str(order.public_id), "key": "k"})
    runner.run_due()
    assert Job.objects.get().items.get().code == "partially_refunded"
    for _click in range(2):
        merchant.post(f"/zendingen/importeren/toch/{order.public_id}/", {"key": "page"})
        runner.run_due()
    assert Shipment.objects.get().order_lines[0]["pieces"] == 3
    assert Job.objects.count() == 2


def test_an_order_that_changed_meanwhile_is_not_imported_anyway(acme: FakePlatform, connection, client_for, owner):
    order = mirror_order(connection, make_order(status=OrderStatus.CANCELED))
    answer = client_for(owner).post(f"/zendingen/importeren/toch/{order.public_id}/", {"key": "page"}, follow=True)
    assert "intussen gewijzigd" in answer.content.decode()
    assert not Job.objects.exists()
