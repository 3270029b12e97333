"""Collects an answer of every MyParcel endpoint of the sandbox: as the API sends it and as the client gives it."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.clients.myparcel.conftest import Refused, Sdk
from tests.clients.shapes.comparison import Answers
from tests.sandbox_server import MyParcelSandbox, receiving
from tests.stack import eventually

SHIPMENT = "application/vnd.shipment+json;charset=utf-8;version=1.1"
RETURN = "application/vnd.return_shipment+json;charset=utf-8"
JSON, VERSION_2 = "application/json;charset=utf-8", "application/json;charset=utf-8;version=2.0"
NL = {"cc": "NL", "postal_code": "3524KB", "city": "Utrecht", "street": "Lindelaan", "number": "12", "person": "Hanna"}
BE = {"cc": "BE", "postal_code": "9000", "city": "Gent", "street": "Korenmarkt", "number": "7", "person": "Wout"}
US = {"cc": "US", "postal_code": "97209", "city": "Portland", "street": "235 West 23rd Street", "state": "OR"}
STATUS, LABEL = "shipment_status_change", "shipment_label_created"
REACH = {"email": "emily@mail.example", "phone": "+15035550100"}
FORM = {
    "contents": 1,
    "invoice": "INV-1",
    "weight": 700,
    "items": [
        {
            "description": "Mug",
            "amount": 2,
            "weight": 350,
            "item_value": {"amount": 1495, "currency": "EUR"},
            "classification": "6912002310",
            "country": "NL",
        }
    ],
}
PLACE = "cc=NL&postal_code=3524KB&number=12&platform=myparcel&carrier=postnl"
CAPABILITIES = {"recipient": {"countryCode": "NL", "postalCode": "3524KB"}}
RATE = CAPABILITIES | {"carrier": "POSTNL", "packageType": "PACKAGE", "deliveryType": "STANDARD_DELIVERY"}


@dataclass(frozen=True)
class Call:
    """``name`` begins with the method; ``path`` may hold {one} and {all} (ids of shipments) and {hook}."""

    name: str
    path: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    switches: dict[str, Any] = field(default_factory=dict)


def version_2(name: str, path: str, body: Any = None) -> Call:
    return Call(name, path, body, {"Content-Type": VERSION_2, "Accept": VERSION_2})


# One line for each endpoint that needs no more than the shipments of `_create`.
CALLS = (
    Call("GET /shipments", "/shipments?size=50"),
    Call("GET /shipments", "/shipments?q=nothing"),
    Call("GET /shipments/{ids}", "/shipments/{all}"),
    Call("GET /shipments/{ids}", "/shipments/{all}?link_consumer_portal=1"),
    Call("GET /shipment_labels/{ids}", "/shipment_labels/{all}", headers={"Accept": JSON}),
    Call("GET /v2/shipment_labels/{ids}", "/v2/shipment_labels/{all}", headers={"Accept": JSON}),
    Call(
        "GET /shipment_labels/{ids}, not paid",
        "/shipment_labels/{one}",
        headers={"Accept": JSON},
        switches={"payment_required": True},
    ),
    Call("GET /tracktraces/{ids}", "/tracktraces/{all}"),
    Call("GET /tracktraces/{ids}", "/tracktraces/{all}?link_consumer_portal=1"),
    Call("POST /return_shipments", "/return_shipments", {}, {"Content-Type": JSON}),
    Call("GET /webhook_subscriptions", "/webhook_subscriptions"),
    Call("GET /webhook_subscriptions", "/webhook_subscriptions/{hook}"),
    version_2("POST /shipments/capabilities", "/shipments/capabilities", CAPABILITIES),
    version_2("POST /shipments/capabilities/contract-definitions", "/shipments/capabilities/contract-definitions", {}),
    version_2("POST /shipments/rates", "/shipments/rates", RATE),
    version_2("GET /delivery_options", f"/delivery_options?{PLACE}"),
    version_2("GET /pickup_locations", f"/pickup_locations?{PLACE}"),
    version_2("GET /whoami", "/whoami"),
    # Refusals.
    Call("GET /shipments", "/shipments?page=0"),
    Call("GET /shipment_labels/{ids}", "/shipment_labels/1", headers={"Accept": JSON}),
    Call("GET /shipment_labels/{ids}", "/shipment_labels/{one}?format=A3", headers={"Accept": JSON}),
    Call("DELETE /shipments/{ids}", "/shipments/{all}"),
    Call("POST /shipments", "/shipments", {"data": {"shipments": [{"carrier": "x"}]}}, {"Content-Type": SHIPMENT}),
    Call("POST /shipments", "/shipments", {}, {"Content-Type": "text/plain"}),
    Call("GET /shipments", "/shipments", headers={"Authorization": "bearer wrong"}),
    Call("GET /shipments", "/shipments", switches={"fault": "429", "fault_count": 1}),
)


class Api:
    """Calls with the account's key, whose answers are kept."""

    def __init__(self, myparcel: MyParcelSandbox, answers: Answers) -> None:
        self.myparcel, self.answers, self.session = myparcel, answers, requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"bearer {base64.b64encode(myparcel.key.encode()).decode()}"
        self.session.headers["User-Agent"] = "Shapes/1.0"
        self.ids: dict[str, str] = {}

    def perform(self, call: Call) -> Any:
        """A refusal is kept under ``errors``; a page that is not there answers HTML, which is kept nowhere."""
        if call.switches:
            self.myparcel.set_switches(**call.switches)
        url = self.myparcel.api + call.path.format(**self.ids)
        body = json.dumps(call.body) if call.body is not None else None
        answer = self.session.request(call.name.split()[0], url, data=body, headers=call.headers, timeout=30)
        if call.switches:
            self.myparcel.set_switches(fault="", payment_required=False)
        if "json" not in answer.headers.get("Content-Type", ""):
            return None
        is_answer = answer.ok or "not paid" in call.name
        return self.answers.add(call.name if is_answer else "errors", answer.json())


