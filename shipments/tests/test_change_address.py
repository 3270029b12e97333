"""Another address after the label: one press cancels it and makes the new one, and everybody is told the new code."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from carriers.gateways.base import AlreadyScanned
from carriers.gateways.local import LocalGateway
from integrations.models import Fulfillment
from integrations.orders import FulfillmentStatus, OrderStatus
from integrations.services import fulfillments, mirror
from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import FakePlatform, make_order
from jobs import runner
from jobs.models import Job
from lib.http import ApiUnavailable
from shipments.content import ShipmentLine
from shipments.models import Shipment
from shipments.services.drafts.split import recreate_draft
from shipments.services.imports.order_alerts import fingerprint
from shipments.services.imports.order_changes import apply_due
from shipments.services.labels import cancel, registration_call, unanswered
from shipments.services.labels.barcode_numbers import allocate_numbers
from shipments.tests.factories import fill_sender, make_shipment
from shipments.tests.test_address_list import read, typed
from shops.models import PackagePreferences, Shop

pytestmark = pytest.mark.django_db


class Post(LocalGateway):
    """A gateway that remembers what it registered and canceled, and fails as a test wants."""

    def __init__(self, shop: Shop) -> None:
        super().__init__(lambda series, count: allocate_numbers(shop.pk, series, count))
        self.labels: dict[str, object] = {}
        self.canceled: list[str] = []
        self.fail: Exception | None = None
        self.loses_answers = 0

    def register(self, consignments):
        answers = super().register(consignments)
        self.labels |= {one.reference: answer for one, answer in zip(consignments, answers, strict=True)}
        if self.loses_answers:
            self.loses_answers -= 1
            raise ApiUnavailable("the answer was lost")
        return answers

    def find_registrations(self, consignments):
        return {one.reference: self.labels[one.reference] for one in consignments if one.reference in self.labels}

    def cancel(self, external_id):
        if self.fail:
            raise self.fail
        self.canceled.append(external_id)


@pytest.fixture
def post(shop: Shop, monkeypatch) -> Post:
    post = Post(shop)
    for module in (registration_call, unanswered, cancel):
        monkeypatch.setattr(module, "open_gateway", lambda shop, name: post)
    return post


@pytest.fixture
def label(acme: FakePlatform, shop: Shop, post: Post) -> Shipment:
    """The label of an order, of which the webshop was told."""
    PackagePreferences.objects.get_or_create(shop=shop)
    fill_sender(shop)
    acme.orders = [make_order(1)]
    order = mirror_order(make_connection(shop), acme.orders[0])
    lines = [ShipmentLine.of_order(line, line.quantity).to_json() for line in order.order.lines]
    facts = {"order_lines": lines, "order_fingerprint": fingerprint(order.order), "registered_at": timezone.now()}
    made = {"status": "registered", "barcode": "3SOLD", "gateway": "acmepost", "external_id": "old"}
    shipment = make_shipment(shop, order=order, reference="1", **facts, **made)
    units = tuple((line.id, line.quantity) for line in order.order.lines)
    known = fulfillments.NewFulfillment(order, shipment.public_id, "3SOLD", "PostNL", "https://post.example", units)
    shipment.fulfillment = fulfillments.enqueue([known])[shipment.public_id]
    shipment.save()
    fulfillments.push_due()
    return Shipment.objects.get()


@pytest.fixture
def merchant(client_for, owner, label: Shipment) -> Client:
    return client_for(owner)


def address_of(label: Shipment) -> str:
    return f"/zendingen/{label.public_id}/adres/"


def corrected(label: Shipment, **changes: str) -> dict[str, object]:
    """The form of the window with another house number."""
    form = typed(label, **({"number": "99", "house_number": ""} | changes))
    return {name.partition("-")[2] or name: value for name, value in form.items() if name != "shipment"}


def press(merchant: Client, label: Shipment, **changes: str):
    return merchant.post(address_of(label), corrected(label, **changes))


def new_label() -> Shipment:
    return Shipment.objects.exclude(status="cancelled").get()


def test_one_press_cancels_the_label_and_makes_the_new_one(merchant, label, post, acme):
    answer = press(merchant, label)
    assert answer.url == f"/zendingen/taken/{Job.objects.latest('pk').public_id}/", "where its file is"
    runner.run_due()
    label.refresh_from_db()
    now = new_label()
    assert (label.status, now.status) == ("cancelled", "registered")
    assert len(post.canceled) == 1
    assert now.recipient == replace(label.recipient, number="99", house_number="")
    assert (now.weight, now.choice, now.lines, now.order) == (label.weight, label.choice, label.lines, label.order)
    assert now.barcode != label.barcode


def test_the_webshop_withdraws_the_old_code_and_gets_the_new_one(merchant, label, acme):
    press(merchant, label)
    acme.orders = [
        make_order(
            1, fulfillment=FulfillmentStatus.FULFILLED, updated_at=label.order.order.updated_at + timedelta(hours=1)
        )
    ]
    runner.run_due()
    fulfillments.push_due()
    fulfillments.push_due()
    known = [one.tracking_number for one in acme.fulfillments["order-1"]]
    assert known == [new_label().barcode]
    assert set(Fulfillment.objects.values_list("action", "state")) == {("withdraw", "cancelled"), ("tell", "done")}


@pytest.mark.parametrize("lines", [None, ()])
def test_an_order_that_only_our_old_label_calls_sent_stops_nothing(merchant, label, acme, lines):
    later = label.order.order.updated_at + timedelta(hours=1)
    (line,) = label.order.order.lines
    sent = {"fulfillment": FulfillmentStatus.FULFILLED} if lines is None else {}
    acme.orders = [make_order(1, lines=(replace(line, fulfilled=2),), updated_at=later, **sent)]
    press(merchant, label)
    runner.run_due()
    assert (new_label().status, new_label().order_alert) == ("registered", "")


def test_once_the_old_code_is_withdrawn_an_order_that_is_called_sent_does_warn(merchant, label):
    press(merchant, label)
    fulfillments.push_due()
    later = label.order.order.updated_at + timedelta(hours=1)
    sent = make_order(1, fulfillment=FulfillmentStatus.FULFILLED, updated_at=later)
    mirror.store_orders(label.order.connection, [sent])
    apply_due()
    assert new_label().order_alert == "fulfilled"


def test_a_change_of_the_order_warns_and_does_not_bring_the_former_address_back(merchant, label):
    Shipment.objects.update(order_alert="edited")
    press(merchant, label)
    assert new_label().order_alert == "", "what it warned of is settled"
    order = label.order.order
    later = replace(order, email="new@example.com", updated_at=order.updated_at + timedelta(hours=1))
    mirror.store_orders(label.order.connection, [later])
    apply_due()
    assert (new_label().number, new_label().order_alert) == ("99", "edited")


def test_a_label_that_was_scanned_is_kept_and_so_is_what_was_typed(merchant, label, post):
    post.fail = AlreadyScanned()
    answer = press(merchant, label)
    page = read(answer)
    assert answer.status_code == 409
    assert "De vervoerder heeft dit pakket al" in page
    assert 'value="99"' in page
    assert Shipment.objects.get().status == label.status
    Shipment.objects.update(status="in_transit")
    answer = merchant.get(address_of(label), follow=True)
    assert "De vervoerder heeft dit pakket al" in read(answer), "also of one that is known to be on its way"


def test_what_cannot_become_a_label_is_refused_before_anything_is_cancelled(merchant, label, post):
    refused = [
        ({"number": ""}, "Huisnummer ontbreekt"),
        ({"city": "x" * 40}, "Er is nog niets gewijzigd"),
        ({"country": "US", "postal_code": "10001"}, "Er is nog niets gewijzigd"),
        ({"number": "12", "house_number": ""}, "staat al op het label"),
    ]
    for changes, said in refused:
        answer = press(merchant, label, **changes)
        assert answer.status_code in {409, 422}, changes
        assert said in read(answer), changes
    assert post.canceled == []
    assert Shipment.objects.get().status == label.status


def test_a_cancelled_order_gets_no_second_label(merchant, label, post):
    order = label.order.order
    mirror.store_orders(
        label.order.connection,
        [replace(order, status=OrderStatus.CANCELED, updated_at=order.updated_at + timedelta(hours=1))],
    )
    assert press(merchant, label).status_code == 409
    assert post.canceled == []


def test_a_carrier_that_does_not_answer_changes_nothing_and_can_be_asked_again(merchant, label, post):
    post.fail = ApiUnavailable("down")
    answer = press(merchant, label)
    assert answer.status_code == 409
    assert Shipment.objects.get().status == label.status
    post.fail = None
    assert press(merchant, label).status_code == 302
    assert new_label().number == "99"


@pytest.mark.parametrize("number", ["99", "12"])
def test_who_lost_the_answer_after_the_cancellation_goes_on_there(merchant, label, owner, number):
    cancel.cancel_label(label, by=owner)
    assert "Maak een nieuw label" in read(merchant.get(address_of(label)))
    press(merchant, label, number=number)
    runner.run_due()
    assert (new_label().status, new_label().number) == ("registered", number)


def test_a_draft_that_was_made_meanwhile_gets_the_address_too(merchant, label, owner):
    cancel.cancel_label(label, by=owner)
    label.refresh_from_db()
    draft = recreate_draft(label, by=owner)
    press(merchant, label)
    assert new_label() == draft
    assert new_label().number == "99"


def test_a_label_whose_answer_is_lost_is_made_once(merchant, label, post):
    post.loses_answers = 1
    press(merchant, label)
    runner.run_due()
    press(merchant, label)
    runner.run_due()
    unanswered.look_up_now([new_label().pk], actor_id=None)
    assert new_label().status == "registered"
    assert len(post.labels) == 1


def test_two_presses_make_one_label_and_another_address_is_not_lost_in_silence(merchant, label, post):
    first, second = press(merchant, label), press(merchant, label)
    assert first.url == second.url
    runner.run_due()
    answer = merchant.post(address_of(label), corrected(label, number="5"), follow=True)
    assert "Iemand maakte al een nieuw label" in read(answer)
    assert answer.redirect_chain[-1][0] == f"/zendingen/{new_label().public_id}/"
    assert len(post.labels) == 1


def test_the_window_says_who_knows_the_old_code(merchant, label):
    detail = read(merchant.get(f"/zendingen/{label.public_id}/"))
    assert re.search(rf'data-dialog-page href="{address_of(label)}"', detail)
    assert "De koper heeft de oude code al" in read(merchant.get(address_of(label)))
    Fulfillment.objects.update(sent_at=None)
    assert "Niemand kreeg de oude code nog" in read(merchant.get(address_of(label)))
