"""Parcels to NL, BE, DE, CH, GB and US from order to label, with customs documents, through both gateways."""

from dataclasses import replace

import pytest

from carriers.tests.pdf_reading import read_pages, sizes_of, text_of
from integrations.models import Fulfillment
from integrations.services import mirror
from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import FakePlatform, abroad, make_order
from jobs import runner
from shipments.models import Shipment
from shipments.services.drafts.edit import edit_draft
from shipments.services.imports import order_import
from shipments.services.labels import files, register
from shipments.tests.factories import fill_sender
from shops.models import PackagePreferences, Shop
from shops.services import gateway_accounts
from tests.sandbox_server import MyParcelSandbox

pytestmark = pytest.mark.django_db
ORDERS = (
    make_order(1),
    abroad("BE", 2, line1="Kouter 18", postal_code="9000", city="Gent"),
    abroad("DE", 3, line1="Am Sandtorkai 50", postal_code="20457", city="Hamburg"),
    abroad("CH", 4, line1="Bahnhofquai 9", postal_code="8001", city="Zürich"),
    abroad("GB", 5, line1="10 Fenchurch Street", postal_code="EC3M 3BE", city="London"),
    abroad("US", 6, line1="235 West 23rd Street", postal_code="10011", city="New York", region="NY"),
)
OUTSIDE = 3


@pytest.fixture
def drafts(acme: FakePlatform, shop: Shop, owner) -> list[Shipment]:
    PackagePreferences.objects.get_or_create(shop=shop)
    fill_sender(shop)
    connection = make_connection(shop)
    acme.orders = list(ORDERS)
    mirror.store_orders(connection, acme.orders)
    order_import.start_import(shop, owner, orders=connection.orders.all(), key="import")
    runner.run_due()
    for draft in shop.shipments.filter(blocked_by="customs"):
        complete_customs(draft, owner)
    return list(shop.shipments.order_by("reference"))


def complete_customs(draft: Shipment, owner) -> None:
    """Add HS code and origin of every item, as a merchant would."""
    form = draft.declaration()
    lines = tuple(replace(line, hs_code="6912001000", origin="NL") for line in form.lines)
    edit_draft(
        draft,
        by=owner,
        version=draft.version,
        content=replace(draft.content, customs=replace(form, lines=lines)),
    )


@pytest.mark.parametrize("gateway", ["local", "myparcel"])
@pytest.mark.parametrize("layout", ["a6", "a4"])
def test_from_order_to_label_everywhere(drafts, shop: Shop, owner, sandbox: MyParcelSandbox, settings, gateway, layout):
    settings.MYPARCEL_API_URL = sandbox.api
    shop.gateway_account.delete()
    Shop.objects.update(is_practicing=True)
    if gateway == "myparcel":
        gateway_accounts.save_api_key(shop, sandbox.key)
    rows = shop.shipments.order_by("reference")
    job = register.start_labels(shop, owner, shipments=rows, layout=layout, start=1, key="labels")
    runner.run_due()
    job.refresh_from_db()
    assert (job.state, job.items.filter(state="ok").count()) == ("done", len(ORDERS)), [
        item.reason for item in job.items.exclude(state="ok")
    ]
    assert set(rows.values_list("gateway", flat=True)) == {gateway}
    codes = dict(rows.values_list("country", "barcode"))
    assert [len(codes[country]) for country in ("NL", "BE", "DE")] == [15, 13, 13]
    assert all(codes[country].endswith("NL") for country in ("CH", "GB", "US"))
    assert Fulfillment.objects.count() == (0 if gateway == "local" else len(ORDERS))
    pdf = files.label_file(job).read_bytes()
    read = {text for page in read_pages(pdf) for text in page}
    assert read >= set(codes.values())
    sheets = len(sizes_of(pdf))
    if gateway == "local":
        # A CN23 and three invoices for each parcel outside the EU.
        assert sheets == (len(ORDERS) if layout == "a6" else 2) + 4 * OUTSIDE
        assert text_of(pdf).count("COMMERCIAL INVOICE") == 3 * OUTSIDE
    if gateway == "myparcel":
        # Outside the EU MyParcel's A4 has the label and the form on separate pages; the invoices are ours.
        assert sheets == (len(ORDERS) - OUTSIDE if layout == "a6" else 1) + (2 + 3) * OUTSIDE
        assert text_of(pdf).count("COMMERCIAL INVOICE") == 3 * OUTSIDE
        sent = {row["reference_identifier"]: row for row in sandbox.shipments}
        forms = [row["customs_declaration"] for row in sent.values() if row["customs_declaration"]]
        assert len(forms) == OUTSIDE
        assert all(form["items"][0]["classification"] == "6912001000" for form in forms)
