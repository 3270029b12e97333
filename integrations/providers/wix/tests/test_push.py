"""Pushing to Wix: looked up before creating and after every unconfirmed answer; others' records stay."""

import json
from dataclasses import replace

import pytest
import requests
import responses

from integrations.orders import FulfillmentUpdate, PushStatus
from integrations.providers.wix.tests.bodies import API, body, order_number, session
from lib.http import ApiUnavailable

LISTING = f"{API}/ecom/v1/fulfillments/list-by-ids"
SEARCH = f"{API}/ecom/v1/orders/search"
BULK = f"{API}/ecom/v1/fulfillments/orders/bulk/create-fulfillments"
LINE = "00000000-0000-0000-0000-000000000001"


def update(order_id: str = "a", pieces: int = 2, line: str = LINE) -> FulfillmentUpdate:
    return FulfillmentUpdate(
        f"ref-{order_id}", order_id, f"3S{order_id}", "PostNL", f"https://t.example/{order_id}", ((line, pieces),)
    )


def make_order(order_id: str = "a", **changes: object) -> dict:
    order = order_number("10231")
    two_mugs = order["lineItems"][0] | {"quantity": 2}
    return order | {"id": order_id, "lineItems": [two_mugs]} | changes


def fulfilled(order_id: str, tracking: str | None, pieces: int = 2) -> dict:
    one: dict = {"id": f"f-{order_id}", "lineItems": [{"id": LINE, "quantity": pieces}]}
    if tracking:
        one["trackingInfo"] = {"trackingNumber": tracking}
    return {"orderId": order_id, "fulfillments": [one]}


class Wix:
    """Orders and fulfillments as Wix would answer them."""

    def __init__(self, mock: responses.RequestsMock) -> None:
        self.mock = mock
        self.orders = {"a": make_order("a")}
        self.known: list[list[dict]] = [[]]
        mock.add_callback(responses.POST, LISTING, self._listing, content_type="application/json")
        mock.add_callback(responses.POST, SEARCH, self._search, content_type="application/json")
        mock.add_callback(responses.GET, f"{API}/ecom/v1/orders/a", self._order, content_type="application/json")

    def _listing(self, request):
        rows = self.known.pop(0) if len(self.known) > 1 else self.known[0]
        return 200, {}, json.dumps({"ordersWithFulfillments": rows})

    def _search(self, request):
        return 200, {}, json.dumps({"orders": list(self.orders.values()), "metadata": {}})

    def _order(self, request):
        if "a" not in self.orders:
            return 404, {}, json.dumps(body("error_404_order_not_found"))
        return 200, {}, json.dumps({"order": self.orders["a"]})

    def on_create(self, order_id: str = "a", **answer: object) -> None:
        self.mock.add(responses.POST, f"{API}/ecom/v1/fulfillments/orders/{order_id}/create-fulfillment", **answer)

    def sent(self, part: str) -> list[dict]:
        return [json.loads(call.request.body) for call in self.mock.calls if part in call.request.url]


@pytest.fixture
def wix():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield Wix(mock)


def created(order_id: str = "a") -> dict:
    return {"orderWithFulfillments": fulfilled(order_id, f"3S{order_id}"), "fulfillmentId": f"f-{order_id}"}


def push_one(one: FulfillmentUpdate | None = None):
    (outcome,) = session().push([one or update()])
    return outcome


def test_a_fulfillment_carries_tracking_carrier_link_and_only_the_pieces_sent(wix):
    wix.on_create(json=created())
    outcome = push_one()
    assert (outcome.status, outcome.external_id, outcome.reference) == (PushStatus.DONE, "f-a", "ref-a")
    (sent,) = wix.sent("create-fulfillment")
    assert sent == {
        "fulfillment": {
            "lineItems": [{"id": LINE, "quantity": 2}],
            "trackingInfo": {
                "trackingNumber": "3Sa",
                "shippingProvider": "PostNL",
                "trackingLink": "https://t.example/a",
            },
        }
    }


def test_what_wix_already_has_is_not_sent_again(wix):
    wix.known = [[fulfilled("a", "3Sa")]]
    assert push_one().status is PushStatus.DONE
    assert wix.sent("create-fulfillment") == []


def test_only_what_is_left_is_told(wix):
    wix.known = [[fulfilled("a", "3Sother", pieces=1)]]
    wix.on_create(json=created())
    push_one()
    assert wix.sent("create-fulfillment")[0]["fulfillment"]["lineItems"] == [{"id": LINE, "quantity": 1}]


def test_a_line_of_another_fulfiller_is_never_told(wix):
    line = make_order()["lineItems"][0] | {"fulfillerId": "printer"}
    wix.orders["a"] = make_order(lineItems=[line])
    assert push_one().status is PushStatus.REJECTED
    assert wix.sent("create-fulfillment") == []


