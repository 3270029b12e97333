"""Wix's own JavaScript clients work with the sandbox unchanged."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from tests.clients.conftest import Client, ClientRefused
from tests.sandbox_server import SITE, WixSandbox, listening
from tests.stack import eventually

pytestmark = [pytest.mark.stack, pytest.mark.clients]
LINE_1, LINE_2 = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"
NOBODY = "6fa5b0f2-aa5f-4dba-9c31-2532ddf4b2a3"


def tracking(number: str) -> dict[str, str]:
    return {"trackingNumber": number, "shippingProvider": "PostNL", "trackingLink": f"https://track.example/{number}"}


def fulfillment(number: str, line: str = LINE_1, quantity: int = 1) -> dict[str, Any]:
    return {"lineItems": [{"_id": line, "quantity": quantity}], "trackingInfo": tracking(number)}


def test_a_token_is_minted_once_for_many_calls(client: Client, sandbox: WixSandbox):
    sandbox.ask("/sandbox/requests", {})
    site = client.call("appInstances", "getAppInstance")
    client.call("appInstances", "getAppInstance")
    app = sandbox.app["instances"][0]
    assert site["instance"]["instanceId"] == app["instanceId"]
    assert site["site"]["siteId"] == app["siteId"]
    assert "stores" in site["site"]["installedWixApps"]
    assert sandbox.ask("/sandbox/requests")["instances"][0]["endpoints"] == {
        "GET /apps/v1/instance": 2,
        "POST /oauth2/token": 1,
    }


def test_a_wrong_secret_gets_no_token_and_makes_no_call(new_client: Any, sandbox: WixSandbox):
    sandbox.ask("/sandbox/requests", {})
    with pytest.raises(ClientRefused, match="System error occurred"):
        new_client(appSecret="wrong").call("appInstances", "getAppInstance")
    calls = sandbox.ask("/sandbox/requests")["instances"][0]
    assert (calls["endpoints"], calls["statuses"]) == ({"POST /oauth2/token": 1}, {"400": 1})


def test_orders_are_searched_page_by_page_under_the_clients_own_names(client: Client, sandbox: WixSandbox):
    numbers = sandbox.ask("/sandbox/orders", {"site": SITE, "count": 5})["numbers"]
    search = {
        "filter": {"$and": [{"number": {"$in": numbers}}, {"status": "APPROVED"}]},
        "sort": [{"fieldName": "_createdDate", "order": "ASC"}],
        "cursorPaging": {"limit": 2},
    }
    found, pages = [], 0
    while True:
        page = client.orders("searchOrders", search)
        found, pages = found + page["orders"], pages + 1
        if not page["metadata"]["hasNext"]:
            break
        search = {"cursorPaging": {"limit": 2, "cursor": page["metadata"]["cursors"]["next"]}}
    assert ([order["number"] for order in found], pages) == (numbers, 3)
    assert len({order["_id"] for order in found}) == 5
    assert all(order["_createdDate"].endswith("Z") and order["lineItems"][0]["_id"] == LINE_1 for order in found)


def test_two_operators_on_one_field_are_refused(client: Client):
    both = {"_createdDate": {"$gte": "2026-11-16T00:00:00Z", "$lt": "2026-11-23T00:00:00Z"}}
    with pytest.raises(ClientRefused) as refusal:
        client.orders("searchOrders", {"filter": both})
    assert refusal.value.code == "SE-1105"


def test_one_order_is_read_and_an_unknown_one_is_not_there(client: Client, sandbox: WixSandbox):
    order = sandbox.add_order()
    assert client.orders("getOrder", order["id"])["number"] == order["number"]
    with pytest.raises(ClientRefused) as refusal:
        client.orders("getOrder", NOBODY)
    assert refusal.value.code == "ORDER_NOT_FOUND"
    assert refusal.value.details["requestId"], "support asks for it"


def test_a_fulfillment_is_created_listed_changed_and_deleted(client: Client, sandbox: WixSandbox):
    order_id = sandbox.add_order()["id"]
    made = client.fulfillments("createFulfillment", order_id, fulfillment("T1"))
    ids = {"fulfillmentId": made["fulfillmentId"], "orderId": order_id}
    assert made["orderWithFulfillments"]["fulfillments"][0]["_id"] == made["fulfillmentId"]
    assert client.orders("getOrder", order_id)["fulfillmentStatus"] == "PARTIALLY_FULFILLED"
    listed = client.fulfillments("listFulfillmentsForSingleOrder", order_id)["orderWithFulfillments"]
    assert listed["fulfillments"][0]["lineItems"] == [{"_id": LINE_1, "quantity": 1}]
    many = client.fulfillments("listFulfillmentsForMultipleOrders", [order_id])["ordersWithFulfillments"]
    assert [row["orderId"] for row in many] == [order_id]
    changed = client.fulfillments("updateFulfillment", ids, {"fulfillment": {"trackingInfo": tracking("T2")}})
    assert changed["fulfillments"][0]["trackingInfo"] == tracking("T2")
    left = client.fulfillments("deleteFulfillment", ids)["orderWithFulfillments"]
    assert left == {"orderId": order_id, "fulfillments": []}
    assert client.orders("getOrder", order_id)["fulfillmentStatus"] == "NOT_FULFILLED"


def test_a_number_in_use_is_a_conflict_with_the_documented_code(client: Client, sandbox: WixSandbox):
    order_id = sandbox.add_order()["id"]
    client.fulfillments("createFulfillment", order_id, fulfillment("T1"))
    with pytest.raises(ClientRefused) as refusal:
        client.fulfillments("createFulfillment", order_id, fulfillment("T1", LINE_2))
    assert refusal.value.code == "TRACKING_NUMBER_ALREADY_EXISTS"


def test_many_orders_are_told_at_once_with_a_result_for_each(client: Client, sandbox: WixSandbox):
    ids = [sandbox.add_order()["id"], NOBODY, sandbox.add_order()["id"]]
    rows = [{"orderId": order_id, "fulfillments": [fulfillment(f"T{place}")]} for place, order_id in enumerate(ids)]
    answer = client.fulfillments("bulkCreateFulfillments", rows)
    metadata = {row["itemMetadata"]["originalIndex"]: row["itemMetadata"] for row in answer["results"]}
    assert [metadata[place]["success"] for place in range(3)] == [True, False, True]
    assert metadata[1]["error"]["code"] == "ORDER_NOT_FOUND"
    assert answer["bulkActionMetadata"] == {"totalSuccesses": 2, "totalFailures": 1, "undetailedFailures": 0}


def test_a_missing_permission_is_refused_without_a_word(client: Client, sandbox: WixSandbox):
    order_id = sandbox.add_order()["id"]
    sandbox.set_switches(permissions="read_only")
    assert client.orders("getOrder", order_id)
    with pytest.raises(ClientRefused) as refusal:
        client.fulfillments("createFulfillment", order_id, fulfillment("T1"))
    # The answer has no body; the words are the client's own.
    application_error = refusal.value.details["applicationError"]
    assert (refusal.value.code, application_error["description"]) == ("403", "Forbidden")
    assert application_error["data"]["details"] is None
    sandbox.reset_switches()


@pytest.fixture
def received(sandbox: WixSandbox) -> Iterator[list[str]]:
    with listening(sandbox) as bodies:
        yield bodies
    sandbox.reset_switches()


def processed(client: Client, bodies: list[str]) -> dict[str, dict[str, Any]]:
    """Every body verified and unwrapped by the client's own ``webhooks.process``; what handlers got, by handler."""
    for body in bodies:
        client.call("webhooks", "process", parameters=(body,))
    return {heard["name"]: heard["event"] for heard in client.call("heard")}


