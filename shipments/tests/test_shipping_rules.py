"""Shipping rules: which order meets one, what becomes of its draft, and what the draft says about it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from accounts.tests.factories import make_user
from carriers.parcels import ParcelChoice
from integrations.models import ExternalOrder
from integrations.orders import FulfillmentStatus, OrderAddress, OrderData, OrderLine
from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import abroad, make_order
from jobs import runner
from shipments.models import JobItem, ProductCustoms, Shipment
from shipments.services import import_offers
from shipments.services.csv_files.reader import RowPlan, plan_row, read_table
from shipments.services.imports import rule_trial
from shipments.services.imports.order_changes import apply_due
from shipments.services.imports.order_import import start_import
from shipments.services.imports.order_to_draft import DraftPlan, draft_from_order
from shipments.services.imports.shipping_rules import compile_rules
from shipments.tests.factories import fill_sender
from shops.models import PackagePreferences, ShippingRule, Shop
from shops.services.shipping_rules import change_rule, delete_rule
from shops.tests.factories import make_member, make_rule

MUGS = make_order()  # two mugs of 350 g and € 14,95, to 3524 KB Utrecht
AT_ZEIST = OrderAddress(line1="Slotlaan 1", postal_code="3701 GA", city="Zeist", country="NL", company="Primera")
VASE = OrderLine("1", "Vaas", 1, "VAAS", weight=1500, unit_value=Decimal(10))
MAILBOX = {"package_type": "mailbox"}


def rule(**fields: object) -> ShippingRule:
    return ShippingRule(**({"name": "Regel"} | fields))


def plan(*rules: ShippingRule, order: OrderData = MUGS, **preferences: object) -> DraftPlan:
    return draft_from_order(order, PackagePreferences(**preferences), None, compile_rules(rules))


def said(made: DraftPlan | RowPlan) -> list[str]:
    with translation.override("en"):
        return [str(note.text) for note in made.notes if note.field == "rule"]


def weighing(grams: int) -> OrderData:
    return make_order(lines=(replace(VASE, weight=grams),))


MEETINGS = [
    (MUGS, {}, True),
    (MUGS, {"destinations": ["NL"]}, True),
    (MUGS, {"destinations": ["BE", "ROW"]}, False),
    (abroad("DE"), {"destinations": ["EU"]}, True),
    (abroad("DE"), {"destinations": ["NL"]}, False),
    (abroad("DE"), {"destinations": ["FR", "DE"]}, True),
    (abroad("CH"), {"destinations": ["EU"]}, False),
    (abroad("CH"), {"destinations": ["ROW"]}, True),
    # The Canary Islands are Spain, and outside the customs area.
    (abroad("ES", postal_code="35001"), {"destinations": ["EU"]}, False),
    (abroad("ES", postal_code="35001"), {"destinations": ["ES"]}, True),
    (MUGS, {"least_weight": 700, "most_weight": 700}, True),
    (MUGS, {"least_weight": 701}, False),
    (MUGS, {"most_weight": 699}, False),
    (MUGS, {"least_value": Decimal("29.90"), "most_value": Decimal("29.90")}, True),
    (MUGS, {"least_value": Decimal("29.91")}, False),
    (MUGS, {"most_value": Decimal("29.89")}, False),
    (replace(MUGS, currency="USD"), {"least_value": Decimal(1)}, False),
    (replace(MUGS, currency="USD", euro_rate=Decimal(2)), {"most_value": Decimal("14.95")}, True),
    (MUGS, {"article": "zeegroen"}, True),
    (MUGS, {"article": "blauw"}, False),
    (MUGS, {"skus": "mok-1"}, True),
    (MUGS, {"skus": "mok"}, False),
    (MUGS, {"skus": "VAAS, MOK*"}, True),
    (MUGS, {"skus": "V*"}, False),
    (MUGS, {"postcodes": "10, 35 24"}, True),
    (MUGS, {"postcodes": "24"}, False),
    (replace(MUGS, shipping_method="Brievenbus (PostNL)"), {"shipping_method": "brievenbus"}, True),
    (MUGS, {"shipping_method": "brievenbus"}, False),
    # All conditions must hold.
    (MUGS, {"destinations": ["NL"], "article": "blauw"}, False),
    # What is not sent any more does not count.
    (make_order(lines=(replace(MUGS.lines[0], fulfilled=2), *weighing(400).lines)), {"skus": "MOK-1"}, False),
]


@pytest.mark.parametrize(("order", "conditions", "meets"), MEETINGS, ids=[str(case[1]) for case in MEETINGS])
def test_an_order_meets_a_rule_when_all_its_conditions_hold(order, conditions, meets):
    # A change that is possible everywhere and is no default.
    made = plan(rule(carrier="postnl", package_type="package", **conditions), order=order)
    assert bool(said(made)) == meets


def test_a_rule_changes_the_preferences_and_the_draft_says_which_rule_it_was():
    made = plan(rule(name="Brievenbus NL", destinations=["NL"], **MAILBOX))
    assert (made.content.choice.package_type, made.problems) == ("mailbox", ())
    assert said(made) == ["Shipping rule “Brievenbus NL”: Letterbox parcel."]


def test_the_preferences_give_way_to_a_rule_with_which_they_do_not_go():
    made = plan(rule(**MAILBOX), signature=True, insurance=10000)
    choice = made.content.choice
    assert (choice.package_type, choice.signature, choice.insurance) == ("mailbox", False, 0)


def test_the_first_rule_that_an_order_meets_ends_the_rules():
    made = plan(
        rule(name="1", postcodes="99", signature=True), rule(name="2", **MAILBOX), rule(name="3", carrier="dpd")
    )
    assert [text[:20] for text in said(made)] == ["Shipping rule “2”: L"]
    assert (made.content.choice.carrier, made.content.choice.signature) == ("postnl", False)


def test_a_rule_that_goes_on_leaves_the_rest_to_the_next_ones():
    made = plan(rule(name="1", goes_on=True, signature=True), rule(name="2", return_to_sender=True), rule(name="3"))
    assert (made.content.choice.signature, made.content.choice.return_to_sender) == (True, True)
    assert len(said(made)) == 2


def test_what_the_buyer_chose_wins():
    to_point = make_order(pickup_point=AT_ZEIST)
    made = plan(rule(name="Avond", delivery_type="evening", signature=True), order=to_point)
    assert (made.content.choice.delivery_type, made.content.choice.signature) == ("pickup", True)
    assert said(made) == ["Shipping rule “Avond”: Signature on delivery on."]
    made = plan(rule(name="Avond", delivery_type="evening"), order=to_point)
    assert said(made) == ["Shipping rule “Avond” was not applied: The buyer chose a pick-up point."]
    made = plan(rule(name="Brievenbus", **MAILBOX), order=to_point)
    assert (made.content.choice.delivery_type, made.content.choice.package_type) == ("pickup", "package")
    assert said(made) == ["Shipping rule “Brievenbus” was not applied: The buyer chose a pick-up point."]


IMPOSSIBLE = [
    ({"carrier": "dhlforyou"}, abroad("US"), "Outside the EU only PostNL is possible."),
    ({"only_recipient": True}, abroad("DE"), "Recipient only cannot be chosen."),
    (MAILBOX, weighing(5000), "The weight is over 2 kg"),
    ({"insurance_percent": 50}, replace(MUGS, currency="USD"), "The value of this order in euros is not known."),
]


@pytest.mark.parametrize(("change", "order", "why"), IMPOSSIBLE, ids=[str(case[0]) for case in IMPOSSIBLE])
def test_a_rule_that_cannot_be_carried_out_keeps_the_preferences_and_says_why(change, order, why):
    without = plan(order=order)
    made = plan(rule(**change), order=order)
    assert (made.content.choice, made.blocker) == (without.content.choice, None)
    assert len(said(made)) == 1
    assert f"was not applied: {why}" in said(made)[0]


def test_the_empty_box_of_its_package_type_counts_for_what_a_rule_may_choose():
    preferences = {"box_weights": {"mailbox": 60, "package": 900}}
    assert plan(rule(**MAILBOX), order=weighing(1940), **preferences).content.choice.package_type == "mailbox"
    assert plan(rule(**MAILBOX), order=weighing(1941), **preferences).content.choice.package_type == "package"


def test_a_rule_insures_an_amount_or_a_part_of_the_value_instead_of_the_preferences():
    assert plan(rule(insurance=25000), insurance_percent=100).content.choice.insurance == 25000
    assert plan(rule(insurance_percent=100), insurance=50000).content.choice.insurance == 10000
    assert plan(rule(signature=True), insurance_percent=100).content.choice.insurance == 10000


def test_a_rule_can_send_outside_the_eu_what_the_default_carrier_cannot():
    order = abroad("US")
    assert plan(order=order, carrier="dhlforyou").blocker is not None
    made = plan(rule(destinations=["ROW"], carrier="postnl"), order=order, carrier="dhlforyou")
    assert (made.blocker, made.content.choice.carrier) == (None, "postnl")


def test_a_column_of_a_file_wins_over_a_rule():
    text = "reference;name;street;number;postal_code;city;country;package_type;weight\n"
    text += "1;Ada;Lindelaan;12;3524 KB;Utrecht;NL;;300\n2;Ada;Lindelaan;12;3524 KB;Utrecht;NL;package;300\n"
    text += "3;Ada;Lindelaan;12;3524 KB;Utrecht;NL;;1500\n"
    rules = compile_rules([rule(name="Licht", most_weight=500, **MAILBOX)])
    plans = [plan_row(line, PackagePreferences(), rules) for line in read_table(text.encode()).lines]
    assert [made.content.choice.package_type for made in plans] == ["mailbox", "package", "package"]
    assert [said(made) for made in plans] == [
        ["Shipping rule “Licht”: Letterbox parcel."],
        ["Shipping rule “Licht” was not applied: The file says otherwise."],
        [],
    ]


@pytest.fixture
def merchant(db: None, shop: Shop):
    fill_sender(shop)
    make_member(shop, make_user(), "admin")
    return make_connection(shop)


def imported(shop: Shop, key: str = "k") -> Shipment:
    start_import(shop, shop.memberships.first().user, orders=ExternalOrder.objects.all(), key=key)
    runner.run_due()
    return Shipment.objects.latest("pk")


def test_a_draft_keeps_saying_why_after_the_rule_was_changed_and_deleted(merchant, shop, client_for, owner):
    mirror_order(merchant, MUGS)
    letterbox = make_rule(shop, name="Brievenbus NL", destinations=["NL"])
    browser = client_for(owner)
    assert "Verzendregel “Brievenbus NL”: Brievenbuspakje." in browser.get("/zendingen/importeren/").content.decode()
    draft = imported(shop)
    assert draft.package_type == "mailbox"
    change_rule(letterbox, {"name": "Anders", "package_type": "package"}, by=owner)
    delete_rule(letterbox, by=owner)
    page = browser.get(f"/zendingen/{draft.public_id}/bewerken/").content.decode()
    assert "Verzendregel “Brievenbus NL”: Brievenbuspakje." in page
    Shipment.objects.update(status="registered", barcode="3SSAND000000001")
    page = browser.get(f"/zendingen/{draft.public_id}/").content.decode()
    assert "Verzendregel “Brievenbus NL”: Brievenbuspakje." in page


def test_an_unedited_draft_follows_the_rules_when_its_order_changes(merchant, shop):
    order = mirror_order(merchant, MUGS).order
    make_rule(shop, postcodes="35")
    draft = imported(shop)
    assert draft.package_type == "mailbox"
    for hours, (postcode, package_type, notes) in enumerate((("3511 LX", "mailbox", 1), ("1012 AB", "package", 0)), 1):
        moved = replace(order.address, postal_code=postcode)
        mirror_order(merchant, replace(order, updated_at=order.updated_at + timedelta(hours=hours), address=moved))
        apply_due()
        draft.refresh_from_db()
        assert (draft.postal_code, draft.package_type) == (postcode, package_type)
        assert len([note for note in draft.notes if note["field"] == "rule"]) == notes


def test_twenty_rules_cost_an_import_no_query(merchant, shop):
    def queries() -> int:
        mirror_order(merchant, make_order(len(ExternalOrder.objects.all()) + 1))
        with CaptureQueriesContext(connection) as captured:
            imported(shop, key=str(ExternalOrder.objects.count()))
        return len(captured)

    without = queries()
    for _number in range(20):
        make_rule(shop, postcodes="35", goes_on=True)
    shop.refresh_from_db()
    assert queries() == without


def test_an_evening_that_only_a_rule_asks_for_is_asked_of_the_carrier(merchant, shop, monkeypatch):
    asked = []

    class Moments:
        def __init__(self, *_facts: object) -> None: ...

        def ask(self, choice: ParcelChoice, _recipient: object) -> None:
            asked.append(choice.delivery_type)

    monkeypatch.setattr(import_offers, "Moments", Moments)
    items = [JobItem(order=mirror_order(merchant, MUGS))]
    import_offers.ask_for_orders(shop.pk, items, shop.preferences, compile_rules([rule(signature=True)]))
    assert asked == []
    # The weight that the shop remembers counts here as well.
    ProductCustoms.objects.create(shop=shop, sku="VAAS", description="Vase", weight=1500)
    items.append(JobItem(order=mirror_order(merchant, make_order(2, lines=(replace(VASE, weight=None),)))))
    rules = compile_rules([rule(delivery_type="evening", least_weight=1400)])
    import_offers.ask_for_orders(shop.pk, items, shop.preferences, rules)
    assert asked == ["standard", "evening"]


def recent(number: int, **changes: object) -> OrderData:
    moment = timezone.now() - timedelta(days=1, minutes=number)
    return make_order(number, created_at=moment, updated_at=moment, **changes)


def test_a_dry_run_counts_what_each_rule_would_have_met_and_changed(merchant, shop, client_for, owner):
    mirror_order(merchant, recent(1))
    # What was sent since then counts as it came.
    sent = replace(MUGS.lines[0], fulfilled=2)
    mirror_order(merchant, recent(2, lines=(sent,), fulfillment=FulfillmentStatus.FULFILLED))
    ExternalOrder.objects.filter(number="2").update(is_imported=True)
    mirror_order(merchant, recent(3, lines=weighing(5000).lines))
    mirror_order(merchant, recent(4, address=abroad("DE").address))
    mirror_order(merchant, make_order(5, created_at=timezone.now() - timedelta(days=31)))
    make_rule(shop, name="Uit", is_on=False, signature=True)
    make_rule(shop, name="Brievenbus", destinations=["NL"], skus="MOK*, VAAS")
    make_rule(shop, name="Rest", return_to_sender=True)
    before = list(ExternalOrder.objects.values()), Shipment.objects.count()
    trial = rule_trial.try_rules(shop)
    assert (trial.orders, trial.untouched, trial.is_partial) == (4, 0, False)
    off, letterbox, rest = trial.rules
    assert (off.met, letterbox.met, rest.met) == (4, 3, 1)
    assert letterbox.most_changes == [("PostNL · Pakket → PostNL · Brievenbuspakje", 2)]
    assert [(text[:30], n) for text, n in letterbox.most_obstacles] == [("Het gewicht is hoger dan 2 kg,", 1)]
    page = client_for(owner).get("/instellingen/zendingen/regels/proef/").content.decode()
    assert "2× PostNL · Pakket → PostNL · Brievenbuspakje" in page
    assert (list(ExternalOrder.objects.values()), Shipment.objects.count()) == before


def test_a_dry_run_stops_at_its_bound_and_says_so(merchant, shop, client_for, owner, monkeypatch):
    monkeypatch.setattr(rule_trial, "MAX_ORDERS", 2)
    other_site = make_connection(shop)
    for number, site in ((1, merchant), (2, other_site), (3, merchant), (4, other_site)):
        mirror_order(site, recent(number, lines=weighing(100 * number).lines))
    make_rule(shop, most_weight=250)
    trial = rule_trial.try_rules(shop)
    # The newest ones of both sites, of 100 and 200 grams.
    assert (trial.orders, trial.is_partial, trial.rules[0].met) == (2, True, 2)
    page = client_for(owner).get("/instellingen/zendingen/regels/proef/").content.decode()
    assert "Er zijn er meer" in page
