"""The stand-in behaves as Wix does, as far as our contract with Wix says."""

import base64
import hashlib
import hmac
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.test import Client

from sandbox import knobs, seeding, shop, tokens
from sandbox.models import Fulfillment, Mail, Order, Site

pytestmark = pytest.mark.django_db
LINE = "00000000-0000-0000-0000-000000000001"


@pytest.fixture(autouse=True)
def _seeded(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    seeding.seed()


@pytest.fixture
def site() -> Site:
    Site.objects.update(installed=True)
    return Site.objects.get(name=seeding.FIRST_SHOP)


class Caller:
    """Calls with a token of its own."""

    def __init__(self, site: Site) -> None:
        self.client, app = Client(), knobs.the_app()
        body = {
            "grant_type": "client_credentials",
            "client_id": app.app_id,
            "client_secret": app.secret,
            "instance_id": site.instance_id,
        }
        self.token = self.post("/oauth2/token", body, token="").json()["access_token"]

    def post(self, path: str, body: dict, token: str | None = None):
        return self._call("post", path, body, token)

    def patch(self, path: str, body: dict):
        return self._call("patch", path, body)

    def delete(self, path: str):
        return self._call("delete", path, {})

    def get(self, path: str, prefix: str = ""):
        return self.client.get(path, headers={"Authorization": prefix + self.token})

    def _call(self, method: str, path: str, body: dict, token: str | None = None):
        value = self.token if token is None else token
        call = getattr(self.client, method)
        return call(path, json.dumps(body), content_type="application/json", headers={"Authorization": value})

    def search(self, **search: object):
        return self.post("/ecom/v1/orders/search", {"search": search})

    def numbers(self, **search: object) -> list[str]:
        return [order["number"] for order in self.search(**search).json()["orders"]]


@pytest.fixture
def wix(site: Site, monkeypatch) -> Caller:
    monkeypatch.setattr("sandbox.tokens._count", lambda *_: None)
    return Caller(site)


def an_order(number: str) -> Order:
    return Order.objects.get(number=number, site__name=seeding.FIRST_SHOP)


def test_the_seed_holds_every_recorded_situation():
    numbers = set(Order.objects.filter(site__name=seeding.FIRST_SHOP).values_list("number", flat=True))
    assert {str(number) for number in range(10231, 10250)} <= numbers
    assert len(numbers) >= 60
    assert an_order("10237").fulfillment_status == "PARTIALLY_FULFILLED"


def test_consent_brings_our_query_back_with_a_verifiable_signature(site):
    app, back = knobs.the_app(), "http://127.0.0.1:1/terug/?state=a%26b"
    answer = Client().post("/app-installer", {"appId": app.app_id, "postInstallationUrl": back, "site": site.site_id})
    query = {name: values[0] for name, values in parse_qs(urlsplit(answer.url).query).items()}
    assert query["state"] == "a&b"
    assert (query["appId"], query["tenantId"], query["instanceId"]) == (app.app_id, site.site_id, site.instance_id)
    signature, data = query["signedInstance"].split(".")
    expected = hmac.new(app.secret.encode(), data.encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4)) == expected


def test_cancelling_brings_no_instance_back(site):
    app = knobs.the_app()
    answer = Client().post(
        "/app-installer", {"appId": app.app_id, "postInstallationUrl": "http://x/?state=s", "cancel": "1"}
    )
    assert answer.url == "http://x/?state=s"


def test_the_install_page_names_sites_and_permissions():
    page = Client().get("/app-installer", {"appId": knobs.the_app().app_id, "postInstallationUrl": "http://x/"})
    for words in ("Add to Site", "Cancel", "LOCAL SANDBOX", seeding.BLOG):
        assert words in page.content.decode()


