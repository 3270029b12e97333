"""The account behind a key: its shops, the sender they print, and one subscription per hook and shop."""

from typing import Any

import pytest
from django.test import Client

from sandbox.myparcel import shops, switches
from sandbox.myparcel.models import SHOP, Subscription
from sandbox.myparcel.tests.conftest import Api, home

HOOK = "shipment_status_change"
OURS = {
    "cc": "NL",
    "postal_code": "1012AB",
    "city": "Amsterdam",
    "street": "Damrak",
    "number": "1",
    "person": "Noor",
    "company": "Atelier Noord",
}


def further_shop() -> dict[str, Any]:
    made: dict[str, Any] = (
        Client().post("/sandbox/myparcel/shops", {"company": "Studio Tweede"}, content_type="application/json").json()
    )
    return made


def test_whoami_names_numbers_as_text_and_no_names(api: Api):
    status, answer = api.call("GET", "/whoami")
    assert (status, answer["id"], answer["shopIds"], answer["type"]) == (200, str(SHOP), [str(SHOP)], "SHOP")
    assert "Theehuis" not in str(answer)


def test_another_key_is_another_shop_with_its_own_shipments_and_sender(api: Api):
    api.ids(home())
    made = further_shop()
    other = Api(made["apiKey"])
    assert other.call("GET", "/whoami")[1]["id"] == str(made["shop"])
    assert other.call("GET", "/shipments")[1]["data"]["results"] == 0
    (number,) = other.ids(home())
    (row,) = other.call("GET", f"/shipments/{number}")[1]["data"]["shipments"]
    assert (row["shop_id"], row["sender"]["company"]) == (made["shop"], "Studio Tweede")


def test_a_sender_is_refused_printed_or_ignored(api: Api):
    status, answer = api.create(home(sender=OURS))
    assert status == 422
    assert answer["errors"][0]["3745"]["fields"] == ["data.shipments[0].sender"]
    for mode, printed in (("printed", "Atelier Noord"), ("ignored", shops.SENDER["company"])):
        switches.set_switches({"sender": mode})
        (number,) = api.ids(home(sender=OURS))
        (row,) = api.call("GET", f"/shipments/{number}")[1]["data"]["shipments"]
        assert row["sender"]["company"] == printed


def subscribe(api: Api, url: str) -> int:
    body = {"data": {"webhook_subscriptions": [{"hook": HOOK, "url": url}]}}
    status, answer = api.call("POST", "/webhook_subscriptions", body, **{"Content-Type": "application/json"})
    assert status == 200
    return int(answer["data"]["ids"][0]["id"])


def test_a_new_subscription_replaces_another_programs_of_the_same_shop_only(api: Api):
    other = Api(further_shop()["apiKey"])
    theirs = subscribe(other, "https://other-shop.example/hook")
    Client().post("/sandbox/myparcel/subscriptions", {"url": "https://plugin.example/Hook"}, "application/json")
    subscribe(api, "https://ours.example/hook")
    assert {row.url for row in Subscription.objects.all()} == {
        "https://other-shop.example/hook",
        "https://ours.example/hook",
    }
    api.call("DELETE", f"/webhook_subscriptions/{theirs}")
    assert Subscription.objects.filter(pk=theirs).exists(), "it belongs to another shop"


def test_a_list_has_pages_and_a_read_by_id_has_none(api: Api):
    ids = api.ids(home(), home())
    found = api.call("GET", f"/shipments/{ids[0]};{ids[1]}")[1]["data"]
    assert list(found) == ["shipments"]
    assert set(api.call("GET", "/shipments")[1]["data"]) == {"shipments", "page", "size", "results"}
    too_many = ";".join(str(number) for number in range(1, 102))
    assert api.call("GET", f"/shipments/{too_many}")[0] == 422


@pytest.mark.parametrize(("size", "found"), [("", 1), ("&size=199", 1), ("&size=200", 0), ("&size=1000", 0)])
def test_a_large_page_of_a_look_up_by_reference_comes_back_empty(api: Api, size, found):
    api.ids(home())
    answer = api.call("GET", f"/shipments?reference_identifier=ORDER-1{size}")[1]
    assert len(answer["data"]["shipments"]) == found


def test_a_page_is_30_at_least_and_sorted_by_a_known_column(api: Api):
    assert api.call("GET", "/shipments?size=29")[1]["errors"][0]["code"] == 3201
    assert api.call("GET", "/shipments?sort=weather")[1]["errors"][0]["code"] == 3202


def test_the_tracking_link_is_there_only_when_asked_for(api: Api):
    (number,) = api.ids(home())
    api.call("GET", f"/shipment_labels/{number}")
    plain = api.call("GET", f"/shipments/{number}")[1]["data"]["shipments"][0]
    asked = api.call("GET", f"/shipments/{number}?link_consumer_portal=1")[1]["data"]["shipments"][0]
    assert plain["link_consumer_portal"] is None
    assert asked["link_consumer_portal"].startswith("https://")


def test_unfinished_work_answers_202_where_the_switch_says_so(api: Api):
    (number,) = api.ids(home())
    switches.set_switches({"label_waits": 1, "not_ready": "202"})
    assert [api.call("GET", f"/shipment_labels/{number}")[0] for _ in range(2)] == [202, 200]
    link = {"Accept": "application/vnd.shipment_label_link+json"}
    path = api.call("GET", f"/shipment_labels/{number}", **link)[1]["data"]["pdfs"]["url"]
    assert [api.call("GET", path)[0] for _ in range(2)] == [202, 200]


@pytest.mark.parametrize(
    ("street", "split"),
    [
        ("Siriusdreef 66", ("Siriusdreef", "66", "")),
        ("Plein 1944 12 b", ("Plein 1944", "12", "b")),
        ("Oudegracht 214-B", ("Oudegracht", "214", "B")),
        ("Lange Straat 5a", ("Lange Straat", "5", "a")),
    ],
)
def test_a_house_number_in_the_street_is_split_off(api: Api, street, split):
    (number,) = api.ids(home(recipient={"street": street, "number": ""}))
    (row,) = api.call("GET", f"/shipments/{number}")[1]["data"]["shipments"]
    place = row["recipient"]
    assert (place["street"], place["number"], place["number_suffix"]) == split


def test_a_street_without_a_number_is_refused(api: Api):
    assert "3731" in api.create(home(recipient={"street": "Lindelaan", "number": ""}))[1]["errors"][0]


def test_a_missing_permission_is_403(api: Api):
    switches.set_switches({"fault": "403"})
    status, answer = api.create(home())
    assert (status, answer["errors"][0]["code"]) == (403, 3001)
