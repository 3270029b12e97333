"""Tokens: issuing, expiry, and the errors of calls without a valid one."""

import pytest
import time_machine

from sandbox import sites, switches
from sandbox.models import Site, Token
from sandbox.tests.conftest import Wix, code_of


def test_a_token_lives_four_hours_and_is_of_one_installation(wix: Wix, other_site: Site):
    answer = wix.ask_token().json()
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 14_400)
    wix.token = answer["access_token"]
    _status, instance = wix.call("GET", "/apps/v1/instance")
    assert instance["instance"]["instanceId"] == wix.site.instance_id
    assert instance["site"]["siteId"] == wix.site.site_id


@pytest.mark.parametrize(
    "changes",
    [
        {"client_secret": "wrong"},
        {"client_id": "wrong"},
        {"instance_id": "unknown"},
        {"grant_type": "authorization_code"},
    ],
)
def test_a_wrong_request_gets_an_oauth_error(wix: Wix, changes: dict[str, str]):
    answer = wix.ask_token(**changes)
    assert answer.status_code == 400
    assert answer.json()["error"] in {"invalid_client", "unsupported_grant_type"}
    assert Token.objects.count() == 0


def test_raw_and_bearer_both_work(wix: Wix):
    token = wix.mint()
    for header in (token, f"Bearer {token}"):
        assert wix.call("GET", "/apps/v1/instance", Authorization=header)[0] == 200


@pytest.mark.parametrize("header", ["", "rubbish", "Bearer rubbish"])
def test_a_call_without_a_good_token_is_unauthenticated(wix: Wix, header: str):
    status, answer = wix.call("GET", "/apps/v1/instance", Authorization=header)
    assert (status, code_of(answer)) == (401, "UNAUTHENTICATED")


def test_a_token_expires_and_a_switch_shortens_its_life(wix: Wix):
    switches.set_switches({"token_seconds": 60})
    with time_machine.travel("2027-01-04T12:00:00Z", tick=False) as clock:
        wix.mint()
        assert wix.call("GET", "/apps/v1/instance")[0] == 200
        clock.shift(61)
        assert wix.call("GET", "/apps/v1/instance")[0] == 401
        assert wix.call("POST", "/oauth2/token-info", {"token": wix.token})[1] == {"active": False}


def test_token_info_tells_whose_it_is(wix: Wix):
    token = wix.mint()
    info = wix.call("POST", "/oauth2/token-info", {"token": token})[1]
    assert info["exp"] - info.pop("iat") == 14_400
    del info["exp"]
    assert info == {
        "active": True,
        "subjectType": "APP",
        "subjectId": "our-app",
        "clientId": "our-app",
        "siteId": wix.site.site_id,
        "instanceId": wix.site.instance_id,
    }


def test_a_removed_app_has_no_tokens_and_gets_no_new_ones(wix: Wix):
    wix.mint()
    assert wix.call("GET", "/apps/v1/instance")[0] == 200
    sites.remove_app(wix.site)
    assert wix.call("GET", "/apps/v1/instance")[0] == 401
    answer = wix.ask_token()
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client")


def test_the_right_to_manage_can_be_missing_and_says_nothing(wix: Wix):
    switches.set_switches({"permissions": "read_only"})
    assert wix.search()[0] == 200
    answer = wix.raw("POST", "/ecom/v1/fulfillments/orders/any/create-fulfillment", {})
    assert (answer.status_code, answer.content) == (403, b"")
    instance = wix.call("GET", "/apps/v1/instance")[1]["instance"]
    assert "SCOPE.DC-STORES.MANAGE-ORDERS" not in instance["permissions"]
    assert instance["appVersion"] == "0.9.0"


def test_even_reading_can_be_forbidden(wix: Wix):
    switches.set_switches({"permissions": "none"})
    assert wix.search() == (403, None)
    assert wix.call("GET", "/apps/v1/instance")[0] == 200


def test_each_installation_has_two_hundred_calls_a_minute(wix: Wix, other_site: Site):
    switches.set_switches({"rate_limit": 3})
    with time_machine.travel("2027-01-04T12:00:30Z", tick=False) as clock:
        assert [wix.search()[0] for _call in range(4)] == [200, 200, 200, 429]
        assert Wix(other_site).search()[0] == 200
        clock.shift(30)
        assert wix.search()[0] == 200
    assert switches.DEFAULTS["rate_limit"] == 200


def test_a_429_says_how_long_to_wait_unless_a_switch_is_set(wix: Wix):
    switches.set_switches({"rate_limit": 1})
    with time_machine.travel("2027-01-04T12:00:00Z", tick=False):
        wix.search()
        answer = wix.raw("POST", "/ecom/v1/orders/search", {})
        assert (answer.status_code, answer["Retry-After"]) == (429, "60")
        assert code_of(answer.json()) == "RESOURCE_EXHAUSTED"
        switches.set_switches({"retry_after": False})
        assert "Retry-After" not in wix.raw("POST", "/ecom/v1/orders/search", {}).headers


def test_a_site_without_a_store_has_no_orders_api(wix: Wix):
    Site.objects.update(has_stores=False)
    assert "stores" not in wix.call("GET", "/apps/v1/instance")[1]["site"]["installedWixApps"]
    for status, answer in (wix.search(), wix.call("GET", "/ecom/v1/orders/any")):
        assert (status, code_of(answer)) == (428, "APP_NOT_INSTALLED")
