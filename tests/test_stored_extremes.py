"""What an earlier version stored at the edge of a type's range breaks no page: it is one row that says so."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection as database
from django.test import Client

from integrations.models import ORDER_ADAPTER, Connection, ExternalOrder
from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import FakePlatform, make_order
from jobs import runner
from shipments.models import Shipment
from shipments.services.imports import order_changes
from shipments.services.imports.order_import import start_import
from shipments.services.labels import register
from shipments.tests.factories import fill_sender, make_shipment
from shops.models import Shop
from tests.conftest import acme

__all__ = ["acme"]
pytestmark = pytest.mark.django_db
FIRST, LAST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
ORDERS: dict[str, dict[str, object]] = {
    "the last of all moments": {"created_at": LAST.isoformat(), "paid_at": LAST.isoformat()},
    "the first of all moments": {"created_at": FIRST.isoformat(), "updated_at": FIRST.isoformat()},
    "a moment that no zone can express": {"created_at": "0001-01-01T00:00:00+14:00"},
    "more pieces than a number holds": {"lines": [{"id": "l", "name": "Mok", "quantity": 2**70}]},
    "an amount beyond calculating": {"lines": [{"id": "l", "name": "Mok", "quantity": 3, "unit_value": "1E+999999"}]},
    "an amount beneath nothing": {"lines": [{"id": "l", "name": "Mok", "quantity": 1, "unit_value": "-1E+20"}]},
    "an amount of forty digits": {"lines": [{"id": "l", "name": "Mok", "quantity": 7, "unit_value": "1." + "3" * 40}]},
    "no number at all": {"lines": [{"id": "l", "name": "Mok", "quantity": 1, "unit_value": "NaN"}]},
    "a weight beyond the earth's": {"lines": [{"id": "l", "name": "Mok", "quantity": 2, "weight": 2**80}]},
    "a weight beneath nothing": {"lines": [{"id": "l", "name": "Mok", "quantity": 2, "weight": -5}]},
    "a currency that is none": {"currency": "EURO\u20ac"},
    "a language that is none": {"buyer_language": "x/../y"},
    "two articles with one id": {"lines": [{"id": "l", "name": "Mok", "quantity": 1}] * 2},
    "a status nobody heard of": {"status": "teleported"},
    "an object without anything": {"external_id": None, "lines": None},
    "a total of thirty digits": {"total": "9" * 30},
    "a country of ten letters": {"address": {"country": "NEDERLANDS", "city": "Utrecht"}},
}
MOMENTS: dict[str, dict[str, object]] = {
    "placed at the last of all moments": {"placed_at": LAST, "changed_at": LAST, "paid_at": LAST},
    "placed at the first of all moments": {"placed_at": FIRST, "changed_at": FIRST},
}
COLUMNS: dict[str, dict[str, object]] = {
    "a total at the column's edge": {"total": Decimal("9999999999.99"), "currency": "?"},
    "a currency of nothing": {"currency": ""},
    "a number as long as it fits": {"number": "9" * 50, "customer": "x" * 200},
}
SHIPMENTS: dict[str, dict[str, object]] = {
    "as heavy as a column": {"weight": 2**31 - 1},
    "worth as much as a column": {"value": Decimal("9999999999.99"), "currency": "?"},
    "worth less than nothing": {"value": Decimal("-9999999999.99"), "currency": ""},
    "to a country that is none": {"country": "??"},
    "by a carrier that is none": {"carrier": "x/../y"},
}


@pytest.fixture
def connection(shop: Shop) -> Connection:
    fill_sender(shop, key=False)
    return make_connection(shop)


@pytest.fixture
def merchant(client_for, owner) -> Client:
    owner.is_staff = owner.is_superuser = True
    owner.save()
    return client_for(owner)


def store(connection: Connection, number: int, changes: dict[str, object], columns: dict[str, object]) -> None:
    row = mirror_order(connection, make_order(number))
    data = ORDER_ADAPTER.dump_python(make_order(number), mode="json") | changes
    ExternalOrder.objects.filter(pk=row.pk).update(data=json.loads(json.dumps(data)), **columns)


def look(merchant: Client, paths: list[str]) -> dict[str, str]:
    """The addresses that did not answer."""
    wrong = {}
    for path in paths:
        try:
            answer = merchant.get(path)
            if answer.status_code >= 500:
                wrong[path] = f"HTTP {answer.status_code}"
        except Exception as error:  # noqa: BLE001 - every one is a finding
            wrong[path] = f"{type(error).__name__}: {error}"[:200]
    return wrong


def lists(shop: Shop) -> list[str]:
    orders = [
        f"/admin/integrations/externalorder/{pk}/change/" for pk in shop.externalorders.values_list("pk", flat=True)
    ]
    parcels = [f"/admin/shipments/shipment/{pk}/change/" for pk in shop.shipments.values_list("pk", flat=True)]
    pages = ("", "bewerken/", "pakbon/", "menu/", "splitsen/")
    # Two of them for each shipment; the poison orders are looked at on all.
    single = [
        f"/zendingen/{public_id}/{pages[(number + more) % 5]}"
        for number, public_id in enumerate(shop.shipments.values_list("public_id", flat=True))
        for more in (0, 2)
    ]
    return [
        "/", "/zendingen/", "/zendingen/?tab=all&sort=-weight", "/zendingen/importeren/?page_size=100",
        "/zendingen/importeren/?sort=-total", "/zendingen/importeren/?sort=placed",
        "/zendingen/importeren/?include_imported=1",
        "/zendingen/importeren/?page_size=2", "/cijfers/", "/zoeken/?q=1", "/integratie/acme/", "/zendingen/douane/",
        "/downloads/", "/admin/integrations/externalorder/", "/admin/shipments/shipment/",
        *orders, *parcels, *single,
    ]  # fmt: skip


def test_orders_at_the_edges_leave_every_page_and_their_neighbors(
    acme: FakePlatform, merchant: Client, shop: Shop, connection: Connection, owner
):
    mirror_order(connection, make_order(1))
    for number, changes in enumerate(ORDERS.values(), start=2):
        store(connection, number, changes, {})
    for number, columns in enumerate(COLUMNS.values(), start=100):
        store(connection, number, {}, columns)
    page = merchant.get("/zendingen/importeren/?page_size=100").content.decode()
    assert "#1<" in page.replace("\n", "").replace(" ", "")
    assert look(merchant, lists(shop)) == {}
    job = start_import(shop, owner, orders=connection.orders.all(), key="k")
    runner.run_due()
    job.refresh_from_db()
    assert job.state == "done"
    assert Shipment.objects.filter(order__number="1").exists(), "the neighbor is imported"
    for item in job.items.filter(state="failed"):
        assert item.message.endswith(".")
    ExternalOrder.objects.update(changes_pending=True)
    order_changes.apply_due()
    register.start_labels(shop, owner, shipments=shop.shipments.all(), layout="a6", start=1, key="l")
    runner.run_due()
    assert look(merchant, lists(shop)) == {}
    merchant.post("/zendingen/selectie/exporteren/", {"all_matching": "tab=all", "key": "x"})
    runner.run_due()
    assert {job.state for job in shop.jobs.all()} == {"done"}


@pytest.mark.parametrize(("name", "fields"), SHIPMENTS.items(), ids=SHIPMENTS.keys())
def test_a_shipment_at_the_edges_leaves_every_page(
    merchant: Client, shop: Shop, connection: Connection, owner, name, fields
):
    make_shipment(shop)
    odd = make_shipment(shop)
    Shipment.objects.filter(pk=odd.pk).update(**fields)
    assert look(merchant, lists(shop)) == {}
    register.start_labels(shop, owner, shipments=shop.shipments.all(), layout="a6", start=1, key="l")
    merchant.post("/zendingen/selectie/exporteren/", {"all_matching": "tab=all", "key": "x"})
    runner.run_due()
    assert {job.state for job in shop.jobs.all()} == {"done"}
    assert look(merchant, lists(shop)) == {}


def test_moments_of_earlier_versions_are_brought_into_the_calendar(acme: FakePlatform, merchant, shop, connection):
    for number, columns in enumerate(MOMENTS.values(), start=200):
        store(connection, number, {}, columns)
    odd = make_shipment(shop, status="delivered", barcode="3SB")
    for moment in (FIRST, LAST):
        odd.events.create(kind="carrier", code="A", at=moment)
    for migration in ("integrations.migrations.0015_moments_in_range", "shipments.migrations.0022_moments_in_range"):
        import_module(migration).bring_into_range(apps, database.schema_editor())
    assert look(merchant, lists(shop)) == {}
    newest = make_order(200)
    assert mirror_order(connection, newest).placed_at == newest.created_at, "the next reading mends the order"
