"""Labels at the gateway that no shipment knows of: taken over, named in the log, or removed, each of them once."""

import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from carriers.gateways.base import ListedLabel
from carriers.gateways.local import LocalGateway
from carriers.gateways.myparcel.mapping import shipment_body
from carriers.parcels import Registration
from lib.http import ApiUnavailable
from shipments.models import Shipment
from shipments.services.labels import extra_labels, unanswered
from shipments.services.labels.barcode_numbers import allocate_numbers
from shipments.services.labels.files import build_consignment
from shipments.tests.factories import fill_sender, make_shipment
from shops.models import GatewayAccount, Shop
from shops.services import gateway_accounts
from tests.sandbox_server import MyParcelSandbox

pytestmark = pytest.mark.django_db


class Gateway(LocalGateway):
    """``listed`` are its labels, newest first; ``found`` are those it finds by their reference."""

    def __init__(self, shop_id: int) -> None:
        super().__init__(partial(allocate_numbers, shop_id))
        self.listed: list[ListedLabel] = []
        self.found: dict[str, Registration] = {}
        self.removed: list[str] = []
        self.pages, self.is_down = 0, False

    def newest_labels(self, page, size):
        self.pages += 1
        if self.is_down:
            raise ApiUnavailable("down", retry_after=7200)
        return self.listed[(page - 1) * size : page * size]

    def find_registrations(self, consignments):
        return {one.reference: self.found[one.reference] for one in consignments if one.reference in self.found}

    def cancel(self, external_id):
        self.removed.append(external_id)


@pytest.fixture
def gateway(shop: Shop, monkeypatch) -> Gateway:
    fill_sender(shop)
    gateway = Gateway(shop.pk)
    for module in (extra_labels, unanswered):
        monkeypatch.setattr(module, "open_gateway", lambda *_: gateway)
    return gateway


def look() -> int:
    GatewayAccount.objects.update(extra_labels_due_at=timezone.now())
    return extra_labels.look_due()


def extra_label(gateway: Gateway, shipment: Shipment, barcode: str = "3SLATE1") -> None:
    gateway.listed.insert(0, ListedLabel("77", str(shipment.public_id), barcode))


def test_a_label_that_came_too_late_is_taken_over_by_its_draft(gateway: Gateway, shop: Shop):
    draft = make_shipment(shop)
    (made,) = gateway.register([build_consignment(draft)])
    gateway.found[made.reference] = made
    extra_label(gateway, draft, made.barcode)
    assert look() == 1
    unanswered.look_up_due()
    draft.refresh_from_db()
    assert (draft.status, draft.barcode) == ("registered", made.barcode)
    assert made.barcode in str(draft.events.get(kind="extra_label").text["nl"])


def test_a_draft_that_somebody_changed_since_does_not_take_the_old_label(gateway: Gateway, shop: Shop):
    draft = make_shipment(shop, edited_at=timezone.now() + timedelta(minutes=1))
    extra_label(gateway, draft)
    look()
    draft.refresh_from_db()
    assert draft.status == "draft"
    assert "3SLATE1" in draft.events.get(kind="extra_label").text["en"]


def test_a_second_label_is_named_once(gateway: Gateway, shop: Shop):
    shipment = make_shipment(shop, status="registered", barcode="3SOURS1", external_id="1")
    extra_label(gateway, shipment)
    gateway.listed.append(ListedLabel("1", str(shipment.public_id), "3SOURS1"))
    look()
    look()
    (event,) = shipment.events.all()
    assert (event.kind, event.code) == ("extra_label", "3SLATE1")
    shipment.refresh_from_db()
    assert shipment.barcode == "3SOURS1"


def test_a_concept_that_nobody_waits_for_is_removed(gateway: Gateway, shop: Shop):
    extra_label(gateway, make_shipment(shop), barcode="")
    extra_label(gateway, make_shipment(shop, status="registering"), barcode="")
    look()
    assert gateway.removed == ["77"], "of one that is being made its job knows more"


def test_labels_of_other_programs_and_other_shops_are_left_alone(gateway: Gateway, shop: Shop, rival: Shop):
    gateway.listed = [
        ListedLabel("1", "order 17", "3SX1"),
        ListedLabel("2", "", ""),
        ListedLabel("3", str(uuid.uuid4()), ""),
        ListedLabel("4", str(make_shipment(rival).public_id), "3SX4"),
    ]
    look()
    assert gateway.removed == []
    assert set(Shipment.objects.values_list("status", flat=True)) == {"draft"}


def test_a_gateway_that_is_away_is_asked_again_later_and_a_night_later_after_an_answer(gateway: Gateway, shop: Shop):
    gateway.is_down = True
    look()
    assert GatewayAccount.objects.get().extra_labels_due_at > timezone.now() + timedelta(hours=1.9)
    gateway.is_down = False
    look()
    assert GatewayAccount.objects.get().extra_labels_due_at > timezone.now() + timedelta(hours=23)
    assert extra_labels.look_due() == 0


def test_the_reading_ends_where_the_labels_are_old(gateway: Gateway, shop: Shop, monkeypatch):
    monkeypatch.setattr(extra_labels, "PAGE_SIZE", 1)
    for age in (10, 9, 1, 0):
        old = make_shipment(shop, status="printed", external_id=str(age), barcode=f"3S{age}")
        Shipment.objects.filter(pk=old.pk).update(status_at=timezone.now() - timedelta(days=age))
        gateway.listed.insert(0, ListedLabel(str(age), str(old.public_id), f"3S{age}"))
    look()
    assert gateway.pages == 3


def test_myparcel_lists_what_it_has(shop: Shop, sandbox: MyParcelSandbox, settings):
    settings.MYPARCEL_API_URL = sandbox.api
    gateway_accounts.save_api_key(fill_sender(shop, key=False), sandbox.key)
    draft = make_shipment(shop)
    gateway = extra_labels.open_gateway(shop.pk, "myparcel")
    (late,) = gateway.register([build_consignment(draft)])
    gateway.client.create([shipment_body(build_consignment(make_shipment(shop)))])
    look()
    unanswered.look_up_due()
    draft.refresh_from_db()
    assert (draft.status, draft.barcode) == ("registered", late.barcode)
    assert [row["reference_identifier"] for row in sandbox.shipments] == [str(draft.public_id)], "no concept is left"
