"""Sites: plain installs, the signed link, duplicates, reinstalls, and call counts."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

from sandbox import call_counter, seed, sites, switches
from sandbox.models import Delivery, Order, Site
from sandbox.tests.conftest import Wix
from sandbox.tests.test_consent import ASKED, opened

PAGE = "https://backoffice.example/openen?taal=nl"


def post(path: str, body: Any = None) -> Any:
    answer = Client().post(f"/sandbox/{path}", json.dumps(body or {}), content_type="application/json")
    assert answer.status_code == 200, answer.content
    return answer.json()


def instance_in(url: str) -> tuple[dict[str, str], dict[str, Any]]:
    """The rest of the query, and the payload of ?instance=."""
    query = dict(parse_qsl(urlsplit(url).query))
    return query, opened(query.pop("instance"))


def test_a_plain_install_leads_nowhere_but_the_app_can_be_opened(site: Site):
    Site.objects.update(installed=False)
    switches.set_switches({"app_url": PAGE})
    answer = post("install", {"site": site.name})
    assert answer["redirect"] is None
    query, payload = instance_in(answer["open"])
    assert query == {"taal": "nl"}
    assert (payload["instanceId"], payload["permissions"]) == (site.instance_id, "OWNER")
    assert Site.objects.get().installed


def test_the_signed_link_can_lead_anywhere_and_be_spoilt(site: Site):
    _query, payload = instance_in(post("open-app", {"site": site.name, "url": PAGE})["open"])
    assert payload["instanceId"] == site.instance_id
    _query, payload = instance_in(post("open-app", {"site": site.name, "url": PAGE, "wrong": "visitor"})["open"])
    assert "aid" in payload
    with pytest.raises(AssertionError):
        instance_in(post("open-app", {"site": site.name, "url": PAGE, "wrong": "tampered"})["open"])
    wrong = Client().post("/sandbox/open-app", '{"site": "x", "wrong": "x"}', content_type="application/json")
    assert wrong.status_code in {400, 404}


def test_the_owner_opens_the_app_from_the_front_page(site: Site):
    switches.set_switches({"app_url": PAGE})
    answer = Client().get(f"/sites/{site.pk}/open-app")
    assert instance_in(answer["Location"])[1]["instanceId"] == site.instance_id
    Site.objects.update(installed=False)
    assert Client().get(f"/sites/{site.pk}/open-app").status_code == 404


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ("sparse", {"instanceId", "appDefId", "signDate"}),
        ("usual", {"instanceId", "appDefId", "signDate", "uid", "permissions", "siteOwnerId"}),
    ],
)
def test_a_signed_instance_can_hold_less(site: Site, fields: str, names: set[str]):
    switches.set_switches({"signed_fields": fields})
    assert set(instance_in(post("open-app", {"site": site.name})["open"])[1]) == names


def test_a_signed_instance_can_hold_more(site: Site):
    switches.set_switches({"signed_fields": "extra"})
    payload = instance_in(post("open-app", {"site": site.name})["open"])[1]
    assert payload["vendorProductId"] is None
    assert payload["aFieldOfNextYear"] == {"unknown": True}


def add_again(site: Site, **more: str) -> Any:
    return Client().post("/app-installer", {**ASKED, "site": site.site_id, "add": "1", **more})


def test_adding_the_app_again_goes_straight_back_or_shows_an_update_first(site: Site):
    assert "signedInstance" in add_again(site)["Location"]
    switches.set_switches({"already_installed": "update_screen"})
    page = add_again(site, wrong="stale").content.decode()
    assert "is already on Atelier Voorbeeld" in page
    assert 'name="wrong" value="stale"' in page
    assert "signedInstance" in add_again(site, update="1")["Location"]
    switches.set_switches({"already_installed": "dashboard"})
    assert add_again(site)["Location"] == f"/sites/{site.pk}/orders"
    Site.objects.update(installed=False)
    assert "signedInstance" in add_again(site)["Location"], "the first time is as ever"


def test_a_copy_of_a_site_has_the_app_and_points_back(site: Site, orders: list[Order]):
    switches.set_switches({"webhook_url": "https://backoffice.example/"})
    copy = post("duplicate", {"site": site.name})
    assert copy["originInstanceId"] == site.instance_id != copy["instanceId"]
    assert (copy["siteName"], copy["installed"]) == ("Copy of Atelier Voorbeeld", True)
    assert post("duplicate", {"site": site.name})["siteName"] == "Copy of Atelier Voorbeeld 2"
    envelope = json.loads(Delivery.objects.first().envelope)
    assert (envelope["eventType"], envelope["instanceId"]) == ("AppInstalled", copy["instanceId"])
    assert json.loads(envelope["data"]) == {"appId": "our-app", "originInstanceId": site.instance_id}
    wix = Wix(Site.objects.get(instance_id=copy["instanceId"]))
    assert wix.call("GET", "/apps/v1/instance")[1]["instance"]["originInstanceId"] == site.instance_id
    assert wix.numbers() == []
    assert instance_in(post("open-app", {"site": copy["siteName"]})["open"])[1]["originInstanceId"] == site.instance_id


def test_a_copy_of_a_site_without_the_app_is_silent(site: Site):
    Site.objects.update(installed=False)
    switches.set_switches({"webhook_url": "https://backoffice.example/"})
    assert post("duplicate", {"site": site.name})["installed"] is False
    assert Delivery.objects.count() == 0


def as_seeded(name: str) -> list[dict[str, Any]]:
    """Every order of a site, without what tells it from the same order of another site."""
    own = {"id", "createdDate", "updatedDate", "activities"}
    rows = Site.objects.get(name=name).orders.order_by("pk")
    return [{key: value for key, value in row.data.items() if key not in own} for row in rows]


@pytest.mark.parametrize("like", ["Atelier Voorbeeld", "Studio Tweede"])
def test_a_further_site_has_the_orders_of_the_one_it_is_like(seeded: Site, like: str):
    made = post("sites", {"name": "Derde Winkel", "like": like})
    assert (made["siteName"], made["installed"]) == ("Derde Winkel", False)
    assert as_seeded("Derde Winkel") == as_seeded(like)
    assert len(as_seeded(like)) > 20
    mine, theirs = (Site.objects.get(name=name) for name in ("Derde Winkel", like))
    assert mine.next_number == theirs.next_number
    assert mine.instance_id != theirs.instance_id
    assert mine.url == "https://www.derde-winkel.example"


NO_SITES = (
    {"name": "", "like": "Studio Tweede"},
    {"name": "Blog zonder winkel", "like": "Studio Tweede"},
    {"name": "Derde Winkel", "like": "Blog zonder winkel"},
)


@pytest.mark.parametrize("body", NO_SITES)
def test_a_further_site_needs_a_new_name_and_a_shop_to_be_like(seeded: Site, body: dict[str, str]):
    answer = Client().post("/sandbox/sites", json.dumps(body), content_type="application/json")
    assert answer.status_code == 400
    assert Site.objects.count() == 3


def test_reset_removes_other_sites_and_counts_anew(seeded: Site):
    post("duplicate", {"site": seeded.name})
    post("sites", {"name": "Derde Winkel", "like": "Studio Tweede"})
    Wix(seeded).search()
    post("reset")
    assert Site.objects.count() == 3
    assert Client().get("/sandbox/requests").json() == {"instances": [], "withoutToken": None}


def test_a_site_can_vanish_without_a_word(site: Site):
    switches.set_switches({"webhook_url": "https://backoffice.example/"})
    post("remove-app", {"site": site.name, "silently": True})
    assert Wix(site).ask_token().status_code == 400
    assert Delivery.objects.count() == 0


def test_a_removed_and_reinstalled_app_is_the_same_instance(site: Site):
    sites.remove_app(site)
    assert Client().get("/sandbox/app.json").json()["instances"][0]["installed"] is False
    post("install", {"site": site.name})
    answer = Wix(site).call("GET", "/apps/v1/instance")[1]
    assert answer["instance"]["instanceId"] == site.instance_id


@pytest.mark.parametrize("action", ["install", "remove-app", "vanish", "duplicate", "expire-tokens", "mail-setting"])
def test_the_front_page_does_all_of_it_with_buttons(site: Site, action: str):
    Site.objects.update(installed=action != "install")
    page = Client().get("/").content.decode()
    assert f'action="/sites/{site.pk}/{action}"' in page
    assert Client().post(f"/sites/{site.pk}/{action}")["Location"] == "/"
    assert Client().post(f"/sites/{site.pk}/explode").status_code == 404


def test_calls_are_counted_for_each_installation_and_endpoint(wix: Wix, other_site: Site, orders: list[Order]):
    call_counter.reset()
    wix.numbers()
    wix.numbers()
    wix.order(orders[0])
    switches.set_switches({"rate_limit": 2})
    assert wix.search()[0] == 429
    Wix(other_site).search()
    wix.call("GET", "/ecom/v1/nothing")
    wix.call("GET", "/apps/v1/instance", Authorization="rubbish")
    answer = Client().get("/sandbox/requests").json()
    first = answer["instances"][0]
    assert (first["siteName"], first["instanceId"]) == (wix.site.name, wix.site.instance_id)
    assert first["endpoints"] == {
        "POST /ecom/v1/orders/search": 3,
        "POST /oauth2/token": 1,
        "GET /ecom/v1/orders/{order_id}": 1,
        "GET (unknown)": 1,
    }
    assert (first["total"], first["refused"], first["statuses"]["429"]) == (6, 1, 1)
    assert 1 <= first["busiestMinute"] <= 6
    assert [row["siteName"] for row in answer["instances"]] == [wix.site.name, other_site.name]
    assert answer["withoutToken"]["statuses"] == {"401": 1}
    assert wix.site.name in Client().get("/requests").content.decode()
    Client().post("/requests/forget")
    assert Client().get("/sandbox/requests").json()["instances"] == []


def test_calls_that_a_fault_answered_are_counted_too(wix: Wix):
    wix.mint()
    call_counter.reset()
    switches.set_switches({"fault": "503"})
    wix.search()
    row = Client().get("/sandbox/requests").json()["instances"][0]
    assert (row["total"], row["statuses"]) == (1, {"503": 1})


def test_the_seed_is_there_once_however_often_it_is_asked_for(seeded: Site):
    seed.create_seed_data()
    assert Site.objects.count() == 3
