"""What no source settles: our provider does the right thing whichever way Wix answers.

Only the sandbox can be told how to answer. How webhooks come (points 7 and 9) is in test_webhooks.py; for the address
of an order in Wix's dashboard (15) we do not ask.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from integrations.orders import FulfillmentStatus, FulfillmentUpdate, OrderData, PushResult, PushStatus
from integrations.services.tokens import FreshTokens
from integrations.views.webhooks import MAX_BODY_BYTES
from lib.http import ApiRejected, ApiUnauthorized, ApiUnavailable
from tests.contract.conftest import Target, new_tracking_number, sandbox_target, update
from tests.sandbox_server import SITE, WixSandbox, listening
from tests.stack import eventually

pytestmark = [pytest.mark.stack, pytest.mark.contract]
BLOG = "Blog zonder winkel"
LINE_1, LINE_2 = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"
A_MUG: dict[str, Any] = {
    "quantity": 1,
    "productName": {"original": "Mok Zeegroen met een lange naam", "translated": "Mug Sea Green with a long name"},
    "itemType": {"preset": "PHYSICAL"},
    "physicalProperties": {"shippable": True, "weight": 0.4, "sku": "MOK-ZG"},
    "image": {"id": "mug~mv2.jpg", "url": "https://media.example/mug~mv2.jpg", "height": 1200, "width": 1200},
} | {
    name: {"amount": "14.95", "formattedAmount": "€14.95"} for name in ("price", "lineItemPrice", "totalPriceAfterTax")
}
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
BACK = "https://backoffice.example/terug?state=abc"


@pytest.fixture
def wix(sandbox: WixSandbox) -> Iterator[Target]:
    yield sandbox_target(sandbox)
    sandbox.reset_switches()
    sandbox.set_switches(rate_limit=0)


def act(sandbox: WixSandbox, order_id: str, action: str, **details: Any) -> None:
    sandbox.ask(f"/sandbox/orders/{order_id}/{action}", details)


def new_order(wix: Target, **overrides: Any) -> OrderData:
    assert wix.sandbox is not None
    return wix.order(wix.sandbox.add_order(**overrides)["id"])


def everything(order: OrderData, number: str) -> FulfillmentUpdate:
    """All that is left of the order, in one parcel."""
    lines = tuple((line.id, line.quantity_to_ship) for line in order.lines_to_ship)
    return replace(update(order, number), lines=lines)


def records(wix: Target, order_id: str, number: str) -> int:
    """How often Wix holds this number for this order."""
    rows = wix.fulfillments(order_id)
    return sum((row.get("trackingInfo") or {}).get("trackingNumber") == number for row in rows)


def push(wix: Target, *parcels: FulfillmentUpdate) -> list[PushResult]:
    return wix.session.push(parcels)


def a_parcel_is_told_once(wix: Target, sandbox: WixSandbox) -> None:
    order = new_order(wix)
    parcel = everything(order, new_tracking_number())
    assert [push(wix, parcel)[0].status for _time in range(2)] == [PushStatus.DONE] * 2
    assert wix.session.find([parcel])[0].status is PushStatus.DONE
    assert records(wix, order.external_id, parcel.tracking_number) == 1
    assert wix.order(order.external_id).fulfillment is FulfillmentStatus.FULFILLED


def two_orders_in_one_parcel_end_in_a_clear_outcome(wix: Target, sandbox: WixSandbox) -> None:
    number, orders = new_tracking_number(), [new_order(wix), new_order(wix)]
    outcomes = [push(wix, everything(order, number))[0] for order in orders]
    assert outcomes[0].status is PushStatus.DONE
    taken = (outcomes[1].status, outcomes[1].code) == (PushStatus.REJECTED, "tracking_taken")
    assert taken or outcomes[1].status is PushStatus.DONE
    assert records(wix, orders[1].external_id, number) == (0 if taken else 1)


def what_was_marked_by_hand_is_not_forced(wix: Target, sandbox: WixSandbox) -> None:
    order = new_order(wix)
    act(sandbox, order.external_id, "mark")
    outcome = push(wix, everything(order, new_tracking_number()))[0]
    assert outcome.status in {PushStatus.REJECTED, PushStatus.DONE}


def a_record_made_by_hand_gets_our_number(wix: Target, sandbox: WixSandbox) -> None:
    order = new_order(wix)
    act(sandbox, order.external_id, "fulfill")
    parcel = everything(order, new_tracking_number())
    assert push(wix, parcel)[0].status is PushStatus.DONE
    assert records(wix, order.external_id, parcel.tracking_number) == len(wix.fulfillments(order.external_id)) == 1


def the_rest_of_an_order_sent_by_hand_is_told_or_refused(wix: Target, sandbox: WixSandbox) -> None:
    order = new_order(wix)
    act(sandbox, order.external_id, "fulfill", lines=[{"id": LINE_1, "quantity": 1}])
    parcel = everything(order, new_tracking_number())
    outcome = push(wix, parcel)[0]
    assert outcome.status in {PushStatus.DONE, PushStatus.REJECTED}
    assert records(wix, order.external_id, parcel.tracking_number) == (1 if outcome.status is PushStatus.DONE else 0)


def a_site_with_orders_is_never_called_storeless(wix: Target, sandbox: WixSandbox) -> None:
    """Whatever the list of its apps says; a blog is called storeless only when Wix says so."""
    wix.session.describe()
    assert wix.session.has_store()
    blog = FreshTokens(wix.provider, sandbox.install(BLOG))
    switched = {row["name"]: row["value"] for row in sandbox.ask("/sandbox/knobs")["knobs"]}
    assert wix.provider.open(blog_id(sandbox), blog).has_store() is (switched["without_stores"] == "empty")


def blog_id(sandbox: WixSandbox) -> str:
    return next(str(row["instanceId"]) for row in sandbox.app["instances"] if row["siteName"] == BLOG)


def what_was_granted_is_never_called_missing(wix: Target, sandbox: WixSandbox) -> None:
    assert wix.session.describe().missing_permissions == ()


def a_canceled_order_is_not_told(wix: Target, sandbox: WixSandbox) -> None:
    order = new_order(wix)
    act(sandbox, order.external_id, "cancel")
    outcome = push(wix, everything(order, new_tracking_number()))[0]
    assert (outcome.status, outcome.code) == (PushStatus.REJECTED, "order_not_open")


def one_failure_among_many_is_known_and_can_be_mended(wix: Target, sandbox: WixSandbox) -> None:
    parcels = [everything(new_order(wix), new_tracking_number()) for _place in range(3)]
    sandbox.set_switches(fault="bulk_partial", fault_path="bulk", fault_count=1)
    outcomes = push(wix, *parcels)
    assert [outcome.reference for outcome in outcomes] == [parcel.reference for parcel in parcels]
    assert (outcomes[0].status, outcomes[2].status) == (PushStatus.DONE, PushStatus.DONE)
    assert outcomes[1].status in {PushStatus.UNCONFIRMED, PushStatus.REJECTED}
    assert wix.session.find([parcels[1]])[0].status is PushStatus.NOT_SENT
    assert {outcome.status for outcome in push(wix, *parcels)} == {PushStatus.DONE}
    for parcel in parcels:
        assert records(wix, parcel.order_id, parcel.tracking_number) == 1


def nothing_is_left(wix: Target, order_id: str) -> bool:
    """Wix calls the order fulfilled, or counting shows it."""
    order = wix.order(order_id)
    return order.fulfillment is FulfillmentStatus.FULFILLED or not order.lines_to_ship


def digital_lines_are_left_alone(wix: Target, sandbox: WixSandbox) -> None:
    order = sandbox.add_order()
    digital = {"itemType": {"preset": "DIGITAL"}, "physicalProperties": {"shippable": False}}
    lines = [line | (digital if line["id"] == LINE_2 else {}) for line in order["lineItems"]]
    act(sandbox, order["id"], "edit", order={"lineItems": lines})
    parcel = everything(wix.order(order["id"]), new_tracking_number())
    assert [line for line, _pieces in parcel.lines] == [LINE_1]
    assert push(wix, parcel)[0].status is PushStatus.DONE
    assert nothing_is_left(wix, order["id"])


def refunded_pieces_are_never_sent(wix: Target, sandbox: WixSandbox) -> None:
    order_id = new_order(wix).external_id
    act(sandbox, order_id, "refund", line=LINE_1, quantity=1)
    parcel = everything(wix.order(order_id), new_tracking_number())
    assert parcel.lines == ((LINE_1, 1), (LINE_2, 1))
    assert push(wix, parcel)[0].status is PushStatus.DONE
    assert nothing_is_left(wix, order_id)


def a_new_order_is_found(wix: Target, sandbox: WixSandbox) -> None:
    """By its id always; in a search when Wix is ready for it."""
    order = new_order(wix)
    cursor, found = "", []
    while True:
        page = wix.session.orders_page(since=None, cursor=cursor)
        found += [row.external_id for row in page.orders]
        cursor = page.next_cursor
        if not cursor:
            break
    assert len(found) == len(set(found)) > 100
    together = wix.orders(order.external_id, found[0])
    assert set(together) == {order.external_id, found[0]}


def a_pickup_is_known_as_one(wix: Target, sandbox: WixSandbox) -> None:
    row = sandbox.order("10240")
    assert wix.order(row["id"]).pickup


def local_delivery_is_an_ordinary_order(wix: Target, sandbox: WixSandbox) -> None:
    order = wix.order(sandbox.order("10248")["id"])
    assert not order.pickup
    assert order.address.postal_code
    assert order.address.city


def amounts_come_from_the_total(wix: Target, sandbox: WixSandbox) -> None:
    row = sandbox.order("10231")
    assert str(wix.order(row["id"]).total) == row["priceSummary"]["total"]["amount"]


def consent_that_ended_is_said_to_have_ended(wix: Target, sandbox: WixSandbox) -> None:
    """Never as an answer to wait for."""
    wix.tokens.token()
    sandbox.ask("/sandbox/remove-app", {"site": SITE})
    with pytest.raises((ApiRejected, ApiUnauthorized)):
        wix.provider.mint_token(wix.instance_id)
    with pytest.raises((ApiRejected, ApiUnauthorized)):
        wix.session.describe()


def a_callback_proves_its_installation(wix: Target, sandbox: WixSandbox) -> None:
    back = sandbox.ask("/sandbox/install", {"site": SITE, "postInstallationUrl": BACK})["redirect"]
    params = dict(parse_qsl(urlsplit(back).query))
    assert wix.provider.verify_install(params, now=datetime.now(UTC)).installation_id == wix.instance_id


def an_opening_proves_its_installation(wix: Target, sandbox: WixSandbox) -> None:
    """The merchant opens us inside Wix, with a signed ?instance=."""
    opened = sandbox.ask("/sandbox/open-app", {"site": SITE, "url": BACK})["open"]
    signed = dict(parse_qsl(urlsplit(opened).query))["instance"]
    assert wix.provider.verify_signed_link(signed, now=datetime.now(UTC)).installation_id == wix.instance_id


def a_copy_is_known_as_one(wix: Target, sandbox: WixSandbox) -> None:
    copy = sandbox.ask("/sandbox/duplicate", {"site": SITE})
    tokens = FreshTokens(wix.provider, copy["instanceId"])
    assert wix.provider.open(copy["instanceId"], tokens).describe().origin_installation == wix.instance_id


Scenario = Callable[[Target, WixSandbox], None]
SCENARIOS: dict[int, tuple[Scenario, ...]] = {
    1: (consent_that_ended_is_said_to_have_ended,),
    2: (
        what_was_marked_by_hand_is_not_forced,
        the_rest_of_an_order_sent_by_hand_is_told_or_refused,
        a_canceled_order_is_not_told,
        one_failure_among_many_is_known_and_can_be_mended,
    ),
    3: (a_parcel_is_told_once, two_orders_in_one_parcel_end_in_a_clear_outcome),
    4: (a_site_with_orders_is_never_called_storeless, what_was_granted_is_never_called_missing),
    5: (a_parcel_is_told_once,),
    6: (a_parcel_is_told_once, a_record_made_by_hand_gets_our_number),
    7: (a_parcel_is_told_once,),
    10: (a_new_order_is_found,),
    11: (a_pickup_is_known_as_one, local_delivery_is_an_ordinary_order),
    12: (amounts_come_from_the_total,),
    13: (a_callback_proves_its_installation, an_opening_proves_its_installation, a_copy_is_known_as_one),
    14: (digital_lines_are_left_alone, refunded_pieces_are_never_sent),
}
# A second position for switches that have no list of them.
OTHERWISE: dict[str, Any] = {"visible_after_ms": 5000, "cursor_seconds": 60, "fulfilled_action": "SOMETHING_NEW"}


def positions(sandbox: WixSandbox, point: int) -> Iterator[dict[str, Any]]:
    """Every value of every switch that answers the point, one turned at a time."""
    for switch in sandbox.ask("/sandbox/knobs")["knobs"]:
        if switch["point"] == point:
            values = switch["choices"] or ([False, True] if isinstance(switch["default"], bool) else [])
            for value in values or [switch["default"], OTHERWISE[switch["name"]]]:
                yield {switch["name"]: value}


@pytest.mark.parametrize("point", SCENARIOS)
def test_we_survive_every_answer_to_an_open_question(wix: Target, sandbox: WixSandbox, point: int):
    tried = 0
    for position in positions(sandbox, point):
        for scenario in SCENARIOS[point]:
            sandbox.reset_switches()
            sandbox.set_switches(rate_limit=0, **position)
            try:
                scenario(sandbox_target(sandbox), sandbox)
            except Exception as error:
                raise AssertionError(f"{scenario.__name__} with {position}") from error
            tried += 1
    assert tried >= 2


@pytest.mark.parametrize("position", [{"order_form": "lean"}, {"unknown_field": True}, {"last_cursors": "absent"}])
def test_an_order_reads_the_same_in_every_form_that_is_normal(
    wix: Target, sandbox: WixSandbox, position: dict[str, Any]
):
    """Full or without what is empty, with a field of next year, with or without cursors on the last page."""
    full = all_changes(wix)
    sandbox.set_switches(**position)
    other = all_changes(wix)
    alone = {order_id: wix.order(order_id) for order_id in full}
    sandbox.reset_switches()
    sandbox.set_switches(rate_limit=0)
    again = all_changes(wix)
    # The search lags behind, so what a test before this one changed can come in meanwhile.
    assert set(full) <= set(other) <= set(again)
    assert len(full) > 150, "of the whole shop"
    for order_id, order in full.items():
        assert other[order_id] in (order, again[order_id])
        assert alone[order_id] == again[order_id] or order.fulfillment is FulfillmentStatus.PARTIALLY_FULFILLED


@pytest.mark.parametrize(
    "field", ["status", "paymentStatus", "fulfillmentStatus", "channelInfo.type", "weightUnit", "itemType.preset"]
)
def test_a_value_of_next_year_costs_no_order(wix: Target, sandbox: WixSandbox, field: str):
    order_id = new_order(wix).external_id
    sandbox.set_switches(unknown_value=field)
    assert wix.order(order_id).external_id == order_id


def test_values_that_nobody_knows_come_only_where_a_switch_asks(wix: Target, sandbox: WixSandbox):
    for order in sandbox.ask("/sandbox/state.json?parts=orders")["orders"]:
        assert "NEXT_YEAR" not in str(order)
        assert "aFieldOfNextYear" not in str(wix.call("GET", f"/ecom/v1/orders/{order['id']}").text)


def test_an_event_of_the_largest_order_is_taken(wix: Target, sandbox: WixSandbox):
    """Three hundred lines, as many as Wix allows."""
    lines = [{"id": f"00000000-0000-0000-0000-{number:012d}", **A_MUG} for number in range(1, 301)]
    with listening(sandbox) as bodies:
        sandbox.add_order(lineItems=lines)
        eventually(lambda: len(bodies) == 3)
    assert max(len(body) for body in bodies) <= MAX_BODY_BYTES


def test_pages_of_large_orders_are_read(wix: Target, sandbox: WixSandbox):
    """A hundred orders of a hundred and twenty lines, in the full form."""
    lines = [{"id": f"00000000-0000-0000-0000-{number:012d}", **A_MUG} for number in range(1, 121)]
    sandbox.ask("/sandbox/orders", {"site": SITE, "count": 100, "order": {"lineItems": lines}})
    assert [len(order.lines) for order in all_changes(wix).values()].count(120) == 100


def all_changes(wix: Target) -> dict[str, OrderData]:
    """Every order of the shop by id, page by page."""
    found: dict[str, OrderData] = {}
    cursor = ""
    while True:
        page = wix.session.orders_page(since=LONG_AGO, cursor=cursor)
        assert not page.rejected
        found |= {order.external_id: order for order in page.orders}
        cursor = page.next_cursor
        if not cursor:
            return found


@pytest.mark.parametrize(("says", "wait"), [(True, 60), (False, 30)])
def test_too_many_calls_are_a_reason_to_wait_whether_or_not_wix_says_how_long(
    wix: Target, sandbox: WixSandbox, says: bool, wait: float
):
    wix.tokens.token()
    sandbox.set_switches(rate_limit=1, retry_after=says)
    with pytest.raises(ApiUnavailable) as limit:
        [wix.session.describe() for _call in range(3)]
    assert (limit.value.sent, limit.value.retry_after, limit.value.status) == (False, wait, 429)
