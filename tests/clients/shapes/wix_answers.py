"""Collects an answer of every Wix endpoint of the sandbox: as REST sends it, as the client gives it, and webhooks."""

import json
from collections.abc import Callable
from typing import Any

import jwt
import requests

from tests.clients.conftest import Client
from tests.clients.shapes.comparison import Answers
from tests.sandbox_server import SITE, WixSandbox, listening
from tests.stack import eventually

LINE_1, LINE_2 = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"
NOBODY = "6fa5b0f2-aa5f-4dba-9c31-2532ddf4b2a3"
FULFILLMENTS = "/ecom/v1/fulfillments"
SEARCH, GET, LIST = "POST /ecom/v1/orders/search", "GET /ecom/v1/orders/{id}", f"GET {FULFILLMENTS}/orders/{{id}}"
CREATE, BULK = "POST …/create-fulfillment", "POST …/bulk/create-fulfillments"
# The orders of a search have the form of all others.
WHOLE = (SEARCH,)
STATUSES = ["INITIALIZED", "APPROVED", "CANCELED", "PENDING", "REJECTED"]
# The raw type's names of the members that are JSON texts.
TEXTS = {"entityAsJson": "entity", "currentEntityAsJson": "currentEntity", "bodyAsJson": "body"}


class Rest:
    """Calls of the site's app, whose answers are kept."""

    def __init__(self, sandbox: WixSandbox, answers: Answers) -> None:
        self.sandbox, self.answers, self.session = sandbox, answers, requests.Session()
        self.session.trust_env = False

    def call(self, name: str, path: str, body: Any = None) -> Any:
        """``name`` begins with the method. A refusal is kept under ``errors``."""
        answer = self.session.request(name.split()[0], self.sandbox.url + path, json=body, timeout=30)
        if not answer.content:
            assert not answer.ok, f"{name} answers nothing"
            return None
        return self.answers.add(name if answer.ok else "errors", answer.json())

    def connect(self) -> None:
        app = self.sandbox.app
        credentials = {"client_id": app["appId"], "client_secret": app["appSecret"]}
        instance = {"grant_type": "client_credentials", "instance_id": app["instances"][0]["instanceId"]}
        token = self.call("POST /oauth2/token", "/oauth2/token", credentials | instance)["access_token"]
        self.session.headers["Authorization"] = token
        self.call("POST /oauth2/token-info", "/oauth2/token-info", {"token": token})
        self.call("GET /apps/v1/instance", "/apps/v1/instance")


def fulfillment(number: str, line: str = LINE_1, **more: Any) -> dict[str, Any]:
    tracking = {
        "trackingNumber": number,
        "shippingProvider": "PostNL",
        "trackingLink": f"https://track.example/{number}",
    }
    return {"lineItems": [{"id": line, "quantity": 1}], "trackingInfo": tracking} | more


def collect(sandbox: WixSandbox, new_client: Callable[[], Client]) -> Answers:
    answers = Answers(whole=WHOLE)
    rest = Rest(sandbox, answers)
    rest.connect()
    _read_orders(rest)
    _send(rest)
    _be_refused(rest)
    client = new_client()
    _ask_client(client, sandbox, answers)
    for switch in ("objects", "texts"):
        _hear(rest, client, switch)
    sandbox.reset_switches()
    return answers


def _read_orders(rest: Rest) -> None:
    """Every order of every situation in the seed, with those that a search leaves out unless they are named."""
    paging: dict[str, Any] = {"filter": {"status": {"$in": STATUSES}}, "cursorPaging": {"limit": 50}}
    while True:
        page = rest.call(SEARCH, "/ecom/v1/orders/search", {"search": paging})
        for order in page["orders"][::10]:
            rest.call(GET, f"/ecom/v1/orders/{order['id']}")
        if not page["metadata"]["hasNext"]:
            break
        paging = {"cursorPaging": {"limit": 50, "cursor": page["metadata"]["cursors"]["next"]}}
    rest.call(SEARCH, "/ecom/v1/orders/search", {"search": {"filter": {"number": "none"}}})


