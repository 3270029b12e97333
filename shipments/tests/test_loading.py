"""Loading and writing shipments in bulk: nothing more than asked, and nothing that was deleted meanwhile."""

from datetime import timedelta

import pytest
from django.utils import timezone

from carriers.customs import CONTENTS
from lib.bulk import bulk_update_columns
from shipments.models import CustomsItem, FurtherParcel, Shipment
from shipments.services.labels.loading import load_to_print, load_to_register

pytestmark = pytest.mark.django_db


def drafts(shop, number: int, **columns: object) -> list[Shipment]:
    fields = {"carrier": "postnl", "package_type": "package", "weight": 700, "country": "NL"} | columns
    return Shipment.objects.bulk_create(Shipment(shop=shop, reference=str(n), **fields) for n in range(number))


def test_a_bulk_update_writes_the_named_columns_of_each_row_and_no_other(shop):
    rows = drafts(shop, 3)
    moment = timezone.now() - timedelta(days=1)
    values = [("3S0", 695, moment, [{"field": "city"}]), (None, None, None, []), ("3S2", 0, moment, [])]
    for row, (barcode, price, at, problems) in zip(rows, values, strict=True):
        row.barcode, row.price, row.registered_at, row.problems = barcode, price, at, problems
        row.city = "Nergens"
    bulk_update_columns(rows, ["barcode", "price", "registered_at", "problems"])
    columns = ("barcode", "price", "registered_at", "problems", "city")
    stored = Shipment.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk").values_list(*columns)
    assert list(stored) == [(*value, "") for value in values]


def test_a_row_that_was_deleted_meanwhile_is_not_written_back(shop):
    kept, gone = drafts(shop, 2)
    Shipment.objects.filter(pk=gone.pk).delete()
    kept.city = gone.city = "Utrecht"
    bulk_update_columns([kept, gone], ["city"])
    assert list(Shipment.objects.values_list("pk", "city")) == [(kept.pk, "Utrecht")]


def test_a_bulk_update_refuses_what_does_not_fit_its_column(shop):
    (row,) = drafts(shop, 1)
    bulk_update_columns([], ["city"])
    row.weight = 0
    with pytest.raises(Exception, match="shipment_weight"):
        bulk_update_columns([row], ["weight"])


@pytest.mark.parametrize(("load", "queries"), [(load_to_register, 3), (load_to_print, 4)])
def test_a_batch_takes_as_many_queries_as_one_shipment(shop, load, queries, django_assert_num_queries):
    home, abroad = drafts(shop, 5), drafts(shop, 5, country="CH")
    several = drafts(shop, 5, parcel_count=2)
    CustomsItem.objects.bulk_create(
        CustomsItem(shipment=row, description="Mok", quantity=2, weight=300, value=995) for row in abroad
    )
    FurtherParcel.objects.bulk_create(FurtherParcel(shipment=row, number=2, barcode=f"3S{row.pk}") for row in several)
    rows = [*home, *abroad, *several]
    with django_assert_num_queries(queries):
        loaded = load([row.pk for row in rows])
        printed = {pk: shipment.declaration() for pk, shipment in loaded.items() if shipment.country == "CH"}
        senders = {shipment.consignment(None).sender for shipment in loaded.values()}
        if load is load_to_print:
            assert all(len(loaded[row.pk].further_parcels.all()) == 1 for row in several)
    assert set(loaded) == {row.pk for row in rows}
    assert {len(declaration.lines) for declaration in printed.values()} == {1}
    assert all(declaration.contents in CONTENTS for declaration in printed.values())
    assert senders == {shop.sender}