def test_an_order_marked_as_sent_by_hand_gets_our_tracking(wix):
    wix.known = [[fulfilled("a", None)]]
    wix.mock.add(responses.PATCH, f"{API}/ecom/v1/fulfillments/f-a/orders/a", json={"orderWithFulfillments": {}})
    assert push_one().status is PushStatus.DONE
    assert wix.sent("fulfillments/f-a/orders/a")[0]["fulfillment"]["trackingInfo"]["trackingNumber"] == "3Sa"


def test_sent_by_hand_without_a_record_is_reported_not_forced(wix):
    wix.known = [[fulfilled("a", "3Sother", pieces=2)]]
    outcome = push_one()
    assert (outcome.status, outcome.code) == (PushStatus.REJECTED, "already_fulfilled")


@pytest.mark.parametrize(("changes", "code"), [({"status": "CANCELED"}, "order_not_open"), (None, "order_gone")])
def test_a_cancelled_or_vanished_order_is_reported(wix, changes, code):
    if changes is None:
        wix.orders.clear()
    else:
        wix.orders["a"] = make_order(**changes)
    outcome = push_one()
    assert (outcome.status, outcome.code) == (PushStatus.REJECTED, code)


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 500},
        {"status": 504, "body": "<html>"},
        {"body": requests.ReadTimeout()},
        {"body": requests.ConnectionError("reset")},
        {"status": 200, "body": "<html>", "content_type": "text/html"},
        {"status": 200, "json": created("somebody-else")},
    ],
)
def test_a_doubtful_answer_is_unknown_and_never_repeated_at_once(wix, answer):
    wix.on_create(**answer)
    assert push_one().status is PushStatus.UNCONFIRMED
    assert len(wix.sent("create-fulfillment")) == 1


@pytest.mark.parametrize("answer", [{"status": 429}, {"body": requests.ConnectTimeout()}])
def test_what_provably_never_left_is_simply_tried_again(wix, answer):
    wix.on_create(**answer)
    assert push_one().status is PushStatus.NOT_SENT


def test_a_409_counts_as_told_only_after_looking(wix):
    wix.on_create(status=409, json=body("error_409_tracking_number_already_exists"))
    wix.known = [[], [fulfilled("a", "3Sa")]]
    assert push_one().status is PushStatus.DONE


def test_a_409_of_somebody_elses_parcel_is_a_conflict(wix):
    wix.on_create(status=409, json=body("error_409_tracking_number_already_exists"))
    outcome = push_one()
    assert (outcome.status, outcome.code) == (PushStatus.REJECTED, "tracking_taken")
    assert outcome.text


def test_a_400_is_reported_in_wixs_words(wix):
    wix.on_create(status=400, json=body("error_400_validation"))
    outcome = push_one()
    assert (outcome.status, outcome.code) == (PushStatus.REJECTED, "refused")
    assert outcome.text


def bulk_result(index: int, order_id: str, **metadata: object) -> dict:
    item = {"id": order_id, "originalIndex": index, "success": True, **metadata}
    row: dict = {"itemMetadata": item}
    if item["success"]:
        row["ordersWithFulfillments"] = fulfilled(order_id, f"3S{order_id}")
    return row


def push_many(wix, ids: str = "abc"):
    wix.orders = {order_id: make_order(order_id) for order_id in ids}
    return [outcome.status for outcome in session().push([update(order_id) for order_id in ids])]


def test_many_orders_are_three_calls_and_matched_by_index_not_by_place(wix):
    rows = [bulk_result(2, "c"), bulk_result(0, "a"), bulk_result(1, "b")]
    wix.mock.add(responses.POST, BULK, json={"results": rows})
    assert push_many(wix) == [PushStatus.DONE] * 3
    assert len(wix.mock.calls) == 3


def test_an_index_of_zero_may_be_left_out(wix):
    first = bulk_result(0, "a")
    del first["itemMetadata"]["originalIndex"]
    wix.mock.add(responses.POST, BULK, json={"results": [first, bulk_result(1, "b")]})
    assert push_many(wix, "ab") == [PushStatus.DONE] * 2


def test_an_order_missing_from_the_answer_is_unknown_never_fine(wix):
    wix.mock.add(responses.POST, BULK, json={"results": [bulk_result(0, "a"), bulk_result(2, "c")]})
    assert push_many(wix) == [PushStatus.DONE, PushStatus.UNCONFIRMED, PushStatus.DONE]


