"""Delivery days and pick-up points, as MyParcel's reference describes them."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from sandbox.myparcel import delivery_options, switches
from sandbox.myparcel.tests.conftest import Api, home

V2 = {"Accept": "application/json;charset=utf-8;version=2.0"}
PLACE = {"platform": "myparcel", "carrier": "postnl", "cc": "NL", "postal_code": "9712HN", "number": "41"}


def ask(api: Api, path: str, **changes: Any) -> tuple[int, Any]:
    query = {name: value for name, value in (PLACE | changes).items() if value is not None}
    return api.call("GET", f"{path}?{urlencode(query)}", **V2)


def days(api: Api, **changes: Any) -> dict[date, list[str]]:
    """The types of delivery by day."""
    status, answer = ask(api, "/delivery_options", **changes)
    assert status == 200, answer
    return {
        datetime.fromisoformat(row["date"]["date"]).date(): [one["type"] for one in row["possibilities"]]
        for row in answer["data"]["deliveries"]
    }


def points(api: Api, **changes: Any) -> list[dict[str, Any]]:
    status, answer = ask(api, "/pickup_locations", **changes)
    assert status == 200, answer
    return answer["data"]["pickup_locations"]


def to_point(point: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A parcel to that point, with what /pickup_locations said of it."""
    place = {name: point["address"][name] for name in ("cc", "postal_code", "city", "street", "number")}
    pickup = place | {name: point["location"][name] for name in ("location_name", "location_code", "retail_network_id")}
    options = {"delivery_type": 4, "signature": 1} | changes.pop("options", {})
    recipient = {"email": "hanna@example.nl"} | changes.pop("recipient", {})
    return home(**({"options": options, "recipient": recipient, "pickup": pickup} | changes))


def codes(answer: dict[str, Any]) -> set[str]:
    return {key for error in answer["errors"] for key in error}


def next_day(weekday: int) -> date:
    """The next such weekday after today, Monday 0."""
    today = timezone.now().astimezone(ZoneInfo("Europe/Amsterdam")).date()
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def evening(day: date, **changes: Any) -> dict[str, Any]:
    dated = {"delivery_type": 3, "delivery_date": f"{day} 00:00:00", "signature": 1, "only_recipient": 1}
    return home(options=dated, **changes)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"cc": None}, 3506),
        ({"cc": "nl"}, 3506),
        ({"postal_code": None}, 3505),
        ({"postal_code": "12"}, 3505),
        ({"number": None}, 3503),
        ({"carrier": None}, 3222),
        ({"carrier": "pigeon"}, 3222),
        ({"platform": "belgie"}, 3220),
        ({"platform": None}, 3212),
        ({"cutoff_time": "25:00"}, 3214),
        ({"dropoff_days": "8"}, 3212),
        ({"dropoff_delay": "15"}, 3213),
        ({"deliverydays_window": "0"}, 3212),
        ({"latitude": "53.2"}, 3218),
        ({"colour": "red"}, 3204),
    ],
)
def test_each_parameter_is_checked(api: Api, changes, code):
    for path in ("/delivery_options", "/pickup_locations"):
        status, answer = ask(api, path, **changes)
        assert (status, answer["errors"][0]["code"]) == (422, code), path


def test_sixty_calls_a_minute_are_answered_and_both_calls_count_together(api: Api):
    for _number in range(30):
        assert ask(api, "/delivery_options")[0] == 200
        assert ask(api, "/pickup_locations")[0] == 200
    assert ask(api, "/delivery_options")[0] == ask(api, "/pickup_locations")[0] == 429


def test_without_the_version_the_older_form_comes_back(api: Api):
    answer = api.call("GET", f"/delivery_options?{urlencode(PLACE)}")[1]
    assert set(answer["data"]) == {"delivery", "pickup"}


def test_sunday_is_no_day_and_monday_only_with_a_saturday_hand_over(api: Api):
    weekdays = {day.weekday() for day in days(api, deliverydays_window=10)}
    assert weekdays == {1, 2, 3, 4, 5}
    weekdays = {
        day.weekday() for day in days(api, deliverydays_window=10, dropoff_days="1;2;3;4;5;6", monday_delivery=1)
    }
    assert weekdays == {0, 1, 2, 3, 4, 5}


def test_evenings_exist_on_some_days_and_in_some_postal_codes_only(api: Api):
    found = days(api, deliverydays_window=10)
    assert {day.weekday() for day, types in found.items() if "evening" in types} == {1, 2, 3, 4}
    assert all(types == ["standard"] for types in days(api, postal_code="8911BK").values())
    assert all(types == ["standard"] for types in days(api, cc="BE", postal_code="9000").values())


def test_where_no_day_is_known_the_list_is_empty_or_an_error_says_so(api: Api):
    switches.set_switches({"delivery_moments": "nothing"})
    assert days(api) == {}
    switches.set_switches({"uncovered_answer": "4001"})
    assert ask(api, "/delivery_options")[1]["errors"][0]["code"] == 4001


