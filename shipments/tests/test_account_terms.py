"""Drafts and labels follow what the shop's account may do."""

from dataclasses import replace

import pytest

from carriers.capabilities import AccountCapabilities, Capabilities
from carriers.choices import CARRIERS, CONTRACT_CARRIERS
from carriers.delivery_options import Answer, Offer
from integrations.services import mirror
from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import FakePlatform, make_order
from jobs import runner
from shipments.models import JobItem, Shipment
from shipments.services.drafts.bulk_edit import plan_edit
from shipments.services.imports import order_import
from shipments.services.imports.delivery_offers import with_offer
from shipments.services.imports.order_to_draft import draft_from_order
from shipments.services.labels import register
from shipments.tests.factories import fill_sender, make_shipment
from shops.models import PackagePreferences, Shop
from shops.services import contracts, gateway_accounts
from tests.sandbox_server import MyParcelSandbox

pytestmark = pytest.mark.django_db
REACHABLE = {"email": "hanna@example.com", "phone": "0612345678"}


@pytest.fixture
def account(shop: Shop, sandbox: MyParcelSandbox, settings):
    """Saves the shop's key again, with these switches of the sandbox."""
    settings.MYPARCEL_API_URL = sandbox.api
    PackagePreferences.objects.get_or_create(shop=shop)
    fill_sender(shop)

    def read(**switches: object) -> Shop:
        sandbox.set_switches(**switches)
        contracts.read_account(gateway_accounts.save_api_key(shop, sandbox.key))
        return Shop.objects.get(pk=shop.pk)

    return read


def labels_for(shop: Shop, owner, key: str) -> JobItem:
    job = register.start_labels(shop, owner, shipments=shop.shipments.all(), layout="a6", start=1, key=key)
    runner.run_due()
    return job.items.get()


def test_a_carrier_under_contract_is_sent_with_while_the_account_has_it(account, owner, sandbox: MyParcelSandbox):
    shop = account(contract_carriers="DPD")
    draft = make_shipment(shop, carrier="dpd", **REACHABLE)
    account(contract_carriers="")
    refused = labels_for(shop, owner, "first")
    assert (refused.state, refused.code) == (JobItem.State.FAILED, "contract")
    assert sandbox.shipments == []
    account(contract_carriers="DPD")
    assert labels_for(shop, owner, "second").state == JobItem.State.OK
    assert sandbox.shipments[0]["carrier_id"] == 4
    draft.refresh_from_db()
    assert draft.barcode


def test_an_import_falls_back_to_what_the_account_has_and_notes_it(account, acme: FakePlatform, owner):
    shop = account(contract_lacks="DHL_FOR_YOU;POSTNL.requiresSignature")
    PackagePreferences.objects.filter(shop=shop).update(carrier="dhlforyou", signature=True)
    connection = make_connection(shop)
    acme.orders = [make_order(1)]
    mirror.store_orders(connection, acme.orders)
    order_import.start_import(shop, owner, orders=connection.orders.all(), key="import")
    runner.run_due()
    draft = shop.shipments.get()
    assert (draft.carrier, draft.signature, draft.problems) == ("postnl", False, [])
    notes = [note["text"]["en"] for note in draft.notes]
    assert "DHL For You · Parcel is not part of your account; changed to PostNL · Parcel." in notes
    assert "Signature on delivery was switched off. Not part of your account." in notes


def test_the_editor_and_the_bulk_edit_offer_what_the_account_has(account, owner, client_for):
    shop = account(contract_carriers="DPD", contract_lacks="DHL_FOR_YOU")
    draft, browser = make_shipment(shop, **REACHABLE), client_for(owner)
    selection = {"shipment": draft.public_id}
    for page in (
        browser.get(f"/zendingen/{draft.public_id}/bewerken/").content.decode(),
        browser.post("/zendingen/selectie/bewerken/", selection, follow=True).content.decode(),
    ):
        assert 'value="dpd"' in page
        assert 'value="dhlforyou"' not in page
    assert plan_edit(draft, {"carrier": "dpd"}).blocker is None
    assert plan_edit(draft, {"carrier": "dhlforyou"}).blocker.code == "account"


def test_a_draft_of_a_carrier_the_account_lost_shows_it_with_the_reason(account, owner, client_for):
    shop = account(contract_lacks="DHL_FOR_YOU")
    draft = make_shipment(shop, carrier="dhlforyou")
    page = client_for(owner).get(f"/zendingen/{draft.public_id}/bewerken/").content.decode()
    assert "DHL For You hoort niet bij je account. Kies een andere vervoerder." in page
    draft.apply_content(draft.content)
    assert Shipment.objects.get().blocked_by == ""
    assert draft.blocked_by == "parcel"


@pytest.mark.parametrize(
    ("numbers", "missing"),
    [
        ({}, {"eori", "vat"}),
        ({"eori": "NL123456789", "vat": "NL123456789B13"}, set()),
        ({"eori": "NL123456789", "vat": "NL123456789B01"}, {"vat"}),
    ],
)
def test_a_carrier_that_needs_the_customs_numbers_of_the_sender_looks_at_them(account, numbers, missing):
    shop = account(contract_carriers="DPD")
    Shop.objects.filter(pk=shop.pk).update(**numbers)
    shop.refresh_from_db()
    british = {"country": "GB", "postal_code": "SW1A 1AA", "number": "", "street": "18 Lark Lane", "carrier": "dpd"}
    draft = make_shipment(shop, delivery_type="pickup", pickup_code="1", pickup_carrier="dpd", **british, **REACHABLE)
    found = {problem.field for problem in draft.content.problems(shop.capabilities)}
    assert found & {"eori", "vat"} == missing


def test_a_moment_that_is_not_offered_leaves_a_draft_that_is_judged_by_the_account(shop: Shop):
    capabilities = Capabilities(AccountCapabilities(frozenset({*CARRIERS, *CONTRACT_CARRIERS})))
    plan = draft_from_order(make_order(), PackagePreferences(shop=shop))
    evening = replace(plan.content.choice, carrier="dpd", delivery_type="evening")
    recipient = replace(plan.content.recipient, **REACHABLE)
    plan = replace(plan, content=replace(plan.content, choice=evening, recipient=recipient))
    found = with_offer(plan, (Answer(Offer.NOT_OFFERED), "not offered"), capabilities)
    assert found.content.choice.delivery_type == "standard"
    assert found.problems == ()