@pytest.mark.parametrize("shape", ["no", [], 7, {"fulfillments": "no"}, {"fulfillments": [{"lineItems": 7}]}])
def test_one_answer_of_another_shape_is_unknown_and_the_others_are_told(wix, shape):
    odd = bulk_result(1, "b") | {"ordersWithFulfillments": shape}
    wix.mock.add(responses.POST, BULK, json={"results": [bulk_result(0, "a"), odd, {"itemMetadata": "no"}]})
    assert push_many(wix, "ab") == [PushStatus.DONE, PushStatus.UNCONFIRMED]


def test_one_failed_item_is_explained_and_the_others_are_told(wix):
    error = {"code": "INTERNAL", "description": "no", "data": {}}
    wix.mock.add(
        responses.POST, BULK, json={"results": [bulk_result(0, "a"), bulk_result(1, "b", success=False, error=error)]}
    )
    assert push_many(wix, "ab") == [PushStatus.DONE, PushStatus.REJECTED]


def test_a_chunk_refused_whole_is_halved_until_the_bad_order_stands_alone(wix):
    def answer(request):
        rows = json.loads(request.body)["ordersWithFulfillments"]
        if any(row["orderId"] == "c" for row in rows):
            return 400, {}, json.dumps(body("error_400_validation"))
        return 200, {}, json.dumps({"results": [bulk_result(i, row["orderId"]) for i, row in enumerate(rows)]})

    wix.mock.add_callback(responses.POST, BULK, answer, content_type="application/json")
    wix.on_create("c", status=400, json=body("error_400_validation"))
    wix.on_create("d", json=created("d"))
    assert push_many(wix, "abcd") == [PushStatus.DONE, PushStatus.DONE, PushStatus.REJECTED, PushStatus.DONE]


def test_a_lost_bulk_answer_leaves_all_of_them_unknown(wix):
    wix.mock.add(responses.POST, BULK, body=requests.ReadTimeout())
    assert push_many(wix) == [PushStatus.UNCONFIRMED] * 3


def test_looking_only_never_creates(wix):
    wix.known = [[fulfilled("a", "3Sa")]]
    outcomes = session().find([update("a"), update("b")])
    assert [outcome.status for outcome in outcomes] == [PushStatus.DONE, PushStatus.NOT_SENT]
    assert wix.sent("create") == []


def record(order_id: str, tracking: str, own_id: str = "f-old", link: str = "") -> dict:
    row = fulfilled(order_id, tracking)
    row["fulfillments"][0]["id"] = own_id
    if link:
        row["fulfillments"][0]["trackingInfo"]["trackingLink"] = link
    return row


def test_a_changed_barcode_updates_the_record_that_has_the_old_one(wix):
    wix.known = [[record("a", "3Sold")]]
    wix.mock.add(responses.PATCH, f"{API}/ecom/v1/fulfillments/f-old/orders/a", json={"orderWithFulfillments": {}})
    outcome = push_one(replace(update(), changed=True, previous_numbers=("3Sold",), remote_id="f-old"))
    assert (outcome.status, outcome.external_id) == (PushStatus.DONE, "f-old")
    assert wix.sent("fulfillments/f-old")[0]["fulfillment"]["trackingInfo"]["trackingNumber"] == "3Sa"
    assert wix.sent("create-fulfillment") == []


def test_a_changed_link_alone_is_updated_too_and_only_once(wix):
    changed = replace(update(), changed=True, remote_id="f-old")
    wix.known = [[record("a", "3Sa", link="https://old.example")]]
    wix.mock.add(responses.PATCH, f"{API}/ecom/v1/fulfillments/f-old/orders/a", json={"orderWithFulfillments": {}})
    assert push_one(changed).status is PushStatus.DONE
    wix.known = [[record("a", "3Sa", link="https://t.example/a")]]
    assert push_one(changed).status is PushStatus.DONE
    assert len(wix.sent("fulfillments/f-old")) == 1


def test_a_changed_barcode_of_a_record_that_was_removed_is_told_anew(wix):
    wix.on_create(json=created())
    assert (
        push_one(replace(update(), changed=True, previous_numbers=("3Sold",), remote_id="f-old")).status
        is PushStatus.DONE
    )
    assert len(wix.sent("create-fulfillment")) == 1


def test_a_cancelled_label_deletes_the_record_under_every_number_it_had(wix):
    both = record("a", "3Sold")
    both["fulfillments"] += (
        record("a", "3Sa", "f-new")["fulfillments"] + record("a", "3Sother", "f-other")["fulfillments"]
    )
    wix.known = [[both]]
    for own_id in ("f-old", "f-new"):
        wix.mock.add(responses.DELETE, f"{API}/ecom/v1/fulfillments/{own_id}/orders/a", json={})
    outcome = push_one(replace(update(), is_deletion=True, previous_numbers=("3Sold",)))
    assert outcome.status is PushStatus.DONE
    assert [call.request.method for call in wix.mock.calls].count("DELETE") == 2