def test_webhooks_are_verified_and_unwrapped_to_what_handlers_expect(
    client: Client, sandbox: WixSandbox, received: list[str]
):
    order = sandbox.add_order()
    client.fulfillments("createFulfillment", order["id"], fulfillment("T1", LINE_1, 2))
    client.fulfillments("createFulfillment", order["id"], fulfillment("T2", LINE_2))
    sandbox.ask(f"/sandbox/orders/{order['id']}/edit", {"order": {"buyerNote": "Anders"}})
    sandbox.ask(f"/sandbox/orders/{order['id']}/cancel", {})
    sandbox.ask("/sandbox/remove-app", {"site": SITE})
    sandbox.install()
    eventually(lambda: len(received) == 14)
    events = processed(client, received)
    assert set(events) == {
        "onOrderCreated",
        "onOrderApproved",
        "onOrderPaymentStatusUpdated",
        "onFulfillmentsUpdated",
        "onOrderFulfilled",
        "onOrderUpdated",
        "onOrderCommitted",
        "onOrderCanceled",
        "onAppInstanceRemoved",
        "onAppInstanceInstalled",
    }
    instance_id = sandbox.app["instances"][0]["instanceId"]
    assert {event["metadata"]["instanceId"] for event in events.values()} == {instance_id}
    assert events["onOrderCreated"]["entity"]["_id"] == order["id"]
    assert events["onOrderPaymentStatusUpdated"]["data"]["order"]["_id"] == order["id"]
    assert events["onOrderFulfilled"]["data"]["newFulfillmentStatus"] == "FULFILLED"
    assert events["onOrderFulfilled"]["metadata"]["identity"] == {"identityType": "APP", "appId": sandbox.app["appId"]}
    sent = events["onFulfillmentsUpdated"]["entity"]["fulfillments"]
    assert [row["trackingInfo"]["trackingNumber"] for row in sent] == ["T1", "T2"]
    assert events["onOrderCommitted"]["data"]["draftOrderId"]
    assert events["onOrderCanceled"]["metadata"]["entityId"] == order["id"]
    assert events["onAppInstanceRemoved"]["data"] == {"appId": sandbox.app["appId"]}


@pytest.mark.parametrize("header", ["plain", "bare", "kid"])
def test_every_header_a_jwt_may_have_is_accepted(client: Client, sandbox: WixSandbox, received: list[str], header: str):
    sandbox.set_switches(webhook_header=header)
    sandbox.add_order()
    eventually(lambda: len(received) == 3)
    assert "onOrderCreated" in processed(client, received)


def test_the_public_key_may_come_as_base64_of_the_pem(new_client: Any, sandbox: WixSandbox, received: list[str]):
    sandbox.add_order()
    eventually(lambda: len(received) == 3)
    encoded = base64.b64encode(sandbox.app["webhookPublicKey"].encode()).decode()
    assert "onOrderApproved" in processed(new_client(publicKey=encoded), received)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("bad_signature", "signature verification failed"),
        ("unsigned", "alg none is not supported"),
        ("expired", '"exp" claim timestamp check failed'),
    ],
)
def test_a_spoilt_webhook_is_refused(client: Client, sandbox: WixSandbox, received: list[str], fault: str, words: str):
    sandbox.set_switches(webhook_fault=fault)
    sandbox.add_order()
    eventually(lambda: len(received) == 3)
    for body in received:
        with pytest.raises(ClientRefused, match=words):
            client.call("webhooks", "process", parameters=(body,))
    assert client.call("heard") == []
