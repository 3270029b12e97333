"""Pick-up points: what a parcel to one needs, how it is asked of MyParcel, and what is printed."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import override

from carriers.capabilities import validate_parcel
from carriers.fallback import resolve_choice
from carriers.gateways.base import DeliveryAdvisor
from carriers.gateways.local import LocalGateway
from carriers.gateways.myparcel import MyParcelGateway
from carriers.gateways.myparcel.mapping import shipment_body
from carriers.labels import draw_documents
from carriers.parcels import Address, Destination, ParcelChoice, PickupPoint, PrintedLabel, Registration
from carriers.pickup_points import kept_point, label_recipient, pickup_problems, to_pickup
from carriers.tests.test_gateways import HOME, PLACES, consignment, words
from lib.http import ApiClient, ApiRejected, ApiUnavailable
from tests.sandbox_server import MyParcelSandbox

NL = Destination("NL")
PICKUP = ParcelChoice(delivery_type="pickup", signature=True)
POINT = PickupPoint(
    carrier="postnl", code="9712011", name="Boekhandel De Vuurtoren", network="PNPNL-01", street="Brugstraat",
    number="12", postal_code="9712KA", city="Groningen", country="NL",
)  # fmt: skip


@pytest.fixture
def gateway(sandbox: MyParcelSandbox) -> MyParcelGateway:
    cache.clear()
    return MyParcelGateway(ApiClient(sandbox.api, agent="Tests/1.0"), sandbox.key, sleep=lambda seconds: None)


def to_point(point: PickupPoint = POINT, recipient: Address = HOME):
    return replace(consignment("a", recipient), choice=replace(PICKUP, carrier=point.carrier), pickup=point)


def codes(choice=PICKUP, point=POINT, recipient=HOME) -> list[str]:
    return [problem.code for problem in pickup_problems(choice, point, recipient)]


def test_a_parcel_to_a_point_needs_the_point_and_somebody_who_can_be_told():
    assert codes() == []
    assert codes(point=None) == ["pickup_point"]
    assert codes(recipient=replace(HOME, email="")) == ["contact_missing"]
    assert codes(recipient=replace(HOME, email="", phone="0612345678")) == []
    assert codes(ParcelChoice(), None) == []


def test_a_point_belongs_to_its_carrier_and_its_country():
    assert kept_point(POINT, PICKUP, "NL") == POINT
    assert kept_point(POINT, replace(PICKUP, carrier="dhlforyou"), "NL") is None
    assert kept_point(POINT, PICKUP, "BE") is None
    assert kept_point(POINT, ParcelChoice(), "NL") is None
    with override("nl"):
        (problem,) = pickup_problems(replace(PICKUP, carrier="dhlforyou"), POINT, HOME)
        assert str(problem.text) == (
            "Afhaalpunt Boekhandel De Vuurtoren is van PostNL. Kies een afhaalpunt van DHL For You."
        )


def test_a_buyer_without_an_address_is_registered_at_the_point_and_others_at_their_own():
    assert label_recipient(HOME, POINT) == HOME
    bare = Address(person="Iris Haaltzelf", country="NL", email="iris@example.nl")
    at_point = label_recipient(bare, POINT)
    assert (at_point.person, at_point.street_line) == ("Iris Haaltzelf", "Brugstraat 12")
    assert at_point.postal_code == "9712KA"


@pytest.mark.parametrize(
    ("carrier", "country", "found"),
    [("postnl", "NL", "postnl"), ("dhleuroplus", "NL", "postnl"), ("postnl", "FR", "dhlparcelconnect")],
)
def test_an_order_to_a_point_goes_with_a_carrier_that_has_points_there(carrier, country, found):
    choice = to_pickup(ParcelChoice(carrier=carrier), Destination(country))
    assert (choice.carrier, choice.delivery_type) == (found, "pickup")
    resolved = resolve_choice(choice, Destination(country)).choice
    assert (resolved.carrier, resolved.delivery_type) == (found, "pickup")
    assert validate_parcel(resolved, Destination(country), 700) == ()


def test_a_preference_for_letterbox_parcels_becomes_a_parcel_and_options_give_way():
    choice = resolve_choice(to_pickup(ParcelChoice(package_type="mailbox"), NL), NL).choice
    assert (choice.package_type, choice.delivery_type) == ("package", "pickup")
    choice = resolve_choice(replace(PICKUP, only_recipient=True, return_to_sender=True, signature=False), NL).choice
    assert (choice.only_recipient, choice.return_to_sender, choice.signature) == (False, False, True)


def test_the_same_carrier_without_points_delivers_to_the_door_and_says_so():
    resolved = resolve_choice(replace(PICKUP, carrier="dhleuroplus"), NL)
    assert (resolved.choice.carrier, resolved.choice.delivery_type) == ("dhleuroplus", "standard")
    assert any(change.field == "delivery_type" for change in resolved.changes)


def test_myparcel_gets_delivery_type_4_the_point_and_the_buyers_contact_data():
    body = shipment_body(to_point())
    assert body["options"]["delivery_type"] == 4
    assert body["pickup"] == {
        "location_code": "9712011", "location_name": "Boekhandel De Vuurtoren", "retail_network_id": "PNPNL-01",
        "cc": "NL", "street": "Brugstraat", "number": "12", "postal_code": "9712KA", "city": "Groningen",
    }  # fmt: skip
    assert (body["recipient"]["street"], body["recipient"]["email"]) == ("Lindelaan", "h@x.example")
    assert "pickup" not in shipment_body(consignment("a"))


def test_the_points_of_a_carrier_come_nearest_first_with_their_hours(gateway):
    found = gateway.pickup_points("postnl", PLACES["NL"])
    assert [one.distance for one in found] == sorted(one.distance for one in found)
    first = found[0]
    assert (first.point.carrier, first.point.network, first.distance) == ("postnl", "PNPNL-01", 310)
    assert first.point.code
    days = {hours.day: hours.times for hours in first.hours}
    assert (days["monday"], days["sunday"]) == (("09:00–18:00",), ())
    assert any(one.is_locker for one in found)


def test_a_parcel_goes_to_a_point_of_the_list_and_is_found_again_there_only(gateway, sandbox: MyParcelSandbox):
    found = gateway.pickup_points("postnl", HOME)
    sent, other = to_point(found[1].point), to_point(found[0].point)
    (result,) = gateway.register([sent])
    assert isinstance(result, Registration)
    assert "3524KB" in result.tracking_url, "tracking pages ask for the recipient's own postcode"
    assert sandbox.shipments[0]["pickup"]["location_name"] == found[1].point.name
    assert gateway.find_registrations([sent]) == {"a": result}
    assert gateway.find_registrations([other]) == {}, "that label goes to another point"


def test_a_buyer_without_an_address_is_tracked_with_the_points_postcode(gateway):
    point = gateway.pickup_points("postnl", HOME)[0].point
    bare = Address(person="Iris Haaltzelf", country="NL", email="iris@example.nl")
    (result,) = gateway.register([to_point(point, label_recipient(bare, point))])
    assert point.postal_code in result.tracking_url


def test_a_point_that_closed_is_refused_with_what_to_do(gateway, sandbox: MyParcelSandbox):
    point = gateway.pickup_points("postnl", HOME)[0].point
    sandbox.set_switches(closed_point=point.code)
    (result,) = gateway.register([to_point(point)])
    with override("nl"):
        assert str(result.reason).startswith("Afhaalpunt: dit afhaalpunt is niet meer beschikbaar. Kies een ander punt")


def test_nothing_near_is_an_answer_and_a_wrong_postcode_is_not(gateway):
    assert gateway.pickup_points("postnl", PLACES["CH"]) == ()
    with pytest.raises(ApiRejected):
        gateway.pickup_points("postnl", replace(HOME, postal_code="12"))


def test_an_address_is_asked_about_once_and_never_more_often_than_myparcel_allows(gateway, sandbox, settings):
    gateway.pickup_points("postnl", HOME)
    sandbox.set_switches(fault="500")
    assert gateway.pickup_points("postnl", HOME), "the answer was kept"
    with pytest.raises(ApiUnavailable):
        gateway.pickup_points("postnl", PLACES["BE"])
    sandbox.set_switches(fault="")
    settings.MYPARCEL_LIMIT_PERCENT = 5

    def ask_about_a_street() -> None:
        for number in range(1, 10):
            gateway.delivery_options("postnl", replace(HOME, number=str(number)))

    with pytest.raises(ApiUnavailable) as refused:
        ask_about_a_street()
    assert (refused.value.status, refused.value.sent) == (429, False)


def test_without_a_key_nothing_is_known_of_points_or_days():
    local = LocalGateway(lambda series, count: list(range(count)))
    assert isinstance(local, DeliveryAdvisor)
    assert local.pickup_points("postnl", HOME) is None
    assert local.delivery_options("postnl", HOME) is None


def test_our_label_shows_the_point_and_the_buyer():
    (text,) = words(draw_documents([PrintedLabel(to_point(), "3SSTUB000000001")], "a6", 1, with_forms=True))
    point = ("Afhaalpunt Boekhandel De Vuurtoren", "Brugstraat 12", "9712KA Groningen")
    for expected in (*point, "Hanna", "Lindelaan 12"):
        assert expected in text


def test_a_morning_or_evening_is_asked_for_on_the_offered_day_only():
    choice = ParcelChoice(delivery_type="evening", signature=True, only_recipient=True)
    evening = replace(consignment("a"), choice=choice)
    options = shipment_body(replace(evening, delivery_day=date(2026, 9, 9)))["options"]
    assert (options["delivery_type"], options["delivery_date"]) == (3, "2026-09-09 00:00:00")
    options = shipment_body(evening)["options"]
    assert (options["delivery_type"], "delivery_date" in options) == (2, False)


def test_days_are_read_as_myparcel_offers_them(gateway):
    options, today = gateway.delivery_options("postnl", HOME), timezone.localdate()
    assert options.moments
    assert options.first_day("evening", since=today).weekday() in range(1, 5)
    assert options.first_day("evening", since=date(2099, 1, 1)) is None
    frisian = gateway.delivery_options("postnl", replace(HOME, postal_code="8911 BK"))
    assert frisian.moments
    assert frisian.first_day("evening", since=today) is None