def _send(rest: Rest) -> None:
    """An order is sent in parts, read, changed, canceled; many are sent at once."""
    order_id = rest.sandbox.add_order()["id"]
    of_order = f"{FULFILLMENTS}/orders/{order_id}"
    rest.call(LIST, of_order)
    made = rest.call(CREATE, f"{of_order}/create-fulfillment", {"fulfillment": fulfillment("S1")})
    custom = {"lineItems": [{"id": LINE_2, "quantity": 1}], "customInfo": {"fieldsData": {"note": "by hand"}}}
    for content in (custom, fulfillment("S2", status="Ready", completed=True)):
        rest.call(CREATE, f"{of_order}/create-fulfillment", {"fulfillment": content})
    one = f"{FULFILLMENTS}/{made['fulfillmentId']}/orders/{order_id}"
    changes = {"trackingInfo": {"trackingNumber": "S3"}, "status": "Fulfilled", "completed": True}
    rest.call(f"PATCH {FULFILLMENTS}/{{id}}/orders/{{id}}", one, {"fulfillment": changes})
    rest.call(LIST, of_order)
    rest.call(f"POST {FULFILLMENTS}/list-by-ids", f"{FULFILLMENTS}/list-by-ids", {"orderIds": [order_id]})
    rest.call(GET, f"/ecom/v1/orders/{order_id}")
    rest.call(f"DELETE {FULFILLMENTS}/{{id}}/orders/{{id}}", one)
    address = {"recipientInfo": {"contactDetails": {"phone": "0655550100"}}}
    rest.call("PATCH /ecom/v1/orders/{id}", f"/ecom/v1/orders/{order_id}", {"order": address})
    rest.call(
        "POST /ecom/v1/orders/{id}/cancel", f"/ecom/v1/orders/{order_id}/cancel", {"sendOrderCanceledEmail": True}
    )
    rows = [{"orderId": rest.sandbox.add_order()["id"], "fulfillments": [fulfillment("S4")]}]
    rows += [{"orderId": NOBODY, "fulfillments": [fulfillment("S5")]}, {"orderId": order_id, "fulfillments": []}]
    rest.call(BULK, f"{FULFILLMENTS}/orders/bulk/create-fulfillments", {"ordersWithFulfillments": rows})


def _be_refused(rest: Rest) -> None:
    """Refusals of every kind."""
    order_id = rest.sandbox.add_order()["id"]
    create = f"{FULFILLMENTS}/orders/{order_id}/create-fulfillment"
    rest.call(GET, f"/ecom/v1/orders/{NOBODY}")
    rest.call(CREATE, create, {"fulfillment": {"lineItems": [{"id": LINE_1, "quantity": 99}]}})
    rest.call(CREATE, create, {"fulfillment": {"lineItems": []}})
    rest.call(CREATE, create, {"fulfillment": fulfillment("R1")})
    rest.call(CREATE, create, {"fulfillment": fulfillment("R1", LINE_2)})
    both = {"createdDate": {"$gte": "2026-11-16T00:00:00Z", "$lt": "2026-11-23T00:00:00Z"}}
    rest.call(SEARCH, "/ecom/v1/orders/search", {"search": {"filter": both}})
    rest.call("PATCH /ecom/v1/orders/{id}", f"/ecom/v1/orders/{order_id}", {"order": {"number": "1"}})
    for switches in ({"permissions": "none", "forbidden_body": "details"}, {"rate_limit": 1}, {"fault": "500"}):
        rest.sandbox.set_switches(**switches)
        for _ in range(2):
            rest.call(GET, f"/ecom/v1/orders/{order_id}")
        rest.sandbox.reset_switches()
    # The reset of a minute's calls is by the clock; a token of its own is not needed for the next calls.
    rest.sandbox.set_switches(rate_limit=0)
    token = rest.session.headers.pop("Authorization")
    rest.call(GET, f"/ecom/v1/orders/{order_id}")
    rest.session.headers["Authorization"] = token


