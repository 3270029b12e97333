"""Mapping Wix's orders: every order of the recorded shop, with its import decision."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from integrations.orders import ImportEligibility, OrderStatus, PaymentStatus, Unread, import_eligibility
from integrations.providers.wix.mapping import order_data
from integrations.providers.wix.payloads import OrderFulfillments, WixOrder
from integrations.providers.wix.tests.bodies import body, order_number
from integrations.tests.recorded import recorded_orders


def ours(number: str, **changes: object):
    return order_data(WixOrder.model_validate(order_number(number) | changes))


DECISIONS = {
    "10231": ImportEligibility.OPEN,
    "10232": ImportEligibility.OPEN,
    "10233": ImportEligibility.OPEN,
    "10234": ImportEligibility.OPEN,
    "10235": ImportEligibility.OPEN,
    "10236": ImportEligibility.OPEN,
    "10237": ImportEligibility.OPEN,
    "10238": ImportEligibility.OPEN,
    "10239": ImportEligibility.OPEN,
    "10240": ImportEligibility.PICKUP,
    "10241": ImportEligibility.NOT_PAID,
    "10242": ImportEligibility.NOT_APPROVED,
    "10243": ImportEligibility.NOT_PAID,
    "10244": ImportEligibility.PARTIALLY_REFUNDED,
    "10245": ImportEligibility.CANCELED,
    "10246": ImportEligibility.FULFILLED,
    "10247": ImportEligibility.OPEN,
    "10248": ImportEligibility.OPEN,
    "10249": ImportEligibility.OPEN,
}


@pytest.mark.parametrize(("number", "eligibility"), DECISIONS.items())
def test_every_recorded_order_gets_its_decision(number, eligibility):
    assert import_eligibility(ours(number)) is eligibility


def test_every_recorded_order_is_decided():
    assert {order["number"] for order in body("orders_search_response")["orders"]} == set(DECISIONS)


def test_an_order_with_nothing_wrong_reads_alike_in_both_ways():
    for row in body("orders_search_response")["orders"]:
        quick, thorough = WixOrder.read(row), WixOrder.model_validate(row, context=set())
        assert not isinstance(quick, WixOrder)
        assert order_data(quick) == order_data(thorough)


def test_what_is_wrong_in_an_order_is_left_out_and_told():
    wrong = order_number("10231") | {"weightUnit": ["KG"], "buyerNote": "a"}
    order = WixOrder.read(wrong)
    assert order.unread == {Unread.WEIGHT_UNIT}
    assert (order.weight_unit, order.buyer_note) == (None, "a")


def test_street_and_number_that_wix_knew_apart_stay_apart():
    address = ours("10231").address
    assert address.street
    assert address.number
    assert address.line1 == ""


def test_an_address_line_is_kept_as_it_was_typed():
    address = ours("10232").address
    assert "bis" in address.line1
    assert address.line2 == "2 hoog"
    assert address.postal_code == "2011zz"


def test_digital_lines_and_those_of_another_fulfiller_are_not_shipped():
    assert [line.quantity_to_ship > 0 for line in ours("10236").lines] == [True, False]
    mixed = ours("10247")
    assert [line.third_party_fulfilled for line in mixed.lines] == [False, True]
    assert len(mixed.lines_to_ship) == 1


def test_pieces_sent_before_are_not_sent_again():
    order = order_number("10237")
    rows = body("list_fulfillments_by_ids_response")["ordersWithFulfillments"]
    sent = next(row for row in rows if row["orderId"] == order["id"])
    data = order_data(WixOrder.model_validate(order), OrderFulfillments.model_validate(sent))
    assert [(line.quantity, line.fulfilled, line.quantity_to_ship) for line in data.lines] == [(3, 2, 1), (1, 0, 1)]


def test_refunded_pieces_stay_at_home():
    (line, *_rest) = ours("10244").lines
    assert (line.quantity, line.refunded, line.quantity_to_ship) == (4, 1, 3)


def test_money_is_decimal_whatever_its_scale():
    assert ours("10231").total == Decimal(order_number("10231")["priceSummary"]["total"]["amount"])
    assert isinstance(ours("10231", priceSummary={"total": {"amount": "10"}}).total, Decimal)


@pytest.mark.parametrize(
    ("unit", "weight", "grams"),
    [("KG", 0.35, 350), ("LB", 1, 454), ("KG", 0, None), ("KG", None, None), ("KG", -1, None)],
)
def test_weights_become_grams_per_piece(unit, weight, grams):
    line = order_number("10231")["lineItems"][0] | {"physicalProperties": {"weight": weight, "shippable": True}}
    assert ours("10231", weightUnit=unit, lineItems=[line]).lines[0].weight == grams


def test_the_moment_of_payment_is_read_from_the_history():
    assert ours("10231").paid_at == datetime(2026, 11, 19, 8, 13, 2, 904000, tzinfo=UTC)
    assert ours("10231", activities=[{"activityType": "ORDER_PAID"}]).paid_at is None
    assert ours("10231", activities=[]).paid_at is None


def test_a_line_that_says_nothing_is_shipped_unless_it_is_digital():
    def shippable(item_type: object) -> bool:
        line = {"id": "1", "quantity": 1, "itemType": item_type}
        return ours("10231", lineItems=[line]).lines[0].shippable

    assert shippable({"preset": "PHYSICAL"})
    assert shippable({"custom": "box"})
    assert shippable(None)
    assert not shippable({"preset": "DIGITAL"})
    assert not shippable({"preset": "GIFT_CARD"})


def test_unknown_words_do_not_break_the_import():
    data = ours("10231", status="A_NEW_STATUS", paymentStatus="A_NEW_ONE", somethingNew={"a": 1})
    assert (data.status, data.payment) == (OrderStatus.UNKNOWN, PaymentStatus.UNKNOWN)
    assert import_eligibility(data) is ImportEligibility.UNKNOWN, "a doubt is neither a yes nor a no"


def test_the_recipient_falls_back_when_there_is_no_destination():
    data = ours("10231", shippingInfo=None)
    assert data.address.name
    assert data.address.country == "NL"


def test_an_order_without_any_address_is_still_an_order():
    data = ours("10231", shippingInfo=None, recipientInfo=None, billingInfo=None)
    assert (data.address.street, data.address.line1, data.address.postal_code, data.address.city) == ("", "", "", "")


def test_texts_are_cleaned_at_the_border():
    contact = {"firstName": "A\x00na\u202e", "lastName": "x" * 300}
    place = {"shippingDestination": {"address": {"country": "nl"}, "contactDetails": contact}}
    data = ours("10231", shippingInfo={"logistics": place})
    assert data.address.first_name == "Ana"
    assert len(data.address.last_name) == 100
    assert "last_name" in data.warnings
    assert data.address.country == "NL"


def test_a_subdivision_loses_its_country():
    assert ours("10235").address.region == order_number("10235")["shippingInfo"]["logistics"]["shippingDestination"][
        "address"
    ]["subdivision"].removeprefix("US-")


def test_the_orders_that_other_tests_use_are_the_recorded_ones():
    rows = body("list_fulfillments_by_ids_response")["ordersWithFulfillments"]
    sent = {row["orderId"]: OrderFulfillments.model_validate(row) for row in rows}
    mapped = {}
    for row in body("orders_search_response")["orders"]:
        partly = row["fulfillmentStatus"] == "PARTIALLY_FULFILLED"
        mapped[row["number"]] = order_data(WixOrder.model_validate(row), sent[row["id"]] if partly else None)
    assert mapped == recorded_orders()


def test_a_line_of_another_fulfiller_is_theirs():
    lines = [line | {"fulfillerId": "printer"} for line in order_number("10247")["lineItems"]]
    assert all(line.third_party_fulfilled for line in ours("10247", lineItems=lines).lines)


@pytest.mark.parametrize("kind", ["SERVICE", "GIFT_CARD", "DIGITAL"])
def test_a_booking_a_gift_card_or_a_download_is_nothing_to_ship(kind):
    other = {"itemType": {"preset": kind}, "physicalProperties": {}}
    lines = [line | other for line in order_number("10231")["lineItems"]]
    assert import_eligibility(ours("10231", lineItems=lines)) is ImportEligibility.NOTHING_TO_SHIP


def test_an_order_in_dollars_keeps_its_amounts():
    order, line = ours("10235"), order_number("10235")["lineItems"][0]
    assert order.currency == "USD"
    assert order.lines[0].unit_value * order.lines[0].quantity == Decimal(line["totalPriceBeforeTax"]["amount"])


def test_an_order_made_by_hand_goes_to_its_recipient():
    channel = {"type": "BACKOFFICE_MERCHANT"}
    order = ours("10231", channelInfo=channel, shippingInfo=None, buyerInfo=None)
    assert order.is_manual
    assert order.address.city == order_number("10231")["recipientInfo"]["address"]["city"]
    assert order.email == ""


@pytest.mark.parametrize(
    ("value", "shown"),
    [("tekst", "tekst"), (7, "7"), (["a", "b"], "a, b"), (None, None), ("", None), ({"a": 1}, None), (True, "True")],
)
def test_an_answer_at_checkout_may_be_of_any_kind(value, shown):
    order = ours("10231", customFields=[{"title": "Vraag", "value": value}])
    assert order.checkout_answers == ((("Vraag", shown),) if shown else ())


def test_the_note_of_the_buyer_is_kept():
    assert ours("10231").buyer_note == order_number("10231")["buyerNote"]


@pytest.mark.parametrize("weight", [None, 0, 0.0, -1, "0", "-0.5", "0.000"])
def test_no_weight_zero_and_less_are_unknown(weight):
    line = order_number("10231")["lineItems"][0]
    line["physicalProperties"] = line["physicalProperties"] | {"weight": weight}
    assert ours("10231", lineItems=[line]).lines[0].weight is None


@pytest.mark.parametrize(
    ("weight", "unit", "grams"),
    [(0.35, "KG", 350), (1, "LB", 454), (0.0001, "KG", 1), (2, "UNSPECIFIED_WEIGHT_UNIT", 2000), (26.5, "KG", 26_500)],
)
def test_a_weight_is_whole_grams_and_never_nothing(weight, unit, grams):
    line = order_number("10231")["lineItems"][0]
    line["physicalProperties"] = line["physicalProperties"] | {"weight": weight}
    assert ours("10231", lineItems=[line], weightUnit=unit).lines[0].weight == grams


def test_what_is_sold_by_weight_weighs_at_least_that():
    line = order_number("10231")["lineItems"][0] | {"quantity": 1}
    line |= {"decimalQuantity": {"value": "1.25", "measurementUnit": "KG"}, "physicalProperties": {"shippable": True}}
    assert ours("10231", lineItems=[line]).lines[0].weight == 1250


@pytest.mark.parametrize(
    ("details", "currency", "rate"),
    [
        ({"originalCurrency": "EUR", "conversionRate": "1.0834567"}, "USD", Decimal("1.0834567")),
        ({"originalCurrency": "GBP", "conversionRate": "1.17"}, "EUR", None),
        ({"originalCurrency": "GBP", "conversionRate": "1.27"}, "USD", None),
        ({"originalCurrency": "EUR"}, "USD", None),
        ({"originalCurrency": "EUR", "conversionRate": "0"}, "USD", None),
        ({"originalCurrency": "EUR", "conversionRate": "koers"}, "USD", None),
        ("EUR", "USD", None),
        (None, "USD", None),
    ],
)
def test_only_a_rate_from_euros_says_what_the_order_is_in_euros(details, currency, rate):
    assert ours("10235", currencyConversionDetails=details, currency=currency).euro_rate == rate
