"""ShipmentContent: round trips through the model, and its compare-and-swap."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import User
from carriers.parcels import Address, CustomsDeclaration, CustomsLine, ParcelChoice
from shipments.content import ORDER_FIELD, ShipmentContent, ShipmentLine
from shipments.models import Shipment, ShipmentEvent
from shipments.services.drafts.save import EditConflict, NotADraft, insert_draft, save_content
from shipments.tests.factories import make_shipment
from shops.models import Shop

pytestmark = pytest.mark.django_db
CONTENT = ShipmentContent(
    recipient=Address(
        person="Alex Example", company="Example Ltd", street="Sample Street", number="12", suffix="A", box="3",
        extra="2nd floor", postal_code="10001", city="New York", region="NY", country="US", email="a@b.example",
        phone="+1 555 0100",
    ),
    choice=ParcelChoice("postnl", "package", "standard", signature=True, insurance=10_000),
    weight=700,
    description="10231",
    customs=CustomsDeclaration("gifts", "INV-1", (CustomsLine("Mug", 2, 350, 1495, "691110", "NL", "MOK-1"),), "EUR"),
    lines=(ShipmentLine("line-1", 2, "Mug", "MOK-1"),),
    value=Decimal("29.90"),
)  # fmt: skip
# Columns for status, results and ownership.
NOT_CONTENT = {
    "id", "shop", "public_id", "order", "parcel_number", "status", "status_at", "created_at", "created_by", "edited_at",
    "version", "reference", "barcode", "tracking_url", "registered_at", "printed_at", "fulfillment", "gateway",
    "external_id", "parent", "price", "tracking_status", "carrier_status_code", "delayed", "delivered_at",
    "next_poll_at", "order_alert", "order_fingerprint", "deleted_at", "notes", "parcel_count", "listed_at",
    "recipient_erased_at", "tab", "zone", "attention", "push_failed", "overdue",
}  # fmt: skip


def an_edit() -> ShipmentEvent:
    return ShipmentEvent(kind=ShipmentEvent.Kind.EDITED)


def stored(shipment: Shipment) -> Shipment:
    return Shipment.objects.get(pk=shipment.pk)


def test_what_is_put_in_comes_back(shop: Shop):
    made = Shipment(shop=shop, reference="1")
    insert_draft(made, CONTENT, an_edit())
    assert stored(made).content == CONTENT
    edited = make_shipment(shop)
    save_content(edited, CONTENT, expected_version=1, event=an_edit())
    assert stored(edited).content == CONTENT


def test_each_column_is_content_or_known_not_to_be():
    written = set(CONTENT.columns()) | {"problems", "blocked_by", "search_text"}
    assert {field.name for field in Shipment._meta.concrete_fields} == written | NOT_CONTENT
    assert not written & NOT_CONTENT


def test_a_form_that_is_not_given_stays_and_inside_the_eu_there_is_none(shop: Shop):
    draft = Shipment(shop=shop, reference="1")
    insert_draft(draft, CONTENT, an_edit())
    save_content(draft, replace(CONTENT, customs=None, weight=800), expected_version=1, event=an_edit())
    assert stored(draft).content == replace(CONTENT, weight=800)
    home = replace(CONTENT.recipient, country="NL", postal_code="3524 KB", region="")
    save_content(draft, replace(CONTENT, recipient=home), expected_version=2, event=an_edit())
    assert stored(draft).content.customs is None
    assert not draft.customs_items.all()
    assert (stored(draft).invoice, stored(draft).contents) == ("", "commercial_goods")


def test_another_version_or_a_label_keeps_everything_as_it_is(shop: Shop, owner: User):
    draft = make_shipment(shop)
    with pytest.raises(EditConflict):
        save_content(stored(draft), CONTENT, expected_version=7, event=an_edit())
    Shipment.objects.update(status="registered")
    with pytest.raises(NotADraft):
        save_content(stored(draft), CONTENT, expected_version=1, event=an_edit())
    assert (stored(draft).content, stored(draft).version) == (draft.content, 1)
    assert not draft.events.exists()
    assert not draft.customs_items.exists()


def test_a_problem_with_the_order_survives_a_save_and_blocks_before_all_others(shop: Shop):
    problem = {"field": ORDER_FIELD, "code": "canceled", "text": {"en": "The order was canceled."}}
    draft = make_shipment(shop, problems=[problem], blocked_by="order")
    save_content(draft, replace(CONTENT, customs=None), expected_version=1, event=an_edit())
    kept = stored(draft)
    assert kept.problems[0] == problem
    assert len(kept.problems) > 1
    assert kept.blocked_by == "order"


def test_only_an_edit_counts_as_one(shop: Shop):
    for counts in (False, True):
        draft = make_shipment(shop)
        save_content(draft, CONTENT, expected_version=1, event=an_edit(), counts_as_edit=counts)
        assert (stored(draft).edited_at is not None) is counts
        assert stored(draft).version == draft.version == 2


def test_the_version_shown_is_the_one_that_counts(shop: Shop):
    draft = make_shipment(shop)
    opened = stored(draft)
    save_content(draft, replace(CONTENT, weight=900), expected_version=1, event=an_edit())
    with pytest.raises(EditConflict):
        save_content(opened, CONTENT, expected_version=1, event=an_edit())
    assert stored(draft).weight == 900
    assert draft.edited_at is not None
    assert draft.edited_at <= timezone.now()