def parcel(recipient: dict[str, Any], number: str, **more: Any) -> dict[str, Any]:
    options = {"package_type": 1, "delivery_type": 2, "label_description": f"Order {number}"}
    return {"carrier": 1, "recipient": recipient | REACH, "options": options, "reference_identifier": number} | more


def collect(myparcel: MyParcelSandbox, sdk: Sdk) -> Answers:
    # Its client hands on the text, although it declares a date.
    answers = Answers(dates=r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")
    api = Api(myparcel, answers)
    with receiving() as (url, bodies):
        _subscribe(api, url)
        _create(api)
        for call in CALLS:
            api.perform(call)
        _ask_client(sdk, api.ids, url, answers)
        eventually(lambda: LABEL in {_hook_of(body) for body in list(bodies)})
    for body in bodies:
        answers.add(f"webhook {_hook_of(body)}", json.loads(body))
    return answers


def _hook_of(body: str) -> str:
    """By its content, because the header that names it is not kept."""
    return LABEL if "printer_identifier" in body else STATUS


def _subscribe(api: Api, url: str) -> None:
    hooks = [{"hook": hook, "url": url} for hook in (STATUS, LABEL)]
    wanted = {"data": {"webhook_subscriptions": hooks}}
    made = api.perform(Call("POST /webhook_subscriptions", "/webhook_subscriptions", wanted, {"Content-Type": JSON}))
    api.ids["hook"] = str(made["data"]["ids"][0]["id"])


def _create(api: Api) -> None:
    """Shipments of every kind, which have got their labels and are on their way."""
    many = parcel(NL, "S2", secondary_shipments=[{"reference_identifier": "S2-2"}])
    abroad = parcel(US | {"person": "Emily"}, "S4", customs_declaration=FORM, physical_properties={"weight": 700})
    wanted = {"data": {"shipments": [parcel(NL, "S1"), many, parcel(BE, "S3"), abroad]}}
    made = api.perform(Call("POST /shipments", "/shipments", wanted, {"Content-Type": SHIPMENT}))
    ids = [str(row["id"]) for row in made["data"]["ids"]]
    api.ids |= {"one": ids[0], "all": ";".join(ids)}
    api.perform(Call("GET /shipments/{ids}", "/shipments/{all}"))
    for status in (2, 3, 4, 5, 7):
        for number in ids:
            api.myparcel.ask("move", {"id": int(number), "status": status, "delayed": status == 4})
    one = {"data": {"shipments": [parcel(NL, "S5")]}}
    headers = {"Content-Type": SHIPMENT, "Accept": "application/json;charset=utf-8;version=1.2"}
    api.perform(Call("POST /shipments, version 1.2", "/shipments", one, headers))
    back = {"data": {"return_shipments": [{"parent": int(ids[0]), "name": "Hanna", "email": "hanna@mail.example"}]}}
    api.perform(Call("POST /shipments", "/shipments", back, {"Content-Type": RETURN}))


def _ask_client(sdk: Sdk, ids: dict[str, str], url: str, answers: Answers) -> None:
    def ask(method: str, **options: Any) -> None:
        try:
            answer = sdk.call(method, **options)
        except Refused as refused:
            answers.add("client errors", refused.data)
            return
        # The client hands on a page of HTML, such as "not found", as a text.
        if not isinstance(answer, str):
            answers.add(f"client {method}", answer)

    ask("postShipments", body=[parcel(NL, "C1")])
    ask("getShipment", path={"id": ids["one"]})
    ask("getShipments", parameters={"size": 50})
    ask("getTrackAndTrace", path={"shipment_id": ids["one"]})
    ask("postWebhookSubscriptions", body=[{"hook": LABEL, "url": url}])
    ask("getWebhookSubscriptions")
    for method in ("getDeliveryOptions", "getPickupLocations"):
        ask(method, parameters=dict(pair.split("=") for pair in PLACE.split("&")))
    ask("postShipments", body=[parcel(NL, "C2", carrier=99)])