def test_an_evening_is_taken_on_a_day_it_was_offered_for_and_refused_on_others(api: Api):
    assert api.create(evening(next_day(2)))[0] == 200
    for shipment in (
        evening(next_day(6)),
        evening(next_day(0)),
        evening(next_day(2) - timedelta(days=7)),
        evening(next_day(2) + timedelta(days=28)),
        evening(next_day(2), recipient={"postal_code": "8911BK"}),
    ):
        status, answer = api.create(shipment)
        assert (status, "3721" in codes(answer)) == (422, True)


def test_points_come_nearest_first_with_distance_and_hours(api: Api):
    found = points(api)
    distances = [int(point["location"]["distance"]) for point in found]
    assert distances == sorted(distances)
    assert {point["location"]["type"] for point in found} == {"retail", "locker", "post_office"}
    first = found[0]["location"]
    assert (first["retail_network_id"], first["phone_number"]) == ("PNPNL-01", None)
    assert first["opening_hours"]["sunday"] == []
    assert first["opening_hours"]["monday"][0]["start"]["date"].endswith("09:00:00.000000")


def test_nothing_near_is_code_4000(api: Api):
    assert ask(api, "/pickup_locations", cc="US", postal_code="97209")[1]["errors"][0]["code"] == 4000


def test_a_parcel_to_a_point_keeps_its_recipient_and_its_point(api: Api):
    (number,) = api.ids(to_point(points(api)[1]))
    (row,) = api.call("GET", f"/shipments/{number}")[1]["data"]["shipments"]
    assert row["recipient"]["street"] == "Lindelaan"
    assert row["pickup"]["location_name"] == "Primera Voorbeeld"
    assert row["options"]["delivery_type"] == 4


def test_a_point_and_its_delivery_type_go_together(api: Api):
    parcel = to_point(points(api)[0])
    assert "3722" in codes(api.create(parcel | {"pickup": None})[1])
    assert "3760" in codes(api.create(to_point(points(api)[0], options={"delivery_type": 2}))[1])
    switches.set_switches({"half_pickup": "home"})
    (number,) = api.ids(parcel | {"pickup": None})
    (row,) = api.call("GET", f"/shipments/{number}")[1]["data"]["shipments"]
    assert (row["options"]["delivery_type"], row["pickup"]) == (2, None)


def test_the_buyer_of_a_parcel_at_a_point_must_be_reachable(api: Api):
    assert "3751" in codes(api.create(to_point(points(api)[0], recipient={"email": ""}))[1])
    assert api.create(to_point(points(api)[0], recipient={"email": "", "phone": "0612345678"}))[0] == 200


def test_a_point_that_is_unknown_closed_or_of_another_carrier_is_refused(api: Api):
    found = points(api)
    parcel = to_point(found[0])
    assert "3760" in codes(api.create(parcel | {"pickup": parcel["pickup"] | {"location_code": "900417"}})[1])
    assert "3760" in codes(api.create(to_point(points(api, carrier="dhlforyou")[0]))[1])
    switches.set_switches({"closed_point": parcel["pickup"]["location_code"]})
    assert "3760" in codes(api.create(parcel)[1])
    assert found[0]["location"]["location_code"] not in {row["location"]["location_code"] for row in points(api)}


def test_only_within_the_netherlands_a_point_needs_no_code(api: Api):
    parcel = to_point(points(api)[0])
    assert api.create(parcel | {"pickup": parcel["pickup"] | {"location_code": ""}})[0] == 200
    belgian = {"cc": "BE", "postal_code": "9000", "city": "Gent", "street": "Korenmarkt", "number": "7"}
    parcel = to_point(points(api, cc="BE", postal_code="9000")[0], recipient=belgian, options={"signature": 0})
    assert api.create(parcel)[0] == 200
    assert "3722" in codes(api.create(parcel | {"pickup": parcel["pickup"] | {"location_code": ""}})[1])


@pytest.mark.parametrize(
    ("day", "country", "is_one"),
    [
        (date(2026, 12, 25), "NL", True),
        (date(2027, 3, 26), "NL", False),
        (date(2027, 3, 29), "NL", True),
        (date(2031, 4, 26), "NL", True),
        (date(2026, 7, 21), "NL", False),
        (date(2026, 7, 21), "BE", True),
        (date(2026, 12, 24), "NL", False),
        (date(2026, 12, 25), "ZZ", True),
    ],
)
def test_public_holidays_are_days_on_which_nothing_is_offered(api: Api, day, country, is_one):
    assert delivery_options.is_holiday(day, country) is is_one
    if is_one:
        assert not delivery_options.is_offered("postnl", country, "9712HN", "evening", day)


def test_no_day_of_christmas_is_offered(api: Api, monkeypatch):
    noon = datetime(2026, 12, 23, 12, tzinfo=ZoneInfo("Europe/Amsterdam"))
    monkeypatch.setattr(timezone, "now", lambda: noon)
    offered = days(api, dropoff_days="0;1;2;3;4;5;6", deliverydays_window="3", cutoff_time="15:30")
    assert sorted(offered) == [date(2026, 12, 24), date(2026, 12, 28), date(2026, 12, 29)]
