"""Unconfirmed points of Wix's API: both possible answers leave consistent data."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import responses
from django.utils import timezone

from integrations.models import Connection, SyncRun
from integrations.orders import FulfillmentUpdate, ImportEligibility, OrderPage, PushStatus, import_eligibility
from integrations.providers.wix import oauth
from integrations.providers.wix.mapping import order_data
from integrations.providers.wix.payloads import OrderFulfillments, WixOrder
from integrations.providers.wix.provider import WixProvider
from integrations.providers.wix.tests.bodies import API, body, order_number, session
from integrations.providers.wix.tests.test_oauth import GOOD, SIGNED_AT, VECTOR, verify
from integrations.services import mirror, sync
from integrations.tests.factories import make_connection, make_fulfillment
from lib.http import ApiInvalidResponse, ApiUnauthorized

SEARCH = f"{API}/ecom/v1/orders/search"
LISTING = f"{API}/ecom/v1/fulfillments/list-by-ids"
BULK = f"{API}/ecom/v1/fulfillments/orders/bulk/create-fulfillments"
TOKEN = f"{API}/oauth2/token"
MUG = "00000000-0000-0000-0000-000000000001"
SINCE = datetime(2026, 11, 1, tzinfo=UTC)


class Wix:
    """An order of four mugs, and what Wix holds as sent."""

    def __init__(self, mock: responses.RequestsMock) -> None:
        self.mock, self.sent, self.looks, self.arrives = mock, [], 0, ""
        self.orders = {"a": self.order("a")}
        mock.add_callback(responses.POST, LISTING, self._listing, content_type="application/json")
        mock.add_callback(responses.POST, SEARCH, self._search, content_type="application/json")

    def order(self, order_id: str, **changes: object) -> dict:
        recorded = order_number("10231")
        order = recorded | {"id": order_id, "lineItems": [recorded["lineItems"][0] | {"quantity": 4}]} | changes
        self.mock.add(responses.GET, f"{API}/ecom/v1/orders/{order_id}", json={"order": order})
        return order

    def _listing(self, request):
        self.looks += 1
        if self.arrives and self.looks == 2:
            self.holds(self.arrives)
        rows = [{"orderId": order_id, "fulfillments": self.sent} for order_id in json.loads(request.body)["orderIds"]]
        return 200, {}, json.dumps({"ordersWithFulfillments": rows})

    def _search(self, request):
        return 200, {}, json.dumps({"orders": list(self.orders.values()), "metadata": {}})

    def holds(self, tracking: str, pieces: int = 1, line: str = MUG, **more: str) -> None:
        tracked = {"trackingInfo": {"trackingNumber": tracking, **more}} if tracking else {}
        self.sent.append({"id": f"f-{len(self.sent)}", "lineItems": [{"id": line, "quantity": pieces}], **tracked})

    def on_create(self, **answer: object) -> None:
        self.mock.add(responses.POST, f"{API}/ecom/v1/fulfillments/orders/a/create-fulfillment", **answer)

    def accepts(self, tracking: str = "3SA") -> None:
        self.holds(tracking)
        row = {"orderId": "a", "fulfillments": list(self.sent)}
        self.sent.pop()
        self.on_create(json={"orderWithFulfillments": row, "fulfillmentId": "f-new"})

    def created(self) -> list[dict]:
        return [
            json.loads(call.request.body)["fulfillment"] for call in self.mock.calls if "create-f" in call.request.url
        ]


@pytest.fixture
def wix():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield Wix(mock)


def update(**changes: object) -> FulfillmentUpdate:
    return replace(FulfillmentUpdate("ref", "a", "3SA", "PostNL", "https://t.example/a", ((MUG, 2),)), **changes)


def push(one: FulfillmentUpdate | None = None):
    (outcome,) = session().push([one or update()])
    return outcome


REFUSALS = [
    {"status": 400, "json": {"message": "Validation failed", "details": {}}},
    {"status": 400, "json": {"details": {"applicationError": {"code": "QUANTITY_NOT_AVAILABLE"}}}},
    {"status": 404, "json": {"details": {"applicationError": {"code": "ORDER_NOT_FOUND"}}}},
    {"status": 409, "json": {"details": {"applicationError": {"code": "ALREADY_FULFILLED"}}}},
    {"status": 412, "body": ""},
    {"status": 422, "body": "<html>", "content_type": "text/html"},
]


@pytest.mark.django_db
@pytest.mark.parametrize("answer", [*REFUSALS, {"status": 401, "json": {}}, {"status": 403, "body": ""}])
def test_01_whatever_the_token_endpoint_says_after_an_uninstall_the_connection_asks_for_attention(wix, answer):
    wix.mock.add(responses.POST, TOKEN, **answer)
    run = sync.request_sync(make_connection(platform="wix"))
    sync.sync_due()
    run.refresh_from_db()
    assert (run.state, Connection.objects.get().state) == ("failed", "reconnect")
    assert len([call for call in wix.mock.calls if call.request.url == TOKEN]) == 2, "never an endless retry"


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "state"), [(401, "reconnect"), (403, "permission")])
def test_01_whatever_the_api_says_after_an_uninstall_the_connection_stops(wix, status, state):
    wix.mock.add(responses.POST, TOKEN, json=body("oauth_token_client_credentials_response"))
    wix.mock.replace(responses.POST, SEARCH, status=status, body="")
    sync.request_sync(make_connection(platform="wix"))
    sync.sync_due()
    assert Connection.objects.get().state == state


@pytest.mark.django_db
@pytest.mark.parametrize("is_gone", [True, False])
def test_01_a_404_after_an_uninstall_is_asked_about_at_the_token_endpoint(wix, is_gone):
    """The token that was kept is still good for hours; only the endpoint knows whether the app is gone."""
    refused = {"status": 400, "json": {"error": "invalid_client"}}
    fine = {"json": body("oauth_token_client_credentials_response")}
    wix.mock.add(responses.POST, TOKEN, **fine)
    wix.mock.add(responses.POST, TOKEN, **(refused if is_gone else fine))
    wix.mock.replace(responses.POST, SEARCH, status=404, json={"message": "Not found"})
    sync.request_sync(make_connection(platform="wix"))
    sync.sync_due()
    connection = Connection.objects.get()
    assert connection.state == ("reconnect" if is_gone else "active")
    assert bool(connection.last_error)


def test_01_a_removed_app_does_not_make_an_order_look_deleted(wix):
    """GET answers 404 for both; a parcel must not be refused for good because of it."""
    wix.mock.replace(responses.GET, f"{API}/ecom/v1/orders/a", status=404, json={"message": "Not found"})
    assert session().fetch_orders(["a"]) == OrderPage(()), "the site still answers, so it is the order that is gone"
    wix.mock.replace(responses.POST, SEARCH, status=401, json={})
    with pytest.raises(ApiUnauthorized):
        session().fetch_orders(["a"])


@pytest.mark.parametrize("answer", REFUSALS)
def test_02_a_refusal_is_explained_by_looking_whatever_its_code(wix, answer):
    wix.on_create(**answer)
    outcome = push()
    assert outcome.status is PushStatus.REJECTED
    assert len(wix.created()) == 1


@pytest.mark.parametrize("answer", REFUSALS)
def test_02_a_refusal_of_what_is_there_already_is_no_refusal(wix, answer):
    wix.on_create(**answer)
    wix.arrives = "3SA"
    assert push().status is PushStatus.DONE


@pytest.mark.parametrize("error", [{"code": "WHATEVER", "description": "no"}, {}, None])
def test_02_a_failed_item_of_many_is_explained_by_looking_too(wix, error):
    wix.orders = {name: wix.order(name) for name in "ab"}
    failed = {"itemMetadata": {"originalIndex": 1, "success": False, "error": error}}
    good = {"orderId": "a", "fulfillments": [{"id": "f", "trackingInfo": {"trackingNumber": "3SA"}, "lineItems": []}]}
    answer = [failed, {"itemMetadata": {"originalIndex": 0, "success": True}, "ordersWithFulfillments": good}]
    wix.mock.add(responses.POST, BULK, json={"results": answer})
    outcomes = session().push([update(), update(reference="b", order_id="b", tracking_number="3SB")])
    assert [outcome.status for outcome in outcomes] == [PushStatus.DONE, PushStatus.REJECTED]


@pytest.mark.parametrize(("is_ours", "status"), [(True, PushStatus.DONE), (False, PushStatus.REJECTED)])
def test_03_a_number_may_be_unique_in_its_order_or_on_the_whole_site(wix, is_ours, status):
    wix.on_create(status=409, json=body("error_409_tracking_number_already_exists"))
    wix.arrives = "3SA" if is_ours else "3SELSE"
    outcome = push()
    assert (outcome.status, outcome.code) == (status, "" if is_ours else "tracking_taken")


@pytest.mark.parametrize("is_left", [True, False])
def test_the_rest_of_a_line_is_sent_or_found_to_be_gone(wix, is_left):
    wix.holds("3SFIRST", 2)
    if is_left:
        wix.accepts()
    else:
        wix.on_create(**REFUSALS[0])
    outcome = push()
    assert wix.created()[0]["lineItems"] == [{"id": MUG, "quantity": 2}]
    assert (outcome.status, outcome.code) == ((PushStatus.DONE, "") if is_left else (PushStatus.REJECTED, "line_taken"))


@pytest.mark.parametrize("accepted", [True, False])
def test_05_a_carrier_of_our_own_without_a_link_may_be_refused(wix, accepted):
    if accepted:
        wix.accepts()
    else:
        wix.on_create(status=400, json=body("error_400_validation"))
    outcome = push(update(tracking_url=""))
    assert "trackingLink" not in wix.created()[0]["trackingInfo"], "an empty text is refused for certain"
    assert outcome.status is (PushStatus.DONE if accepted else PushStatus.REJECTED)


@pytest.mark.parametrize("link", ["https://t.example/a", "https://www.logistics.dhl/global-en/home/tracking.html"])
def test_05_a_link_may_be_kept_or_replaced_by_wix(wix, link):
    wix.holds("3SA", 2, trackingLink=link)
    assert push().status is PushStatus.DONE
    assert wix.created() == []


@pytest.mark.django_db
@pytest.mark.parametrize("after", [timedelta(0), timedelta(days=2), None], ids=["at once", "at an edit", "never"])
def test_06_the_buyer_may_be_mailed_at_once_later_or_never(after):
    connection, sent = make_connection(platform="wix"), timezone.now()
    row = make_fulfillment(connection, state="done", sent_at=sent)
    activity = {"activityType": "SHIPPING_CONFIRMATION_EMAIL_SENT"}
    activities = [] if after is None else [activity | {"createdDate": (sent + after).isoformat()}]
    changes = {"id": row.order.external_id, "updatedDate": (sent + timedelta(days=3)).isoformat()}
    mirror.store_orders(
        connection, [order_data(WixOrder.model_validate(order_number("10231") | changes | {"activities": activities}))]
    )
    row.refresh_from_db()
    assert row.buyer_mailed_at == (None if after is None else sent + after)


@pytest.mark.parametrize("status", ["FULFILLED", "PARTIALLY_FULFILLED", "NOT_FULFILLED"])
def test_07_whichever_events_follow_our_update_the_order_is_judged_by_what_was_sent(status):
    sent = OrderFulfillments.model_validate(
        {"orderId": "a", "fulfillments": [{"id": "f", "lineItems": [{"id": MUG, "quantity": 1}]}]}
    )
    order = order_number("10231")
    order |= {"fulfillmentStatus": status, "lineItems": [order["lineItems"][0] | {"id": MUG, "quantity": 1}]}
    assert import_eligibility(order_data(WixOrder.model_validate(order), sent)) in {
        ImportEligibility.FULFILLED,
        ImportEligibility.NOTHING_TO_SHIP,
    }


@pytest.mark.django_db
@pytest.mark.parametrize(("headers", "least"), [({"Retry-After": "90"}, 85), ({}, 25)])
def test_08_being_slowed_down_may_come_with_or_without_a_time(wix, headers, least):
    wix.mock.add(responses.POST, TOKEN, json=body("oauth_token_client_credentials_response"))
    wix.mock.replace(responses.POST, SEARCH, status=429, headers=headers, json={})
    sync.request_sync(make_connection(platform="wix"))
    sync.sync_due()
    assert Connection.objects.get().paused_until > timezone.now() + timedelta(seconds=least)
    assert SyncRun.objects.get().next_at > timezone.now() + timedelta(seconds=least)


def test_10_a_search_that_ignores_its_question_is_noticed(wix):
    wix.orders = {"old": wix.order("old", updatedDate="2026-10-01T00:00:00Z")}
    with pytest.raises(ApiInvalidResponse):
        session().orders_page(since=SINCE, cursor="")


@pytest.mark.parametrize("metadata", [{}, {"total": 1}, {"count": 1, "total": None}, {"hasNext": False}, None])
def test_10_a_total_may_be_there_or_not(wix, metadata):
    wix.mock.replace(responses.POST, SEARCH, json={"orders": [wix.order("a")], "metadata": metadata})
    assert session().orders_page(since=None, cursor="").next_cursor == ""


@pytest.mark.parametrize("metadata", [None, {}, {"count": 100}, {"hasNext": True}, {"hasNext": True, "cursors": {}}])
def test_10_a_full_page_without_a_cursor_goes_on_from_its_last_date(wix, metadata):
    orders = [wix.order(f"o{n}", updatedDate=f"2026-11-02T00:{n // 60:02}:{n % 60:02}.000Z") for n in range(100)]
    wix.mock.replace(responses.POST, SEARCH, json={"orders": orders, "metadata": metadata})
    page = session().orders_page(since=SINCE, cursor="")
    assert page.next_cursor == "after:2026-11-02T00:01:39.000Z"
    with pytest.raises(ApiInvalidResponse):
        session().orders_page(since=SINCE, cursor=page.next_cursor)
    question = json.loads(wix.mock.calls[-1].request.body)["search"]
    assert question["filter"]["updatedDate"] == {"$gte": "2026-11-02T00:01:39.000Z"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "answer", [{"status": 400, "json": {"message": "cursor expired"}}, {"status": 200, "json": []}]
)
def test_10_a_cursor_may_live_for_ever_or_expire(wix, answer):
    wix.mock.add(responses.POST, TOKEN, json=body("oauth_token_client_credentials_response"))
    wix.mock.replace(responses.POST, SEARCH, **answer)
    run = sync.request_sync(make_connection(platform="wix"))
    SyncRun.objects.update(cursor="an old one")
    sync.sync_due()
    run.refresh_from_db()
    assert (run.cursor, run.state) == ("", "running")


@pytest.mark.parametrize("delayed", [True, False])
def test_10_the_search_may_lag_or_not(wix, delayed):
    wix.orders = {} if delayed else {name: wix.order(name) for name in "ab"}
    for name in "ab":
        wix.order(name)
    assert {order.external_id for order in session().fetch_orders(["a", "b"]).orders} == {"a", "b"}


@pytest.mark.parametrize("with_destination", [True, False])
def test_11_a_pickup_is_one_with_or_without_a_destination(with_destination):
    order = order_number("10240")
    logistics = dict(order["shippingInfo"]["logistics"])
    destination = order_number("10231")["shippingInfo"]["logistics"]["shippingDestination"]
    if with_destination:
        logistics["shippingDestination"] = destination
    else:
        logistics.pop("shippingDestination", None)
    data = order_data(WixOrder.model_validate(order | {"shippingInfo": {"logistics": logistics}}))
    assert import_eligibility(data) is ImportEligibility.PICKUP


@pytest.mark.parametrize("recognised", [True, False])
def test_11_a_delivery_around_the_corner_is_imported_whether_recognised_or_not(recognised):
    order = order_number("10248")
    if not recognised:
        order["shippingInfo"]["logistics"].pop("deliveryTimeSlot")
    data = order_data(WixOrder.model_validate(order))
    assert import_eligibility(data) is ImportEligibility.OPEN
    assert bool(data.delivery_slot) is recognised


@pytest.mark.parametrize("subtotal", ["1.00", "999.00"], ids=["net", "gross"])
def test_12_the_subtotal_is_never_read(subtotal):
    order = order_number("10235")
    prices = order["priceSummary"] | {"subtotal": {"amount": subtotal}}
    assert order_data(WixOrder.model_validate(order | {"priceSummary": prices})) == order_data(
        WixOrder.model_validate(order)
    )


@pytest.mark.parametrize(
    "fields", [{}, {"somethingNew": {"a": 1}, "permissions": "OWNER", "uid": "u", "siteOwnerId": "o"}]
)
def test_13_the_signed_instance_may_hold_more_or_fewer_fields(fields):
    minimal = {"instanceId": GOOD["instanceId"], "signDate": SIGNED_AT.isoformat()} | fields
    data = base64.urlsafe_b64encode(json.dumps(minimal).encode()).rstrip(b"=")
    signature = base64.urlsafe_b64encode(hmac.new(VECTOR["app_secret"].encode(), data, hashlib.sha256).digest())
    signed = f"{signature.rstrip(b'=').decode()}.{data.decode()}"
    assert verify(signedInstance=signed).installation_id == GOOD["instanceId"]


@pytest.mark.parametrize("repeated", [True, False])
def test_13_an_app_that_is_there_already_may_come_back_at_once(repeated):
    parameters = GOOD | ({"update": "1"} if repeated else {})
    proof = oauth.verify(parameters, app_id=GOOD["appId"], secret=VECTOR["app_secret"], now=SIGNED_AT)
    assert proof.installation_id == GOOD["instanceId"]


@pytest.mark.parametrize("status", ["FULFILLED", "PARTIALLY_FULFILLED"])
def test_14_a_mixed_order_may_or_may_not_be_complete_without_its_digital_line(status):
    order = order_number("10236") | {"fulfillmentStatus": status}
    (physical, *_digital) = order["lineItems"]
    lines = [{"id": physical["id"], "quantity": physical["quantity"]}]
    sent = OrderFulfillments.model_validate({"orderId": "a", "fulfillments": [{"id": "f", "lineItems": lines}]})
    assert import_eligibility(order_data(WixOrder.model_validate(order), sent)) in {
        ImportEligibility.FULFILLED,
        ImportEligibility.NOTHING_TO_SHIP,
    }


@pytest.mark.parametrize("counted", [True, False])
def test_14_refunded_pieces_are_never_told_whether_wix_still_counts_them_or_not(wix, counted):
    line = wix.orders["a"]["lineItems"][0] | {"refundQuantity": 3}
    wix.mock.replace(responses.GET, f"{API}/ecom/v1/orders/a", json={"order": wix.orders["a"] | {"lineItems": [line]}})
    if counted:
        wix.accepts()
    else:
        wix.on_create(**REFUSALS[1])
    push(update(lines=((MUG, 4),)))
    assert wix.created()[0]["lineItems"] == [{"id": MUG, "quantity": 1}]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("dashboard", "site", "link"),
    [
        (
            "https://manage.wix.com",
            "site-1",
            "https://manage.wix.com/dashboard/site-1/ecom-platform/order-details/a%2Fb",
        ),
        ("", "site-1", ""),
        ("https://manage.wix.com", "", ""),
    ],
)
def test_15_the_link_into_wixs_dashboard_can_be_left_out(dashboard, site, link):
    """Wherever it leads, every sentence names the order by its number; with the setting empty no page offers it."""
    wix = WixProvider(app_id="", secret="", web_url="https://www.wix.com", api_url=API, dashboard_url=dashboard)
    assert wix.order_url(site, "a/b") == link
