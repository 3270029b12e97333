"""Erasing a buyer: order, shipment, search text and label files lose the data, and no later sync restores it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db.models import CharField, TextField
from django.utils import timezone

from accounts.models import User
from carriers.tests.pdf_reading import texts_of
from integrations.models import Connection, ErasedOrder, Fulfillment, UnreadableOrder
from integrations.orders import OrderAddress
from integrations.services import erasure as orders_erasing
from integrations.services import mirror
from integrations.tests.factories import make_connection, make_fulfillment, mirror_order
from integrations.tests.fake_platform import FakePlatform, make_order
from jobs import runner
from jobs.models import Job
from lib.personal_data import Erasure, columns_of
from shipments.models import JobItem, Shipment, ShipmentEvent
from shipments.services import erasure
from shipments.services.imports import order_import
from shipments.services.labels import files, returns
from shipments.tests.factories import make_shipment
from shops.models import Shop

pytestmark = pytest.mark.django_db
TRACES = ("Hanna", "Vermeulen", "Lindelaan", "3524", "hanna@example.com")


@pytest.fixture
def connection(acme: FakePlatform, shop: Shop) -> Connection:
    return make_connection(shop)


def traces(*rows: object) -> set[str]:
    """Personal data of the buyer found in any column of these rows."""
    values = " ".join(
        str(value) for row in rows for value in vars(row).values() if isinstance(value, str | dict | list)
    )
    return {trace for trace in TRACES if trace.casefold() in values.casefold()}


def fresh(row):
    return type(row)._base_manager.get(pk=row.pk)


def test_nothing_of_the_buyer_is_left_in_the_order_and_its_draft(connection: Connection, owner: User):
    engraved = tuple(replace(line, choices=(("Gravure", "Voor Hanna"),)) for line in make_order().lines)
    order = mirror_order(connection, make_order(buyer_note="Bel Hanna", lines=engraved))
    order_import.start_import(connection.shop, owner, orders=connection.orders.all(), key="k")
    runner.run_due()
    shipment = Shipment.objects.get()
    assert traces(order, shipment)
    orders_erasing.erase(connection, order.external_id)
    assert erasure.erase_due() == 1
    assert not traces(fresh(order), fresh(shipment))
    assert (fresh(shipment).country, fresh(order).number) == ("NL", "10231")


def test_every_column_that_the_registry_names_is_emptied(connection: Connection):
    """Also one that is added to a shipment later: the registry says that it goes with the shipment."""
    order = mirror_order(connection)
    names = columns_of("shipments.Shipment", Erasure.WITH_SHIPMENT)
    fields = {name: Shipment._meta.get_field(name) for name in names}
    texts = {
        name: "Hanna"[: field.max_length] for name, field in fields.items() if isinstance(field, CharField | TextField)
    }
    listed = {"notes": ["Hanna"], "problems": ["Hanna"], "order_fingerprint": {"address": "Hanna"}}
    shipment = make_shipment(connection.shop, order=order, status="delivered", **(texts | listed))
    assert len(texts) + len(listed) == len(names) - 1  # lines keep their articles, see above
    orders_erasing.erase(connection, order.external_id)
    erasure.erase_due()
    assert not traces(fresh(shipment))


def test_what_happened_stays_in_the_timeline_and_what_it_said_does_not(connection: Connection):
    order = mirror_order(connection)
    shipment = make_shipment(connection.shop, order=order, status="in_transit")
    edited = {"en": "Name: Hanna Vermeulen", "nl": "Naam: Hanna Vermeulen"}
    ShipmentEvent.objects.create(shipment=shipment, kind=ShipmentEvent.Kind.EDITED, text=edited)
    orders_erasing.erase(connection, order.external_id)
    erasure.erase_due()
    events = list(shipment.events.order_by("pk"))
    assert [event.kind for event in events] == ["edited", "order_changed"]
    assert not traces(*events)


def test_a_line_of_a_file_and_the_words_of_a_carrier_go_with_the_shipment(connection: Connection):
    order = mirror_order(connection)
    shipment = make_shipment(connection.shop, order=order)
    job = Job.objects.create(shop=connection.shop, kind="labels", idempotency_key="k")
    said = {"en": "Lindelaan 12 does not exist"}
    for position, subject in enumerate(({"shipment": shipment}, {"order": order})):
        values = {"state": "refused", "payload": {"line": 3, "cells": {"person": "Hanna"}}, "reason": said}
        JobItem.objects.create(job=job, position=position, **subject, **values)
    orders_erasing.erase(connection, order.external_id)
    erasure.erase_due()
    items = list(job.items.all())
    assert not traces(*items)
    assert [(item.payload, item.reason["en"]) for item in items] == 2 * [
        ({"line": 3}, "The recipient's details were erased.")
    ]


def test_whom_to_look_for_in_free_texts_is_kept_encrypted_and_includes_the_recipient_of_the_parcel(
    connection: Connection,
):
    order = mirror_order(connection)
    make_shipment(connection.shop, order=order, person="Gerrit Gift", email="gerrit@example.com")
    orders_erasing.erase(connection, order.external_id)
    erasure.erase_due()
    receipt = ErasedOrder.objects.get()
    assert {"hannavermeulen", "gerritgift", "gerritexamplecom"} <= orders_erasing.read_words(receipt)
    assert "gerrit" not in receipt.words_encrypted


def test_erasing_twice_is_the_same_as_once(connection: Connection):
    order = mirror_order(connection)
    make_shipment(connection.shop, order=order)
    for _time in range(2):
        orders_erasing.erase(connection, order.external_id)
    assert [erasure.erase_due(), erasure.erase_due()] == [1, 0]
    assert ErasedOrder.objects.count() == 1


def test_a_draft_without_a_buyer_says_why_it_gets_no_label(connection: Connection):
    order = mirror_order(connection)
    shipment = make_shipment(connection.shop, order=order)
    orders_erasing.erase(connection, order.external_id)
    erasure.erase_due()
    shipment = fresh(shipment)
    assert shipment.blocked_by == "address"
    assert "erased at their request" in shipment.problems[0]["text"]["en"]
    assert "erased" in shipment.events.get().text["en"]


def test_a_label_that_is_being_made_is_erased_when_it_is_done(connection: Connection):
    order = mirror_order(connection)
    shipment = make_shipment(connection.shop, order=order, status="registering")
    orders_erasing.erase(connection, order.external_id)
    assert erasure.erase_due() == 0
    Shipment.objects.update(status="registered", barcode="3STEST1")
    assert erasure.erase_due() == 1
    assert not traces(fresh(shipment))


def test_a_return_of_an_erased_order_forgets_too(connection: Connection):
    order = mirror_order(connection)
    out = make_shipment(connection.shop, order=order)
    back = make_shipment(connection.shop, parent=out)
    orders_erasing.erase(connection, order.external_id)
    assert erasure.erase_due() == 2
    assert not traces(fresh(back))


def test_a_draft_made_from_what_was_read_before_the_erasure_is_found_for_a_day(connection: Connection):
    order = mirror_order(connection)
    orders_erasing.erase(connection, order.external_id)
    erasure.erase_due()
    late = make_shipment(connection.shop, order=order)
    assert erasure.erase_due() == 1
    assert not traces(fresh(late))
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        erasure.erase_due()
    assert not fresh(order).erasure_pending


def test_an_order_is_looked_at_for_as_long_as_something_of_it_is_left(connection: Connection):
    told = make_fulfillment(connection, state="due", tracking_url="https://carrier.example/3STEST/3524KB")
    shipment = make_shipment(connection.shop, order=told.order, status="registering")
    orders_erasing.erase(connection, told.order.external_id)
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        erasure.erase_due()
        assert fresh(told.order).erasure_pending
        Shipment.objects.update(status="registered", barcode="3STEST1")
        assert [erasure.erase_due(), erasure.erase_due()] == [1, 0]
        assert fresh(told.order).erasure_pending
        Fulfillment.objects.update(state="done")
        orders_erasing.delete_tracking_links()
        erasure.erase_due()
    assert not fresh(told.order).erasure_pending
    assert not traces(fresh(shipment))


def test_a_later_reading_does_not_bring_the_buyer_back(connection: Connection):
    order = mirror_order(connection)
    orders_erasing.erase(connection, order.external_id)
    mirror.store_orders(connection, [make_order(updated_at=order.changed_at.replace(year=2030))])
    assert not traces(fresh(order))


def test_an_order_that_was_never_read_is_kept_out(connection: Connection):
    orders_erasing.erase(connection, make_order().external_id)
    mirror.store_orders(connection, [make_order(), make_order(10232)])
    assert [row.number for row in connection.orders.all()] == ["10232"]


def test_the_receipt_names_nobody(connection: Connection):
    orders_erasing.erase(connection, make_order().external_id)
    assert make_order().external_id not in str(vars(ErasedOrder.objects.get()))


def test_an_unreadable_order_is_forgotten(connection: Connection):
    UnreadableOrder.objects.create(shop=connection.shop, connection=connection, external_id="o", number="1", reason="x")
    orders_erasing.erase(connection, "o")
    assert not UnreadableOrder.objects.exists()


def test_an_erased_order_is_not_offered_any_more(connection: Connection):
    order = mirror_order(connection)
    orders_erasing.erase(connection, order.external_id)
    assert not connection.orders.open().exists()


def test_the_same_order_number_of_another_site_is_left_alone(connection: Connection, rival: Shop):
    mine, theirs = mirror_order(connection), mirror_order(make_connection(rival))
    orders_erasing.erase(connection, mine.external_id)
    erasure.erase_due()
    assert traces(fresh(theirs)) == traces(theirs)


def test_drawn_labels_are_removed(connection: Connection, settings):
    order = mirror_order(connection)
    shipment = make_shipment(connection.shop, order=order)
    job = Job.objects.create(shop=connection.shop, kind="labels", idempotency_key="k", file="labels-1.pdf")
    JobItem.objects.create(job=job, shipment=shipment, position=0)
    drawn: Path = settings.FILES_DIR / "labels-1.pdf"
    drawn.parent.mkdir(parents=True, exist_ok=True)
    drawn.write_bytes(b"%PDF")
    orders_erasing.erase(connection, order.external_id)
    erasure.erase_due()
    assert not drawn.exists()
    assert fresh(job).file == ""


def test_no_label_is_drawn_again_of_an_erased_recipient(connection: Connection, files_dir: Path):
    order = mirror_order(connection)
    mine = make_shipment(connection.shop, order=order, status="delivered", barcode="3S1")
    other = make_shipment(connection.shop, status="delivered", barcode="3S2", person="Gerrit Gift")
    job = Job.objects.create(shop=connection.shop, kind="labels", idempotency_key="k")
    for position, shipment in enumerate((mine, other)):
        JobItem.objects.create(job=job, shipment=shipment, position=position, state="ok")
    orders_erasing.erase(connection, order.external_id)
    erasure.erase_due()
    assert len(texts_of(files.label_file(job).read_bytes())) == 1
    assert returns.return_blocker(fresh(mine)) == returns.ERASED_MESSAGE


def test_tracking_links_with_a_postcode_go_once_the_shop_was_told(connection: Connection):
    told = make_fulfillment(connection, state="done")
    due = make_fulfillment(connection, 10232, state="due")
    for row in (told, due):
        orders_erasing.erase(connection, row.order.external_id)
    assert orders_erasing.delete_tracking_links() == 1
    assert (fresh(told).tracking_url, bool(fresh(due).tracking_url)) == ("", True)


def test_every_new_field_of_an_order_is_forgotten_unless_it_is_named():
    """The kept fields are listed, so that new fields are erased by default."""
    personal = {"address", "email", "buyer_note", "instructions"}
    assert not personal & set(orders_erasing.RETAINED_FIELDS)
    assert (
        OrderAddress()
        == orders_erasing.ORDER_ADAPTER.validate_python(
            {name: getattr(make_order(), name) for name in orders_erasing.RETAINED_FIELDS}
        ).address
    )