@pytest.mark.parametrize("changes", [{"client_secret": "wrong"}, {"instance_id": "nobody"}, {"grant_type": "password"}])
def test_a_token_is_given_only_to_the_app_for_an_installed_site(site, changes):
    app = knobs.the_app()
    body = {
        "grant_type": "client_credentials",
        "client_id": app.app_id,
        "client_secret": app.secret,
        "instance_id": site.instance_id,
    }
    answer = Client().post("/oauth2/token", json.dumps(body | changes), content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_client"


def test_a_token_works_raw_and_as_bearer_and_dies_with_the_app(wix, site):
    assert wix.get("/apps/v1/instance").json()["site"]["siteId"] == site.site_id
    assert wix.get("/apps/v1/instance", "Bearer ").status_code == 200
    shop.remove_app(site)
    assert wix.get("/apps/v1/instance").status_code == 401


def test_the_recommended_filter_finds_paid_open_orders_only(wix):
    numbers = wix.numbers(
        filter={
            "status": "APPROVED",
            "paymentStatus": "PAID",
            "fulfillmentStatus": {"$in": ["NOT_FULFILLED", "PARTIALLY_FULFILLED"]},
            "archived": {"$ne": True},
        },
        sort=[{"fieldName": "createdDate", "order": "ASC"}],
        cursorPaging={"limit": 100},
    )
    assert {"10231", "10237", "10240"} <= set(numbers)
    assert not {"10241", "10242", "10243", "10244", "10245", "10246"} & set(numbers)


def test_cursors_walk_through_every_order_once(wix):
    first = wix.search(filter={"status": "APPROVED"}, cursorPaging={"limit": 30}).json()
    seen, cursor = [order["id"] for order in first["orders"]], first["metadata"]["cursors"]["next"]
    while cursor:
        page = wix.search(cursorPaging={"limit": 30, "cursor": cursor}).json()
        seen += [order["id"] for order in page["orders"]]
        cursor = page["metadata"].get("cursors", {}).get("next")
    assert len(seen) == len(set(seen)) == Order.objects.filter(site__name=seeding.FIRST_SHOP, status="APPROVED").count()


def test_pending_orders_show_only_when_asked_for(wix):
    assert "10242" not in wix.numbers(cursorPaging={"limit": 100})
    assert wix.numbers(filter={"status": {"$in": ["PENDING"]}}) == ["10242"]


@pytest.mark.parametrize(
    "search",
    [
        {"filter": {"createdDate": {"$gte": "2026-01-01T00:00:00Z", "$lt": "2027-01-01T00:00:00Z"}}},
        {"filter": {"recipientName": "x"}},
        {"filter": {"status": {"$gt": "A"}}},
        {"cursorPaging": {"limit": 101}},
        {"sort": [{"fieldName": "buyerNote"}]},
    ],
)
def test_questions_wix_does_not_take_are_a_400(wix, search):
    assert wix.search(**search).status_code == 400


def test_a_body_without_the_wrapper_is_answered_with_a_default_page(wix):
    answer = wix.post("/ecom/v1/orders/search", {"filter": {"number": "10231"}})
    assert len(answer.json()["orders"]) > 1


def test_a_changed_order_can_stay_invisible_to_searches_for_a_while(wix):
    knobs.turn({"visible_after_ms": 60_000})
    order = an_order("10231")
    shop.change(order, "archive", {})
    assert wix.numbers(filter={"number": "10231"}) == []
    assert wix.get(f"/ecom/v1/orders/{order.order_id}").json()["order"]["archived"]


def create(wix: Caller, number: str, tracking: str = "3S1", pieces: int | None = None):
    line = {"id": LINE} | ({"quantity": pieces} if pieces else {})
    info = {"trackingNumber": tracking, "shippingProvider": "PostNL", "trackingLink": "https://t.example/1"}
    path = f"/ecom/v1/fulfillments/orders/{an_order(number).order_id}/create-fulfillment"
    return wix.post(path, {"fulfillment": {"lineItems": [line], "trackingInfo": info}})


def test_sending_everything_fulfils_the_order_and_mails_the_buyer(wix):
    answer = create(wix, "10233").json()
    assert answer["fulfillmentId"] == answer["orderWithFulfillments"]["fulfillments"][0]["id"]
    order = an_order("10233")
    assert order.data["fulfillmentStatus"] == "FULFILLED"
    assert Mail.objects.get(order=order).tracking_link == "https://t.example/1"
    assert "SHIPPING_CONFIRMATION_EMAIL_SENT" in {activity["activityType"] for activity in order.data["activities"]}


def test_pieces_are_counted(wix):
    assert create(wix, "10233", pieces=1).status_code == 200
    assert an_order("10233").fulfillment_status == "PARTIALLY_FULFILLED"
    assert create(wix, "10233", "3S2", pieces=3).status_code == 400
    assert create(wix, "10233", "3S2").status_code == 200
    assert an_order("10233").fulfillment_status == "FULFILLED"


def test_a_tracking_number_is_taken_once(wix):
    create(wix, "10233", pieces=1)
    assert create(wix, "10233", pieces=1).status_code == 409
    assert create(wix, "10234").status_code == 200
    knobs.turn({"tracking_scope": "site"})
    assert create(wix, "10232").status_code == 409


def test_what_cannot_be_sent_is_refused(wix):
    assert create(wix, "10245").status_code == 400
    missing = "/ecom/v1/fulfillments/orders/nobody/create-fulfillment"
    assert wix.post(missing, {"fulfillment": {"lineItems": [{"id": LINE}]}}).status_code == 404
    path = f"/ecom/v1/fulfillments/orders/{an_order('10232').order_id}/create-fulfillment"
    assert (
        wix.post(
            path, {"fulfillment": {"lineItems": [{"id": LINE}], "trackingInfo": {"trackingNumber": ""}}}
        ).status_code
        == 400
    )
    assert wix.post(path, {"fulfillment": {"lineItems": [{"id": LINE}], "status": "fulfilled"}}).status_code == 400


def test_a_fulfillment_can_be_changed_and_taken_back(wix):
    own_id = create(wix, "10233").json()["fulfillmentId"]
    order_id = an_order("10233").order_id
    path = f"/ecom/v1/fulfillments/{own_id}/orders/{order_id}"
    changed = wix.patch(path, {"fulfillment": {"id": own_id, "trackingInfo": {"trackingNumber": "3S9"}}}).json()
    info = changed["orderWithFulfillments"]["fulfillments"][0]["trackingInfo"]
    assert (info["trackingNumber"], info["shippingProvider"]) == ("3S9", "PostNL")
    wix.delete(path)
    assert an_order("10233").fulfillment_status == "NOT_FULFILLED"


def test_bulk_answers_200_with_a_result_for_each(wix):
    rows = [
        {"orderId": an_order("10233").order_id, "fulfillments": [{"lineItems": [{"id": LINE}]}]},
        {"orderId": "nobody", "fulfillments": [{"lineItems": [{"id": LINE}]}]},
    ]
    answer = wix.post("/ecom/v1/fulfillments/orders/bulk/create-fulfillments", {"ordersWithFulfillments": rows})
    assert answer.status_code == 200
    assert [row["itemMetadata"]["success"] for row in answer.json()["results"]] == [True, False]
    assert answer.json()["bulkActionMetadata"]["totalFailures"] == 1


@pytest.mark.parametrize(
    ("fault", "status"), [("401", 401), ("403", 403), ("429", 429), ("500", 500), ("503", 503), ("html", 502)]
)
def test_faults_show_as_often_as_asked_and_not_longer(wix, fault, status):
    knobs.turn({"fault": fault, "fault_count": 2, "fault_path": "/apps/"})
    assert [wix.get("/apps/v1/instance").status_code for _call in range(3)] == [status, status, 200]


def test_an_answer_can_be_lost_after_the_call_took_effect(wix):
    knobs.turn({"fault": "lost_answer", "fault_count": 1, "fault_path": "create-fulfillment"})
    assert create(wix, "10233").status_code == 504
    assert Fulfillment.objects.filter(order__number="10233").count() == 1


def test_an_old_app_version_may_not_manage_orders(wix):
    knobs.turn({"permissions": "read_only"})
    refused = create(wix, "10233")
    assert (refused.status_code, refused.content) == (403, b"")
    assert "SCOPE.DC-STORES.MANAGE-ORDERS" not in wix.get("/apps/v1/instance").json()["instance"]["permissions"]


def test_too_many_calls_are_a_429(site):
    knobs.turn({"rate_limit": 0})
    caller, real = Caller(site), tokens.cache
    tokens.cache = LocMemCache("x", {})
    try:
        answer = caller.get("/apps/v1/instance")
    finally:
        tokens.cache = real
    assert answer.status_code == 429
    assert answer["Retry-After"] == "60"


def test_the_doors_say_what_the_stand_in_knows(wix, site):
    app = Client().get("/sandbox/app.json").json()
    assert app["appId"] == knobs.the_app().app_id
    assert {one["siteName"] for one in app["instances"]} == {seeding.FIRST_SHOP, seeding.SECOND_SHOP, seeding.BLOG}
    create(wix, "10233")
    state = Client().get("/sandbox/state.json", {"site": site.name, "number": "10233"}).json()
    assert (len(state["orders"]), len(state["fulfillments"]), len(state["mails"])) == (1, 1, 1)


def test_thousands_of_orders_are_made_at_once(site):
    before = Order.objects.count()
    made = shop.add_orders(site, 2_500, seed=1)
    assert Order.objects.count() == before + 2_500
    assert len(set(made)) == 2_500


@pytest.mark.parametrize("action", ["pay", "cancel", "archive", "fulfill", "edit"])
def test_the_owner_changes_an_order_by_page_and_by_door(action):
    order = an_order("10231")
    assert (
        Client().post(f"/sites/{order.site_id}/orders/10231/change", {"action": action, "city": "Elders"}).status_code
        == 302
    )
    body = json.dumps({"order": {"buyerNote": "door"}})
    answer = Client().post(f"/sandbox/orders/{order.order_id}/{action}", body, content_type="application/json")
    assert answer.status_code == 200


def test_reset_brings_the_seed_back(site):
    Order.objects.all().delete()
    Client().post("/sandbox/reset")
    assert an_order("10231").status == "APPROVED"
    assert Site.objects.get(pk=site.pk).instance_id == site.instance_id


@pytest.mark.parametrize("path", ["/", "/sites/1/orders", "/mails"])
def test_every_page_is_marked_as_a_stand_in_and_has_no_script(path):
    page = Client().get(path.replace("1", str(Site.objects.first().pk)))
    assert "LOCAL SANDBOX" in page.content.decode()
    assert "<script" not in page.content.decode()
    assert "default-src 'none'" in page["Content-Security-Policy"]