@pytest.mark.parametrize("status", [404, 400, 500])
def test_a_record_that_cannot_be_deleted_is_gone_refused_or_in_doubt(wix, status):
    wix.known = [[record("a", "3Sa")]]
    wix.mock.add(responses.DELETE, f"{API}/ecom/v1/fulfillments/f-old/orders/a", status=status, json={})
    outcome = push_one(replace(update(), is_deletion=True))
    assert outcome.status is {404: PushStatus.DONE, 400: PushStatus.REJECTED, 500: PushStatus.UNCONFIRMED}[status]
    assert outcome.code == ("not_taken_back" if status == 400 else "")


def test_a_record_somebody_gave_another_number_is_still_ours_and_left_alone(wix):
    wix.known = [[record("a", "typed by hand")]]
    outcome = push_one(replace(update(), remote_id="f-old"))
    assert (outcome.status, outcome.external_id) == (PushStatus.DONE, "f-old")


def push_first(wix, names: str = "abc"):
    """Of orders that were read a moment ago, and of which nothing was ever sent."""
    wix.orders |= {name: make_order(name) for name in names if name not in wix.orders}
    return [result.status for result in session().push([replace(update(name), is_first=True) for name in names])]


def refused(index: int, order_id: str, code: str = "FULFILLMENT_QUANTITY_TOO_LARGE") -> dict:
    return bulk_result(index, order_id, success=False, error={"code": code, "description": "no", "data": {}})


def test_what_cannot_be_there_is_created_in_one_call_without_a_look(wix):
    wix.mock.add(responses.POST, BULK, json={"results": [bulk_result(i, name) for i, name in enumerate("abc")]})
    assert push_first(wix) == [PushStatus.DONE] * 3
    assert [call.request.url for call in wix.mock.calls] == [BULK]


def test_an_order_that_was_canceled_meanwhile_is_explained_and_the_others_are_told(wix):
    wix.orders["a"] = make_order("a", status="CANCELED")
    wix.mock.add(responses.POST, BULK, json={"results": [bulk_result(0, "b"), refused(1, "a")]})
    results = session().push([replace(update(name), is_first=True) for name in "ba"])
    assert [(result.status, result.code) for result in results] == [
        (PushStatus.DONE, ""),
        (PushStatus.REJECTED, "order_not_open"),
    ]


def test_an_order_that_was_marked_as_sent_meanwhile_gets_our_tracking(wix):
    wix.known = [[fulfilled("a", None)]]
    wix.mock.add(responses.POST, BULK, json={"results": [bulk_result(0, "b"), refused(1, "a")]})
    wix.mock.add(responses.PATCH, f"{API}/ecom/v1/fulfillments/f-a/orders/a", json={"orderWithFulfillments": {}})
    assert push_first(wix, "ba") == [PushStatus.DONE] * 2
    assert len(wix.sent("f-a/orders/a")) == 1


def test_what_was_refused_and_cannot_be_looked_up_waits_while_the_others_are_told(wix):
    wix.mock.add(responses.POST, BULK, json={"results": [bulk_result(0, "b"), refused(1, "a")]})
    wix.mock.replace(responses.POST, LISTING, body=requests.ReadTimeout())
    assert push_first(wix, "ba") == [PushStatus.DONE, PushStatus.NOT_SENT]


def test_a_creation_that_was_aborted_may_be_under_way_and_is_not_repeated(wix):
    wix.mock.add(responses.POST, BULK, json={"results": [bulk_result(0, "a"), refused(1, "b", "ABORTED")]})
    assert push_first(wix, "ab") == [PushStatus.DONE, PushStatus.UNCONFIRMED]
    assert len(wix.sent("create")) == 1


def test_a_call_refused_whole_is_looked_up_and_halved(wix):
    wix.mock.add(responses.POST, BULK, status=400, json=body("error_400_validation"))
    for name in "ab":
        wix.on_create(name, json=created(name))
    assert push_first(wix, "ab") == [PushStatus.DONE] * 2
    assert len(wix.sent("list-by-ids")) == 1


def test_a_lost_answer_leaves_all_that_were_created_first_unknown(wix):
    wix.mock.add(responses.POST, BULK, body=requests.ReadTimeout())
    assert push_first(wix) == [PushStatus.UNCONFIRMED] * 3
    assert len(wix.mock.calls) == 1


def test_what_certainly_was_not_sent_is_an_error_of_the_whole_call(wix):
    wix.mock.add(responses.POST, BULK, body=requests.exceptions.ConnectTimeout())
    with pytest.raises(ApiUnavailable):
        push_first(wix)
