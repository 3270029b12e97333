"""The first rows that a search finds, whichever way the database is asked: by walking the list or by the index."""

from datetime import timedelta

import pytest
from django.db import connection as database
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import make_order
from lib.search_text import contains_words, parse_words
from lib.trigrams import ExtensionsMissing, create_extensions, has_trigrams
from shipments.models import Shipment
from shipments.queries import first_found as module
from shipments.queries.first_found import all_found, first_found
from shipments.tests.factories import make_shipment
from shops.models import Shop

pytestmark = pytest.mark.django_db
TYPED = (
    "utrecht", "vermeulen utrecht", "hanna 3524kb", "rare", "rare utrecht", "absent", "zw", "z 3", "u", "12345678",
    "w2345678", "jürgen", "2345", "", "-",
)  # fmt: skip


@pytest.fixture
def listed(shop: Shop, rival: Shop) -> QuerySet[Shipment]:
    """Twelve shipments of a shop, the newest first, beside those of another one."""
    for number in range(12):
        changes = {"created_at": timezone.now() - timedelta(minutes=number // 2), "reference": f"W1234567{number}"}
        changes |= {"city": "Zwolle"} if number % 5 == 4 else {}
        changes |= {"person": "Rare Jürgen"} if number == 10 else {}
        make_shipment(shop, **changes)
        make_shipment(rival, **changes)
    return shop.shipments.select_related("order").order_by("-created_at", "-pk")


@pytest.mark.parametrize("steps", [(1, 1), (2, 6), (3, 12), (100, 100)], ids=str)
def test_each_way_finds_the_same_rows_in_the_same_order(listed, monkeypatch, steps):
    monkeypatch.setattr(module, "SHORT_WALK", steps[0])
    monkeypatch.setattr(module, "LONG_WALK", steps[1])
    for typed in TYPED:
        words = parse_words(typed)
        for rows in (listed, listed.filter(created_at__lt=timezone.now() - timedelta(minutes=3), city="Utrecht")):
            expected = expected_in(rows, words)
            for number in (1, 3, 20):
                assert first_found(rows, words, number).rows == expected[:number], (typed, number)


def expected_in(rows: QuerySet[Shipment], words) -> list[Shipment]:
    """Words too short for the index are looked for in the newest rows only, where there is such an index."""
    there = list(rows)
    if has_trigrams() and words and all(min(map(len, word)) < module.MIN_INDEXED for word in words):
        there = there[: module.LONG_WALK]
    held = set(rows.filter(contains_words(words)))
    return [row for row in there if row in held]


def test_who_looks_for_a_short_word_is_told_that_old_rows_were_not_looked_through(listed, monkeypatch):
    monkeypatch.setattr(module, "SHORT_WALK", 2)
    monkeypatch.setattr(module, "LONG_WALK", 4)
    words = parse_words("zw")
    found = first_found(listed, words, 20)
    assert found.is_partial is has_trigrams()
    assert not first_found(listed.filter(pk__in=[row.pk for row in listed[:4]]), words, 20).is_partial
    assert not first_found(listed, parse_words("zwo"), 20).is_partial, "the index knows it"
    rows = listed.order_by("-listed_at", "-pk")
    assert set(all_found(rows, words)) == set(first_found(rows, words, 20).rows), "nor is more selected"


def test_the_trigram_index_is_asked_only_behind_a_walk_that_did_not_fill_the_page(listed, monkeypatch):
    monkeypatch.setattr(module, "SHORT_WALK", 4)
    monkeypatch.setattr(module, "LONG_WALK", 4)
    if has_trigrams():
        assert "found (id" not in "".join(statements(listed, "utrecht", 3))
        assert "found (id" in "".join(statements(listed, "rare", 3))
        assert "found (id" not in "".join(statements(listed.none(), "rare", 3) + statements(listed, "ra", 3))
    else:
        assert len(statements(listed, "rare", 3)) == 1


def statements(rows: QuerySet[Shipment], typed: str, number: int) -> list[str]:
    with CaptureQueriesContext(database) as made:
        first_found(rows, parse_words(typed), number)
    return [query["sql"] for query in made]


def test_orders_are_found_the_same_way(shop, monkeypatch):
    monkeypatch.setattr(module, "SHORT_WALK", 1)
    connection = make_connection(shop)
    orders = [mirror_order(connection, make_order(number, email=f"z{number}@example.com")) for number in range(4)]
    found = first_found(connection.orders.order_by("placed_at", "pk"), parse_words("z2@example"), 5)
    assert found.rows == [orders[2]]


def test_an_administrator_is_told_what_to_do_without_the_extensions(monkeypatch):
    if not has_trigrams():
        return
    with database.cursor() as cursor, database.schema_editor(atomic=False) as editor:
        cursor.execute("DROP EXTENSION pg_trgm CASCADE")
        cursor.execute("CREATE ROLE modest")
        cursor.execute("SET LOCAL ROLE modest")
        with pytest.raises(ExtensionsMissing, match="CREATE EXTENSION IF NOT EXISTS pg_trgm"):
            create_extensions(None, editor)
        cursor.execute("RESET ROLE")
        create_extensions(None, editor)
        cursor.execute("SELECT count(*) FROM pg_extension WHERE extname = ANY(%s)", [["pg_trgm", "btree_gin"]])
        assert cursor.fetchone() == (2,)
