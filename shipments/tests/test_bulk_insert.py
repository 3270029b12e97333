"""Rows that are written as plain values are the rows that a model would have saved."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from integrations.models import ExternalOrder
from integrations.tests.factories import make_connection
from lib.bulk_insert import JsonText, insert_rows
from shipments.models import Shipment, ShipmentEvent
from shipments.tests.factories import make_shipment
from shops.models import Shop

pytestmark = pytest.mark.django_db
SIGNS = "Kade\t1\\N\n\\.\r\n\v\f\b 'x' \"y\" é 🎁 {a,b} NULL %s"
# What is another in every row.
OWN_COLUMNS = {"id", "public_id", "created_at", "status_at"}
MOMENT = datetime(2026, 11, 30, tzinfo=UTC)


def draft(shop: Shop, **columns: object) -> dict[str, object]:
    kind = {"carrier": "postnl", "package_type": "package"}
    return {"shop_id": shop.pk, "reference": "1", "listed_at": MOMENT, "weight": 1} | kind | columns


def columns_of(shipment: Shipment) -> dict[str, object]:
    names = [field.attname for field in Shipment._meta.concrete_fields if field.name not in OWN_COLUMNS]
    return {name: getattr(Shipment.objects.get(pk=shipment.pk), name) for name in names}


def test_every_kind_of_value_is_stored_as_it_was(shop: Shop):
    given = draft(
        shop,
        reference="\\N",
        street=SIGNS,
        signature=True,
        value=Decimal("12.50"),
        delivery_day=date(2026, 11, 30),
        delivered_at=datetime(2026, 11, 30, 12, 0, 0, 120, tzinfo=UTC),
        notes=[{"text": {"nl": SIGNS}}],
        order_lines=JsonText('[{"id": "\\u00e9\\n"}]'),
    )
    (pk,) = insert_rows(Shipment, [given])
    stored = Shipment.objects.get(pk=pk)
    assert stored.order_lines == [{"id": "é\n"}]
    assert {name: getattr(stored, name) for name in given} == given | {"order_lines": stored.order_lines}


def test_what_a_row_does_not_say_is_the_default_of_the_model(shop: Shop):
    saved = make_shipment(shop, **draft(shop))
    given = {name: getattr(saved, name) for name in ("person", "street", "number", "postal_code", "city", "country")}
    first, second = insert_rows(Shipment, [draft(shop, **given, search_text=saved.search_text)] * 2)
    assert columns_of(Shipment(pk=first)) == columns_of(saved)
    ids = Shipment.objects.filter(pk__in=[first, second]).values_list("public_id", flat=True)
    assert len(set(ids)) == 2


def test_ids_come_in_the_order_of_the_rows_and_are_never_given_again(shop: Shop):
    before = make_shipment(shop).pk
    ids = insert_rows(Shipment, [draft(shop, reference=str(number)) for number in range(3)])
    assert [Shipment.objects.get(pk=pk).reference for pk in ids] == ["0", "1", "2"]
    Shipment.objects.filter(pk=ids[-1]).delete()
    assert before < min(ids) <= max(ids) < make_shipment(shop).pk
    assert insert_rows(ShipmentEvent, []) == []


def test_a_row_that_breaks_a_rule_of_the_database_keeps_out_all_of_them(shop: Shop):
    connection = make_connection(shop)
    rows = [
        {
            "shop_id": shop.pk,
            "connection_id": connection.pk,
            "external_id": own_id,
            "number": own_id,
            "eligibility": "open",
            "placed_at": MOMENT,
            "changed_at": MOMENT,
            "data": {},
        }
        for own_id in ("a", "b", "a")
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(ExternalOrder, rows)
    assert not ExternalOrder.objects.exists()
