"""Calls to Wix: requests, responses, and the errors they become."""

import json
from datetime import UTC, datetime

import pytest
import requests
import responses
from django.utils.translation import override

from integrations.messages import connection_message, consent_message, permission_message
from integrations.orders import NO_ID, FulfillmentStatus, ImportEligibility, UnreadableReason, import_eligibility
from integrations.providers.wix.client import REPLACED_NAMES, carrier_name
from integrations.providers.wix.tests.bodies import API, Tokens, body, order_number, provider, session
from lib.http import ApiError, ApiInvalidResponse, ApiRejected, ApiUnauthorized, ApiUnavailable

SEARCH = f"{API}/ecom/v1/orders/search"
LISTING = f"{API}/ecom/v1/fulfillments/list-by-ids"


@pytest.fixture
def wix_api():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add(responses.POST, LISTING, json={"ordersWithFulfillments": []})
        yield mock


def asked(wix_api, number: int = 0) -> dict:
    return json.loads(wix_api.calls[number].request.body)


def open_page(orders: list, **metadata: object) -> dict:
    return {"orders": orders, "metadata": {"hasNext": False, **metadata}}


def test_the_first_question_is_for_paid_open_orders_with_one_operator_per_field(wix_api):
    wix_api.add(responses.POST, SEARCH, json=open_page([order_number("10231")]))
    page = session().orders_page(since=None, cursor="")
    question = asked(wix_api)["search"]
    assert question["filter"]["paymentStatus"] == {"$in": ["PAID", "PARTIALLY_REFUNDED"]}
    assert question["filter"]["archived"] == {"$ne": True}
    assert all(len(value) == 1 for value in question["filter"].values() if isinstance(value, dict))
    assert [import_eligibility(order) for order in page.orders] == [ImportEligibility.OPEN]


def test_later_questions_are_for_everything_that_changed(wix_api):
    changed = order_number("10245")
    wix_api.add(responses.POST, SEARCH, json=open_page([changed]))
    session().orders_page(since=datetime(2026, 11, 1, tzinfo=UTC), cursor="")
    question = asked(wix_api)["search"]
    assert question["filter"]["updatedDate"] == {"$gte": "2026-11-01T00:00:00.000Z"}
    assert set(question["filter"]["status"]["$in"]) == {"APPROVED", "CANCELED", "PENDING", "REJECTED"}


def test_with_a_cursor_only_the_cursor_is_sent(wix_api):
    wix_api.add(responses.POST, SEARCH, json=open_page([]))
    session().orders_page(since=None, cursor="opaque")
    assert asked(wix_api)["search"] == {"cursorPaging": {"limit": 100, "cursor": "opaque"}}


@pytest.mark.parametrize(
    ("metadata", "cursor"),
    [
        ({"hasNext": True, "cursors": {"next": "more"}}, "more"),
        ({"hasNext": False, "cursors": {"next": "more"}}, ""),
        ({"hasNext": True}, ""),
        ({}, ""),
    ],
)
def test_the_last_page_is_recognised_either_way(wix_api, metadata, cursor):
    wix_api.add(responses.POST, SEARCH, json={"orders": [], "metadata": metadata})
    assert session().orders_page(since=None, cursor="").next_cursor == cursor


def test_a_question_that_wix_ignored_is_noticed(wix_api):
    wix_api.add(responses.POST, SEARCH, json=open_page([order_number("10241"), order_number("10242")]))
    with pytest.raises(ApiInvalidResponse):
        session().orders_page(since=None, cursor="")


def test_one_unreadable_order_does_not_lose_the_page(wix_api):
    broken = order_number("10232") | {"lineItems": [{"quantity": 1}]}
    wix_api.add(responses.POST, SEARCH, json=open_page([order_number("10231"), broken, "not an order"]))
    page = session().orders_page(since=None, cursor="")
    assert [order.number for order in page.orders] == ["10231"]
    assert page.rejected[0].number == "10232"
    assert page.rejected[0].reason == UnreadableReason.LINE_ID
    assert page.rejected[1].external_id.startswith(NO_ID), "what has no id is told too"


@pytest.mark.parametrize("line", [{"quantity": -1}, {"quantity": 10**12}, {"quantity": True}, {"quantity": None}])
def test_numbers_that_no_order_has_are_unreadable(wix_api, line):
    odd = order_number("10232")
    odd["lineItems"] = [odd["lineItems"][0] | line]
    wix_api.add(responses.POST, SEARCH, json=open_page([order_number("10231"), odd]))
    page = session().orders_page(since=None, cursor="")
    assert [order.number for order in page.orders] == ["10231"]
    assert page.rejected[0].number == "10232"


