"""Oefenen: while a shop practices its new labels are test labels, and what it has for real stays what it is."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.db import connection as database
from django.db import transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from carriers.gateways.base import ListedLabel
from carriers.tests.fake_gateway import AcmePost
from integrations.models import Connection, Fulfillment
from integrations.services import fulfillments, mirror
from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import FakePlatform, make_order
from jobs import runner
from jobs.models import Job
from shipments.models import Shipment
from shipments.queries import statistics
from shipments.services.drafts import reopen
from shipments.services.imports import order_import
from shipments.services.labels import extra_labels, register
from shipments.services.labels.cancel import PRACTICE_MESSAGE, CancelError, cancel_label
from shipments.services.labels.needs import label_needs
from shipments.services.labels.returns import PRACTICE_MESSAGE as NO_RETURN_MESSAGE
from shipments.services.labels.returns import ReturnError, create_return
from shipments.tests.factories import fill_sender, make_shipment
from shops.models import GatewayAccount, Shop
from shops.services import practice

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(acme: FakePlatform, shop: Shop, owner) -> Connection:
    """An imported order of a shop that has a key."""
    fill_sender(shop)
    connection = make_connection(shop)
    acme.orders = [make_order(1)]
    mirror.store_orders(connection, acme.orders)
    order_import.start_import(shop, owner, orders=connection.orders.all(), key="import")
    runner.run_due()
    return connection


def make_labels(shop: Shop, owner) -> Shipment:
    register.start_labels(shop, owner, shipments=shop.shipments.all(), layout="a6", start=1, key="labels")
    runner.run_due()
    return Shipment.objects.get()


def switch_during(monkeypatch, step: str, switch: Callable[[], object]) -> None:
    """Somebody switches when a job that makes labels has just done this."""
    done = getattr(register, step)

    def do(*arguments, **options):
        answer = done(*arguments, **options)
        switch()
        return answer

    monkeypatch.setattr(register, step, do)


# The labels


def test_who_practices_makes_test_labels_also_with_a_key(order, shop: Shop, owner):
    practice.start_practice(shop, by=owner)
    made = make_labels(shop, owner)
    assert (made.status, made.gateway, made.tracking_url, made.next_poll_at) == ("test", "local", "", None)
    assert (fulfillments.push_due(), Fulfillment.objects.count(), mail.outbox) == (0, 0, [])
    assert sum(number for _day, number in statistics.per_day(shop, 14)) == 0


def test_who_practices_needs_no_key(shop: Shop, owner):
    fill_sender(shop, key=False)
    Shop.objects.update(is_practicing=False)
    shop.refresh_from_db()
    assert [need.code for need in label_needs(shop)] == ["no_key"]
    practice.start_practice(shop, by=owner)
    assert label_needs(shop) == []


@pytest.mark.parametrize("step", ["recheck_orders", "claim_drafts"])
def test_no_label_is_real_that_is_made_after_the_switch(order, shop: Shop, owner, monkeypatch, step):
    monkeypatch.setattr(AcmePost, "register", lambda *_: pytest.fail("a real label was made"))
    switch_during(monkeypatch, step, lambda: practice.start_practice(shop, by=owner))
    assert make_labels(shop, owner).status == "test"
    assert not Fulfillment.objects.exists()
    assert Job.objects.get(kind="labels").state == "done", "it went on at once"


def test_a_label_that_is_claimed_after_the_end_is_real_and_told(order, shop: Shop, owner, monkeypatch):
    practice.start_practice(shop, by=owner)
    switch_during(monkeypatch, "recheck_orders", lambda: practice.end_practice(shop, by=owner))
    made = make_labels(shop, owner)
    assert (made.status, made.gateway) == ("registered", "acmepost")
    assert Fulfillment.objects.get().tracking_number == made.barcode


def test_the_switch_waits_for_labels_that_are_being_claimed(shop: Shop):
    with CaptureQueriesContext(database) as asked, transaction.atomic():
        assert practice.hold(shop.pk) is False
    is_locked = "FOR NO KEY UPDATE" in " ".join(one["sql"] for one in asked.captured_queries)
    assert is_locked == (database.vendor == "postgresql"), "on SQLite the transaction keeps others from writing"


# What is real stays real


@pytest.fixture
def real(order, shop: Shop, owner) -> Shipment:
    """A parcel whose label was made before its shop began to practice."""
    made = make_labels(shop, owner)
    practice.start_practice(shop, by=owner)
    return made


def test_a_real_label_is_not_canceled_while_practising(real: Shipment, owner, client_for, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(AcmePost, "cancel", lambda *_: pytest.fail("it was canceled for real"))
        with pytest.raises(CancelError) as refused:
            cancel_label(real, by=owner)
        assert refused.value.message == PRACTICE_MESSAGE
        page = client_for(owner).get(f"/zendingen/{real.public_id}/annuleren/", follow=True).content.decode()
        assert "Stop eerst met oefenen en annuleer het label dan." in page
    assert Fulfillment.objects.get().state == "due", "the webshop still hears of the real parcel"
    practice.end_practice(real.shop, by=owner)
    cancel_label(real, by=owner)
    real.refresh_from_db()
    assert real.status == "cancelled"


def test_no_return_label_is_made_for_a_real_parcel(real: Shipment, owner, monkeypatch):
    monkeypatch.setattr(AcmePost, "register_return", lambda *_: pytest.fail("a real return label was made"))
    with pytest.raises(ReturnError) as refused:
        create_return(real, by=owner)
    assert refused.value.message == NO_RETURN_MESSAGE


@pytest.mark.parametrize("practices", [True, False])
def test_nothing_is_tidied_up_at_the_gateway(shop: Shop, owner, monkeypatch, practices):
    fill_sender(shop)
    concept = ListedLabel("77", str(make_shipment(shop).public_id), "")
    removed: list[str] = []
    monkeypatch.setattr(AcmePost, "newest_labels", lambda *_: [concept], raising=False)
    monkeypatch.setattr(AcmePost, "cancel", lambda _self, external_id: removed.append(external_id))
    if practices:
        practice.start_practice(shop, by=owner)
    GatewayAccount.objects.update(extra_labels_due_at=timezone.now())
    extra_labels.look_due()
    assert removed == ([] if practices else ["77"])


# The end


@pytest.fixture
def tested(shop: Shop, owner) -> list[Shipment]:
    """Three test labels of a shop that practices."""
    fill_sender(shop)
    practice.start_practice(shop, by=owner)
    return [make_shipment(shop, status="test", gateway="local", barcode=f"3STEST{number}") for number in range(3)]


def statuses() -> list[str]:
    return list(Shipment.objects.order_by("pk").values_list("status", flat=True))


def test_the_end_asks_once_what_becomes_of_the_test_labels(tested, shop: Shop, owner, client_for):
    merchant = client_for(owner)
    assert "Je hebt 3 testlabels." in merchant.get("/instellingen/oefenen/stop/").content.decode()
    answer = merchant.post("/instellingen/oefenen/stop/?next=/zendingen/")
    assert (answer.status_code, answer["Location"]) == (302, "/zendingen/")
    assert (statuses(), practice.is_on(shop.pk)) == (["test"] * 3, False)
    page = merchant.get("/instellingen/oefenen/").content.decode()
    assert "3 zendingen hebben nog een testlabel." in page
    merchant.post("/instellingen/oefenen/", {"discard": "1"})
    assert statuses() == ["draft"] * 3
    assert practice.is_on(shop.pk) is False, "that was no wish to practice again"


def test_they_become_drafts_when_that_is_asked_and_a_second_press_changes_nothing(
    tested, rival: Shop, owner, client_for
):
    other = make_shipment(rival, status="test", gateway="local")
    for said in ("3 testlabels zijn weer conceptzendingen.", "Je oefent niet meer. Nieuwe labels zijn echt."):
        page = client_for(owner).post("/instellingen/oefenen/stop/", {"discard": "1"}, follow=True)
        assert said in page.content.decode()
    other.refresh_from_db()
    assert (other.status, statuses()[:3]) == ("test", ["draft"] * 3)
    assert tested[0].events.filter(kind="test_discarded").count() == 1


def test_what_was_left_becomes_drafts_with_the_next_press(tested, shop: Shop, owner, monkeypatch):
    """A worker may die between two batches, and a press takes only so long."""
    monkeypatch.setattr(reopen, "DISCARD_BATCH_SIZE", 2)
    assert reopen.discard_all_test_labels(shop.pk, by_id=owner.pk, seconds=0) == 2
    assert reopen.discard_all_test_labels(shop.pk, by_id=owner.pk, seconds=0) == 1
    assert statuses() == ["draft"] * 3
