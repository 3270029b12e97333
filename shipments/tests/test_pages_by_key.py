"""Pages by key: what "newest" means, and that every page of every list is one range of one index."""

import itertools
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from integrations.models import ExternalOrder
from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import make_order
from jobs import runner
from jobs.models import Job
from shipments.models import Shipment
from shipments.queries import filters, key_pieces
from shipments.queries.adjacent_drafts import drafts_behind, find_adjacent_drafts
from shipments.queries.key_pieces import read_keys
from shipments.services.csv_files import file_export
from shipments.services.imports.order_import import start_import
from shipments.states import ShipmentStatus
from shipments.tests.factories import make_shipment
from shops.models import Shop

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def references(query: str, shop: Shop) -> list[str]:
    rows = filters.filter_shipments(shop.shipments.all(), QueryDict(query))
    return [row.reference for row in rows.order_by("-listed_at", "-pk")]


def test_newest_is_the_order_that_was_paid_last_whenever_it_was_imported(shop: Shop):
    connection = make_connection(shop)
    placed = {"1": (NOON, NOON + 9 * MINUTE), "2": (NOON + MINUTE, None), "3": (NOON - MINUTE, NOON + 5 * MINUTE)}
    for number, (at, paid_at) in placed.items():
        mirror_order(connection, make_order(int(number), created_at=at, paid_at=paid_at))
        start_import(shop, None, orders=connection.orders.filter(number=number), key=number)
    runner.run_due()
    assert [row.reference for row in Shipment.objects.all()] == ["1", "3", "2"]
    assert [row.listed_at for row in connection.orders.order_by("number")] == [
        NOON + 9 * MINUTE,
        NOON + MINUTE,
        NOON + 5 * MINUTE,
    ]


def test_a_shipment_without_an_order_is_as_new_as_it_is(shop: Shop):
    by_hand = make_shipment(shop, created_at=NOON)
    Shipment.objects.bulk_create([Shipment(shop=shop, reference="bulk", weight=1, created_at=NOON + MINUTE)])
    assert [(row.reference, row.listed_at) for row in Shipment.objects.all()] == [
        ("bulk", NOON + MINUTE),
        (by_hand.reference, NOON),
    ]


def test_a_row_keeps_its_place_when_it_is_edited_or_its_order_changes(shop: Shop):
    order = mirror_order(make_connection(shop), make_order(1, created_at=NOON))
    shipment = make_shipment(shop, order=order)
    order.paid_at = NOON + MINUTE
    order.save()
    shipment = Shipment.objects.get(pk=shipment.pk)
    shipment.person = "Somebody Else"
    shipment.save()
    assert Shipment.objects.get(pk=shipment.pk).listed_at == NOON


def test_each_status_is_on_one_tab_and_each_country_in_one_zone(shop: Shop):
    for status in ShipmentStatus:
        make_shipment(shop, status=status, barcode=None if status == "draft" else f"3S{status}")
    assert dict(shop.shipments.values_list("status", "tab")) == {
        "draft": "drafts",
        "registering": "drafts",
        "test": "tests",
        "registered": "to_print",
        "printed": "printed",
        "in_transit": "in_transit",
        "at_customs": "in_transit",
        "out_for_delivery": "in_transit",
        "at_pickup_point": "in_transit",
        "delivered": "delivered",
        "returned": "other",
        "cancelled": "other",
    }
    shop.shipments.update(deleted_at=timezone.now())
    for country in ("NL", "BE", "DE", "US", ""):
        make_shipment(shop, country=country)
    zones = [("NL", "nl"), ("BE", "be"), ("DE", "eu"), ("US", "world"), ("", "")]
    assert list(shop.shipments.order_by("pk").values_list("country", "zone")) == zones


def test_a_period_counts_from_when_the_order_was_paid(shop: Shop):
    connection, now = make_connection(shop), timezone.now()
    for number, days in ((1, 0.5), (2, 3), (3, 12), (4, 90)):
        order = mirror_order(connection, make_order(number, created_at=now - timedelta(days=days)))
        make_shipment(shop, order=order, reference=str(number))
    assert [references(f"period={period}", shop) for period in ("today", "week", "month", "")] == [
        ["1"],
        ["1", "2"],
        ["1", "2", "3"],
        ["1", "2", "3", "4"],
    ]


@pytest.mark.parametrize("sort", ["name", "-country", "status", "listed_at", "rubbish"])
def test_a_sort_that_no_index_carries_shows_the_newest_first(sort: str):
    assert filters.parse_sort(QueryDict(f"sort={sort}"), filters.SHIPMENT_SORTS) == ("date", True)