def _ask_client(client: Client, sandbox: WixSandbox, answers: Answers) -> None:
    def ask(module: str, method: str, *parameters: Any) -> Any:
        answer = client.call(module, method, parameters=parameters, with_dates=True)
        return answers.add_from_client(f"client {module}.{method}", answer)

    order_id = sandbox.add_order()["id"]
    line = {"lineItems": [{"_id": LINE_1, "quantity": 1}]}
    ask("appInstances", "getAppInstance")
    page = ask("orders", "searchOrders", {"cursorPaging": {"limit": 100}})
    for order in page["orders"][1::7]:
        ask("orders", "getOrder", order["_id"])
    made = ask("orderFulfillments", "createFulfillment", order_id, fulfillment("C1") | line)
    ids = {"fulfillmentId": made["fulfillmentId"], "orderId": order_id}
    ask("orderFulfillments", "listFulfillmentsForSingleOrder", order_id)
    ask("orderFulfillments", "listFulfillmentsForMultipleOrders", [order_id])
    ask("orderFulfillments", "updateFulfillment", ids, {"fulfillment": {"trackingInfo": {"trackingNumber": "C2"}}})
    ask("orderFulfillments", "deleteFulfillment", ids)
    rows = [{"orderId": sandbox.add_order()["id"], "fulfillments": [fulfillment("C3") | line]}, {"orderId": NOBODY}]
    ask("orderFulfillments", "bulkCreateFulfillments", rows)


def _hear(rest: Rest, client: Client, payload: str) -> None:
    """Every event, on the wire and as the client hands it over; ``payload`` is a value of `webhook_payload`."""
    sandbox = rest.sandbox
    sandbox.set_switches(webhook_payload=payload)
    with listening(sandbox) as bodies:
        order_id = sandbox.add_order()["id"]
        lines = {"lineItems": [{"id": LINE_1, "quantity": 2}, {"id": LINE_2, "quantity": 1}]}
        create = f"{FULFILLMENTS}/orders/{order_id}/create-fulfillment"
        rest.call(CREATE, create, {"fulfillment": fulfillment("W1") | lines})
        changes = {"order": {"buyerNote": "Anders"}}
        sandbox.ask(f"/sandbox/orders/{order_id}/edit", changes)
        sandbox.ask(f"/sandbox/orders/{order_id}/cancel", {})
        sandbox.ask("/sandbox/remove-app", {"site": SITE})
        sandbox.install()
        eventually(lambda: "AppInstalled" in {_opened(body)["eventType"] for body in list(bodies)})
        rest.connect()
    for body in bodies:
        _keep(rest.answers, _opened(body))
        if payload == "objects":
            client.call("webhooks", "process", parameters=(body,))
    for heard in client.call("heard", with_dates=True) if payload == "objects" else []:
        rest.answers.add_from_client(f"client {heard['name']}", heard["event"])


def _opened(body: str) -> dict[str, Any]:
    envelope: dict[str, Any] = json.loads(jwt.decode(body, options={"verify_signature": False})["data"])
    return envelope


def _keep(answers: Answers, envelope: dict[str, Any]) -> None:
    answers.add("webhook envelope", envelope)
    answers.add("webhook identity", json.loads(envelope["identity"]))
    event = json.loads(envelope["data"])
    name = f"webhook {envelope['eventType']}"
    members = {kind: event[kind] for kind in ("createdEvent", "updatedEvent", "actionEvent") if kind in event}
    if any(set(member) & set(TEXTS) for member in members.values()):
        answers.add("webhook, as declared", event)
        parsed = {
            kind: {TEXTS[key]: json.loads(text) for key, text in member.items()} for kind, member in members.items()
        }
        answers.add(name, event | parsed)
    else:
        answers.add(name, event)