def test_the_rest_of_a_partly_sent_order_is_asked_in_one_call(wix_api):
    wix_api.replace(responses.POST, LISTING, json=body("list_fulfillments_by_ids_response"))
    wix_api.add(responses.POST, SEARCH, json=open_page([order_number("10237")]))
    page = session().orders_page(since=None, cursor="")
    assert page.orders[0].lines[0].quantity_to_ship == 1
    assert len(wix_api.calls) == 2


def test_a_hundred_orders_are_read_again_with_one_search(wix_api):
    orders = [order_number("10231") | {"id": f"o{number}"} for number in range(100)]
    wix_api.add(responses.POST, SEARCH, json=open_page(orders))
    found = session().fetch_orders([order["id"] for order in orders])
    assert len(found.orders) == 100
    assert len(wix_api.calls) == 1


def test_an_order_the_search_does_not_show_yet_is_asked_by_itself(wix_api):
    wix_api.add(responses.POST, SEARCH, json=open_page([order_number("10231") | {"id": "a"}]))
    wix_api.add(responses.GET, f"{API}/ecom/v1/orders/b", json={"order": order_number("10232") | {"id": "b"}})
    wix_api.add(responses.GET, f"{API}/ecom/v1/orders/c", json=body("error_404_order_not_found"), status=404)
    assert {order.external_id for order in session().fetch_orders(["a", "b", "c"]).orders} == {"a", "b"}


def test_somebody_elses_order_is_not_believed(wix_api):
    wix_api.add(responses.GET, f"{API}/ecom/v1/orders/mine", json=body("order_get_response"))
    with pytest.raises(ApiInvalidResponse):
        session().fetch_orders(["mine"])


def test_the_site_introduces_itself(wix_api):
    wix_api.add(responses.GET, f"{API}/apps/v1/instance", json=body("app_instance"))
    site = session().describe()
    assert site.lists_store
    assert (site.missing_permissions, site.uncertain_permissions) == ((), ())
    assert site.name
    assert site.installation_id == body("app_instance")["instance"]["instanceId"]


@pytest.mark.parametrize(
    ("status", "code"),
    [(428, "APP_NOT_INSTALLED"), (428, ""), (400, "APP_NOT_INSTALLED"), (400, "REQUIRED_APP_NOT_INSTALLED")],
)
def test_a_site_has_no_store_when_wix_says_so(wix_api, status, code):
    error = {"details": {"applicationError": {"code": code}}}
    wix_api.add(responses.POST, SEARCH, status=status, json=error)
    assert not session().has_store()


def test_a_site_that_answers_has_a_store_also_without_orders(wix_api):
    wix_api.add(responses.POST, SEARCH, json=open_page([]))
    assert session().has_store()
    assert asked(wix_api)["search"]["cursorPaging"] == {"limit": 1}


@pytest.mark.parametrize("answer", [{"status": 403}, {"status": 500}, {"status": 400, "json": {"message": "odd"}}])
def test_any_other_answer_does_not_say_that_there_is_no_store(wix_api, answer):
    wix_api.add(responses.POST, SEARCH, **answer)
    with pytest.raises(ApiError):
        session().has_store()


def test_a_401_gets_one_fresh_token_and_one_repeat(wix_api):
    tokens = Tokens()
    wix_api.add(responses.GET, f"{API}/apps/v1/instance", status=401, json={"message": "expired"})
    wix_api.add(responses.GET, f"{API}/apps/v1/instance", json=body("app_instance"))
    session(tokens).describe()
    assert tokens.renewed == 1
    assert wix_api.calls[1].request.headers["Authorization"] == "token-1"


def test_a_401_that_stays_means_consent_is_gone(wix_api):
    tokens = Tokens()
    wix_api.add(responses.GET, f"{API}/apps/v1/instance", status=401)
    with pytest.raises(ApiUnauthorized):
        session(tokens).describe()
    assert tokens.renewed == 1