def test_the_next_draft_is_the_one_below_it_in_the_list(shop: Shop):
    first, second, busy, third = [
        make_shipment(shop, created_at=NOON - minute * MINUTE, status=status)
        for minute, status in ((0, "draft"), (1, "draft"), (2, "registering"), (2, "draft"))
    ]
    make_shipment(shop, created_at=NOON - MINUTE / 2, deleted_at=timezone.now())
    found = find_adjacent_drafts(shop, second)
    assert (found.previous, found.next) == (first, third)
    assert find_adjacent_drafts(shop, first).previous is None
    assert find_adjacent_drafts(shop, busy).next is None, "the one above it at the same moment is newer"


# Everything that matches


@pytest.mark.parametrize("order", ["-listed_at", "listed_at", "reference", "pk"])
def test_all_that_match_are_read_in_pieces_and_in_their_order(shop: Shop, monkeypatch, order: str):
    monkeypatch.setattr(key_pieces, "PIECE_SIZE", 3)
    for index in range(7):
        make_shipment(shop, created_at=NOON - (index // 2) * MINUTE, reference=f"R{index // 3}")
    rows = shop.shipments.order_by(order, "-pk" if order.startswith("-") else "pk")
    with CaptureQueriesContext(database) as asked:
        assert list(read_keys(rows)) == list(rows.values_list("pk", flat=True))
    assert len(asked) == 4
    assert all("LIMIT 3" in query["sql"] for query in asked.captured_queries[:3])


def test_a_piece_of_the_last_rows_ends_the_reading(shop: Shop, monkeypatch):
    monkeypatch.setattr(key_pieces, "PIECE_SIZE", 2)
    assert list(read_keys(shop.shipments.all())) == []
    wanted = [make_shipment(shop).pk for _ in range(4)]
    assert list(read_keys(shop.shipments.all())) == wanted[::-1]


def test_a_job_of_several_pieces_has_every_item_in_its_order(shop: Shop, monkeypatch):
    monkeypatch.setattr(key_pieces, "PIECE_SIZE", 2)
    monkeypatch.setattr(runner, "INSERT_BATCH_SIZE", 3)
    drafts = [make_shipment(shop).pk for _ in range(8)]
    job = file_export.start_export(shop, shop.memberships.get().user, shipments=shop.shipments.all(), key="k")
    assert (job.total, Job.objects.get().total) == (8, 8)
    assert list(job.items.order_by("position").values_list("position", "shipment")) == list(enumerate(drafts[::-1]))


@pytest.mark.parametrize(("number", "shown"), [(4, "4"), (5, "5"), (6, "5+")])
def test_what_a_filter_matches_is_counted_up_to_a_limit(shop: Shop, monkeypatch, number: int, shown: str):
    monkeypatch.setattr(filters, "PAGE_SIZE", 2)
    monkeypatch.setattr(filters, "MAX_COUNTED", 5)
    for _ in range(number):
        make_shipment(shop)
    rows, query = shop.shipments.filter(zone="nl"), QueryDict("destination=nl")
    page = filters.listing(rows, query, filters.SHIPMENT_SORTS, among=rows)
    total, more = filters.count_matches(rows, page, query)
    assert f"{total}{more}" == shown


# Plans


def plan_of(rows: QuerySet[Any], index: str) -> str:
    """How the database reads these rows when it may neither sort nor read the whole table.

    PostgreSQL gets this index of the lists and no other: among so few rows it takes any that begins with the shop.
    """
    if database.vendor != "postgresql":
        return rows.explain()
    with transaction.atomic(), database.cursor() as cursor:
        for way in ("seqscan", "sort", "bitmapscan"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = %s AND indexname <> %s"
            " AND indexname ~ '^(shipment_list|attention_list|order_waiting|order_offered)'",
            [rows.model._meta.db_table, index],
        )
        for (other,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX {other}")
        plan = rows.explain()
        transaction.set_rollback(True)
    return plan


def assert_one_range_of(index: str, rows: QuerySet[Any], *, column: str = "") -> None:
    """``column`` is the one by which the range is bounded. Without statistics SQLite may take an index that has one
    column less of those that are given.
    """
    plan, name = (
        plan_of(rows.values_list("pk"), index),
        index if database.vendor == "postgresql" else index.split("_")[0],
    )
    assert re.search(rf"\b{name}\w*\b" if name != index else rf"\b{name}\b", plan), plan
    assert not re.search(r"Sort|TEMP B-TREE|Seq Scan|SCAN |Filter:", plan), plan
    assert re.search(rf"{column}\)?(::text)?(, id\))? ?[<>]" if column else "", plan), plan


@pytest.fixture
def history(shop: Shop) -> None:
    """Enough rows of every kind that the planner of PostgreSQL sees what each index spares it."""
    connection = make_connection(shop)
    statuses, carriers, countries = ("draft", "registered", "delivered"), ("postnl", "dhl", "dpd"), ("NL", "BE", "DE")
    kinds = enumerate(itertools.product(statuses, carriers, countries, range(12)))
    made = [(NOON - number * MINUTE, number, *kind[:3]) for number, kind in kinds]
    Shipment.objects.bulk_create(
        Shipment(
            shop=shop, reference=str(number), weight=1, status=status, carrier=carrier, country=country, created_at=at,
            blocked_by="address" if status == "draft" else "",
        )
        for at, number, status, carrier, country in made
    )  # fmt: skip
    ExternalOrder.objects.bulk_create(
        ExternalOrder(
            shop=shop, connection=connection, external_id=str(number), number=str(number), placed_at=at, changed_at=at,
            eligibility="open" if status == "draft" else "unpaid", is_imported=status == "delivered", country=country,
            customer=f"Buyer {number}", total=number, data={},
        )
        for at, number, status, _carrier, country in made
    )  # fmt: skip
    with database.cursor() as cursor:
        for model in (Shipment, ExternalOrder):
            cursor.execute(f"ANALYZE {model._meta.db_table}")


NARROWED = {"tab": "to_print", "carrier": "postnl", "zone": "be"}
COMBINATIONS = [names for count in range(4) for names in itertools.combinations(NARROWED, count)]


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("names", COMBINATIONS, ids="-".join)
def test_every_page_of_every_combination_is_one_range_of_an_index(shop: Shop, names: tuple[str, ...]):
    index, start = "_".join(("shipment_list", *names)), make_shipment(shop)
    narrowed = {"destination" if name == "zone" else name: NARROWED[name] for name in names}
    for period, begin, descending in itertools.product(("", "week"), (None, start), (True, False)):
        query = QueryDict(mutable=True)
        query.update(narrowed | {"period": period})
        rows = filters.filter_tab(filters.filter_shipments(shop.shipments.all(), query), query.get("tab", "all"))
        page = filters.rows_behind(rows, "listed_at", begin, descending=descending)[: filters.PAGE_SIZE + 1]
        assert_one_range_of(index, page, column="listed_at" if begin or period else "")


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("names", [names for names in COMBINATIONS if "tab" not in names], ids="-".join)
def test_every_page_of_what_needs_attention_is_one_range_of_an_index(shop: Shop, names: tuple[str, ...]):
    index, start = "_".join(("attention_list", *names)), make_shipment(shop, blocked_by="address")
    query = QueryDict(mutable=True)
    query.update({"destination" if name == "zone" else name: NARROWED[name] for name in names})
    rows = filters.filter_tab(filters.filter_shipments(shop.shipments.all(), query), "attention")
    for begin, descending in itertools.product((None, start), (True, False)):
        page = filters.rows_behind(rows, "listed_at", begin, descending=descending)[: filters.PAGE_SIZE + 1]
        assert_one_range_of(index, page, column="listed_at" if begin else "")


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("zone", ["", "zone"])
@pytest.mark.parametrize("shown", ["waiting", "offered"])
def test_every_page_of_orders_to_import_is_one_range_of_an_index(shop: Shop, zone: str, shown: str):
    connection = shop.connections.get()
    start = mirror_order(connection)
    query = QueryDict(mutable=True)
    query.update({"destination": "nl" if zone else "", "include_imported": "1" if shown == "offered" else ""})
    rows = filters.open_orders(connection, query)
    for name, column in filters.order_sorts(query).items():
        index = "_".join(filter(None, ("order", shown, zone, name)))
        for begin, descending in itertools.product((None, start), (True, False)):
            page = filters.rows_behind(rows, column, begin, descending=descending)[: filters.PAGE_SIZE + 1]
            assert_one_range_of(index, page, column=column if begin else "")


def test_a_page_asks_for_keys_alone_before_it_reads_rows(shop: Shop):
    wanted = [make_shipment(shop, created_at=NOON - minute * MINUTE).pk for minute in range(3)]
    rows = shop.shipments.drafts().for_rows()
    with CaptureQueriesContext(database) as asked:
        page = filters.listing(rows, QueryDict("tab=drafts"), filters.SHIPMENT_SORTS, among=shop.shipments.all())
    assert [row.pk for row in page.rows] == wanted
    keys, whole = [query["sql"] for query in asked.captured_queries]
    assert re.match(r'SELECT "shipments_shipment"."id"( AS "pk")? FROM "shipments_shipment" WHERE', keys), keys
    assert "LIMIT" in keys
    assert "JOIN" not in keys
    assert "JOIN" in whole
    assert "LIMIT" not in whole


@pytest.mark.usefixtures("history")
def test_the_adjacent_drafts_are_one_range_of_an_index(shop: Shop):
    draft = make_shipment(shop)
    for descending in (True, False):
        drafts = drafts_behind(shop, draft, descending=descending)
        assert_one_range_of("shipment_list_drafts", drafts[:1], column="listed_at")
