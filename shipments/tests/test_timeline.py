"""The detail page: five stages, the carrier's events apart from the activity log, and recreated drafts."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from carriers.tracking_status import MESSAGES, TrackingStatus
from integrations.models import Fulfillment
from integrations.tests.factories import make_connection, make_fulfillment
from lib.stored_messages import in_all_languages
from shipments.models import Shipment, ShipmentEvent
from shipments.presentation import timeline
from shipments.tests.factories import make_shipment
from shops.models import Shop

pytestmark = pytest.mark.django_db


def states(shipment: Shipment) -> list[str]:
    return [stop.state for stop in timeline.route(shipment)]


def names(shipment: Shipment) -> list[str]:
    with override("nl"):
        return [str(stop.name) for stop in timeline.route(shipment)]


@pytest.mark.parametrize(
    ("status", "tracked", "here"),
    [
        ("registered", "", 0),
        ("printed", "announced", 0),
        ("in_transit", "handed_over", 1),
        ("in_transit", "sorted", 2),
        ("in_transit", "", 2),
        ("in_transit", "of_a_later_version", 2),
        ("out_for_delivery", "out_for_delivery", 3),
        ("at_pickup_point", "ready_for_pickup", 4),
        ("returned", "return_ready_for_pickup", 4),
    ],
)
def test_a_parcel_is_at_one_stop_and_has_passed_those_before(shop: Shop, status: str, tracked: str, here: int):
    shipment = make_shipment(shop, status=status, tracking_status=tracked, barcode="3S1", registered_at=timezone.now())
    assert states(shipment) == ["past"] * here + ["now"] + ["next"] * (4 - here)


def test_a_delivered_parcel_has_passed_every_stop(shop: Shop):
    assert states(make_shipment(shop, status="delivered", barcode="3S1")) == ["past"] * 5


@pytest.mark.parametrize("status", ["draft", "cancelled", "registering"])
def test_what_does_not_travel_has_no_route(shop: Shop, status: str):
    assert timeline.route(make_shipment(shop, status=status)) == []


def test_the_last_stop_says_how_it_ended(shop: Shop):
    assert names(make_shipment(shop, status="at_pickup_point", barcode="3S1"))[-1] == "Bij afhaalpunt"
    assert names(make_shipment(shop, status="returned", barcode="3S2"))[-1] == "Retour"
    assert names(make_shipment(shop, status="at_customs", barcode="3S3"))[2] == "Bij douane"
    assert names(make_shipment(shop, status="in_transit", barcode="3S4")) == [
        "Label gemaakt",
        "Bij PostNL",
        "Gesorteerd",
        "Bij de bezorger",
        "Bezorgd",
    ]


def test_a_stop_says_when_the_carrier_saw_the_parcel_there(shop: Shop):
    now = timezone.now()
    there = "out_for_delivery"
    shipment = make_shipment(shop, status=there, tracking_status=there, barcode="3S1", status_at=now)
    for hours, status in ((9, "sorted"), (11, "sorted"), (20, "handed_over")):
        at = now - timedelta(hours=hours)
        ShipmentEvent.objects.create(shipment=shipment, kind="carrier", at=at, tracking_status=status)
    moments = [stop.at for stop in timeline.route(shipment, shipment.events.all())]
    assert moments == [None, now - timedelta(hours=20), now - timedelta(hours=11), now, None]


def test_a_scan_is_read_in_todays_words_and_keeps_its_time_when_they_change(shop: Shop, monkeypatch):
    now = timezone.now()
    shipment = make_shipment(shop, status="out_for_delivery", barcode="3S1", status_at=now)
    earlier = in_all_languages("What a carrier once said")
    for hours, status in ((2, "sorted"), (1, "")):
        at = now - timedelta(hours=hours)
        ShipmentEvent.objects.create(shipment=shipment, kind="carrier", at=at, tracking_status=status, text=earlier)
    monkeypatch.setitem(MESSAGES, TrackingStatus.SORTED, "In the sorting center")
    events = list(shipment.events.all())
    assert [event.message for event in events] == ["What a carrier once said", "In the sorting center"]
    assert timeline.route(shipment, events)[2].at == now - timedelta(hours=2)


@pytest.mark.parametrize(
    ("gateway", "said"), [("myparcel", "Label geannuleerd bij MyParcel"), ("gone", "Label geannuleerd bij gone")]
)
def test_a_label_cancelled_elsewhere_names_its_gateway(shop: Shop, gateway, said):
    """Also when that gateway is no longer registered."""
    shipment = make_shipment(shop, gateway=gateway)
    event = ShipmentEvent(shipment=shipment, kind="carrier", tracking_status=TrackingStatus.LABEL_CANCELED)
    with override("nl"):
        assert event.message == said


def test_what_the_carrier_saw_stands_apart_by_day(shop: Shop):
    shipment = make_shipment(shop, status="in_transit", barcode="3S1")
    now = timezone.now()
    for hours, kind in ((30, "carrier"), (1, "carrier"), (2, "label")):
        ShipmentEvent.objects.create(shipment=shipment, kind=kind, at=now - timedelta(hours=hours))
    events = list(shipment.events.all())
    assert [len(day.events) for day in timeline.carrier_days(events)] == [1, 1]
    assert [event.kind for day in timeline.activity_log(shipment, events) for event in day.events] == ["label"]


def test_the_log_says_what_became_of_telling_the_shop(shop: Shop):
    now = timezone.now()
    told = make_fulfillment(make_connection(shop), state=Fulfillment.State.DONE, confirmed_at=now)
    shipment = make_shipment(shop, status="registered", barcode="3S1", fulfillment=told)
    ShipmentEvent.objects.create(shipment=shipment, kind="label", at=now - timedelta(minutes=1))
    ShipmentEvent.objects.create(shipment=shipment, kind="mailed", at=now + timedelta(minutes=1))
    assert kinds(timeline.activity_log(shipment, list(shipment.events.all()))) == ["mailed", "told", "label"]


def test_the_log_says_that_telling_the_shop_failed_and_why(shop: Shop):
    failed = make_fulfillment(
        make_connection(shop),
        state=Fulfillment.State.NEEDS_ATTENTION,
        sent_at=timezone.now(),
        last_error={"nl": "Acme weigerde de wijziging."},
    )
    shipment = make_shipment(shop, status="registered", barcode="3S1", fulfillment=failed)
    (day,) = timeline.activity_log(shipment, [])
    assert [(event.kind, event.message) for event in day.events] == [("tell_failed", "Acme weigerde de wijziging.")]


def kinds(days: list[timeline.Day]) -> list[str]:
    return [event.kind for day in days for event in day.events]


@pytest.fixture
def mine(client_for, owner, shop: Shop):
    return client_for(owner)


def test_a_failed_update_says_what_to_do_and_keeps_the_shops_words_apart(mine, shop: Shop):
    failed = make_fulfillment(
        make_connection(shop),
        state=Fulfillment.State.NEEDS_ATTENTION,
        last_error={"nl": "Acme weigerde de wijziging."},
        details="504 gateway timeout",
    )
    shipment = make_shipment(shop, status="printed", barcode="3S1", fulfillment=failed, order=failed.order)
    page = mine.get(f"/zendingen/{shipment.public_id}/").content.decode()
    assert "Acme weet nog niet dat deze order is verzonden" in page
    assert "Acme weigerde de wijziging." in page
    assert "<pre>504 gateway timeout</pre>" in page


def test_the_page_asks_as_little_for_a_long_story_as_for_a_short_one(mine, shop: Shop, django_assert_max_num_queries):
    failed = make_fulfillment(make_connection(shop))
    shipment = make_shipment(shop, status="printed", barcode="3S1", fulfillment=failed, order=failed.order)
    for _number in range(60):
        ShipmentEvent.objects.create(shipment=shipment, kind="carrier")
    with django_assert_max_num_queries(12):
        assert mine.get(f"/zendingen/{shipment.public_id}/").status_code == 200


def test_a_copy_is_a_draft_of_its_own_without_the_order(mine, shop: Shop):
    failed = make_fulfillment(make_connection(shop))
    shipment = make_shipment(
        shop, status="printed", barcode="3S1", fulfillment=failed, order=failed.order, country="CH", postal_code="8001"
    )
    shipment.customs_items.create(description="Mug", quantity=2, weight=300, value=1500, hs_code="691110", origin="NL")
    answer = mine.post(f"/zendingen/{shipment.public_id}/dupliceren/")
    copy = shop.shipments.get(status="draft")
    assert answer.url == f"/zendingen/{copy.public_id}/bewerken/"
    assert (copy.order, copy.barcode, copy.fulfillment) == (None, None, None)
    assert (copy.recipient, copy.choice, copy.weight) == (shipment.recipient, shipment.choice, shipment.weight)
    assert [item.line for item in copy.customs_items.all()] == [item.line for item in shipment.customs_items.all()]
    assert [event.kind for event in copy.events.all()] == ["created"]


def test_a_foreign_shipment_cannot_be_copied(client_for, shop: Shop, rival: Shop):
    shipment = make_shipment(shop)
    stranger = client_for(rival.memberships.get().user)
    assert stranger.post(f"/zendingen/{shipment.public_id}/dupliceren/").status_code == 404
    assert not rival.shipments.exists()