FAILURES = [
    ({"status": 403, "body": ""}, ApiUnauthorized, {"status": 403}),
    ({"status": 404, "json": {"message": "gone"}}, ApiRejected, {"status": 404, "message": "gone"}),
    (
        {"status": 428, "json": {"details": {"applicationError": {"code": "APP_NOT_INSTALLED"}}}},
        ApiRejected,
        {"code": "APP_NOT_INSTALLED"},
    ),
    (
        {"status": 429, "headers": {"Retry-After": "7"}},
        ApiUnavailable,
        {"sent": False, "retry_after": 7, "status": 429},
    ),
    ({"status": 429}, ApiUnavailable, {"sent": False, "retry_after": 30, "status": 429}),
    ({"status": 500, "json": {}}, ApiUnavailable, {"sent": True, "status": 500}),
    ({"status": 503, "body": "<html>"}, ApiUnavailable, {"sent": True, "status": 503}),
    ({"status": 502, "body": "<html>", "content_type": "text/html"}, ApiUnavailable, {"status": 502}),
    ({"status": 200, "body": "<html>", "content_type": "text/html"}, ApiInvalidResponse, {}),
    ({"status": 200, "body": '{"instance": '}, ApiInvalidResponse, {}),
    ({"status": 200, "json": []}, ApiInvalidResponse, {}),
    ({"status": 302, "headers": {"Location": "https://evil.example"}}, ApiInvalidResponse, {}),
    ({"body": requests.ConnectTimeout()}, ApiUnavailable, {"sent": False}),
    ({"body": requests.exceptions.SSLError()}, ApiUnavailable, {"sent": False}),
    ({"body": requests.ReadTimeout()}, ApiUnavailable, {"sent": True}),
    ({"body": requests.ConnectionError("reset")}, ApiUnavailable, {"sent": True}),
]


@pytest.mark.parametrize(("answer", "error", "facts"), FAILURES)
def test_every_failure_is_told_apart(wix_api, answer, error, facts):
    wix_api.add(responses.GET, f"{API}/apps/v1/instance", **answer)
    with pytest.raises(error) as raised:
        session().describe()
    assert {name: getattr(raised.value, name) for name in facts} == facts


def test_the_reason_of_a_validation_error_is_in_wixs_words(wix_api):
    wix_api.add(responses.POST, SEARCH, status=400, json=body("error_400_validation"))
    with pytest.raises(ApiRejected) as refused:
        session().orders_page(since=None, cursor="")
    assert refused.value.message


def test_a_token_is_asked_with_client_credentials(wix_api):
    wix_api.add(responses.POST, f"{API}/oauth2/token", json=body("oauth_token_client_credentials_response"))
    token = provider().mint_token("instance-1")
    assert asked(wix_api) == {
        "grant_type": "client_credentials",
        "client_id": "app",
        "client_secret": "secret",
        "instance_id": "instance-1",
    }
    assert token.expires_in == 14_400
    assert token.value not in repr(token)


def test_a_token_without_expiry_lives_four_hours(wix_api):
    wix_api.add(responses.POST, f"{API}/oauth2/token", json={"access_token": "x"})
    assert provider().mint_token("instance-1").expires_in == 14_400


@pytest.mark.parametrize("answer", [{"status": 200, "json": {"error": "?"}}, {"status": 200, "body": "<html>"}])
def test_a_token_answer_without_a_token_is_not_believed(wix_api, answer):
    wix_api.add(responses.POST, f"{API}/oauth2/token", **answer)
    with pytest.raises(ApiInvalidResponse):
        provider().mint_token("instance-1")


@pytest.mark.parametrize("number", ["10231", "10237", "10240", "10246", "none"])
def test_an_order_is_found_by_its_number_as_text_in_at_most_three_calls(wix_api, number):
    orders = [] if number == "none" else [order_number(number)]
    wix_api.add(responses.POST, f"{API}/ecom/v1/orders/search", json={"orders": orders})
    for order in orders:
        wix_api.add(responses.GET, f"{API}/ecom/v1/orders/{order['id']}", json={"order": order})
    listing = body("list_fulfillments_by_ids_response")
    wix_api.add(responses.POST, f"{API}/ecom/v1/fulfillments/list-by-ids", json=listing)
    shop = session()
    page = shop.find_orders(number)
    assert [order.number for order in page.orders] == [order["number"] for order in orders]
    sent = [order.external_id for order in page.orders if order.fulfillment is FulfillmentStatus.FULFILLED]
    if sent:
        shop.list_fulfillments(sent)
    assert len(wix_api.calls) <= 3
    assert f'"number": "{number}"'.encode() in wix_api.calls[0].request.body
    assert b"PENDING" in wix_api.calls[0].request.body


@pytest.mark.parametrize("known", ["FedEx", "UPS", "USPS", "DHL", "canadaPost"])
def test_wix_is_never_told_a_carrier_whose_link_it_would_replace(known):
    assert carrier_name(known).casefold() not in REPLACED_NAMES
    assert carrier_name("PostNL") == "PostNL"


def test_what_only_wix_can_say_is_said_in_dutch_too():
    with override("nl"):
        sentence = str(permission_message("wix", "Manage Orders"))
        assert sentence.startswith("Wix geeft de app het recht Manage Orders niet.")
        assert str(connection_message("wix", "no_store")).startswith("Deze site heeft geen Wix Stores meer.")
        consent = str(consent_message("wix", "cancelled"))
        assert consent == "Koppelen afgebroken. Je hebt bij Wix niet op Add to Site geklikt. Er is niets gewijzigd."
