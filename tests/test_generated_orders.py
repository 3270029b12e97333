"""Orders that Hypothesis thinks up: each is stored or set aside, and the one beside it is stored.

Few and the same ones in the suite, so that it never fails by chance; ``script/poison`` tries thousands of others.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from integrations.models import Connection
from integrations.providers.wix.reading import map_orders, read_orders
from integrations.providers.wix.tests.poison import healthy, json_of, put
from integrations.providers.wix.tests.poison_values import (
    CODE_FIELDS,
    CODES,
    FIGURE_FIELDS,
    FIGURES,
    ID_FIELDS,
    IDS,
    MISSING,
    MOMENT_FIELDS,
    MOMENTS,
    SHAPE_FIELDS,
    TEXT_FIELDS,
    TEXTS,
    WHOLE_FIELDS,
    WHOLES,
)
from integrations.services import mirror
from integrations.tests.factories import make_connection
from lib.json_parsing import parse_json
from lib.tests.generated import generated
from shipments.services.imports.order_alerts import fingerprint
from shipments.services.imports.order_to_draft import draft_from_order
from shops.models import Shop
from shops.services.preferences import get_preferences
from tests.platforms import product_providers

pytestmark = pytest.mark.django_db
CHECKS_THAT_DO_NOT_MATTER = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
FEW = generated(60, suppress_health_check=CHECKS_THAT_DO_NOT_MATTER)
EDGES = [
    value
    for values in (MOMENTS, WHOLES, FIGURES, TEXTS, IDS, CODES)
    for name, value in values.items()
    # What is only long has its place among the poison orders.
    if value is not MISSING and name not in {"a megabyte", "a pile of accents", "one endless word", "a thousand lines"}
]
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals().map(str),
    st.datetimes().map(lambda moment: moment.isoformat()),
    st.text(max_size=40),
    st.sampled_from(EDGES),
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
FIELDS = [*MOMENT_FIELDS, *WHOLE_FIELDS, *FIGURE_FIELDS, *TEXT_FIELDS, *ID_FIELDS, *CODE_FIELDS, *SHAPE_FIELDS]
CHANGES = st.lists(st.tuples(st.sampled_from(FIELDS), VALUES), min_size=1, max_size=4)


@pytest.fixture(autouse=True)
def _product_providers() -> Iterator[None]:
    with product_providers():
        yield


@pytest.fixture
def wix(shop: Shop) -> Connection:
    return make_connection(shop, platform="wix")


def changed(order: dict[str, Any], changes: list[tuple[tuple[str | int, ...], object]]) -> Any:
    """The order with these values; one whose place an earlier one took away changes nothing."""
    for field, value in changes:
        try:
            order = put(order, field, value)
        except (AttributeError, TypeError, KeyError, IndexError):
            continue
    return order


@FEW
@given(changes=CHANGES)
def test_an_order_is_stored_or_set_aside_and_its_neighbor_is_stored(wix: Connection, changes):
    wix.orders.all().delete()
    wix.unreadable_orders.all().delete()
    answer = parse_json(f"[{json_of(healthy(1))}, {json_of(changed(healthy(2), changes))}]".encode())
    orders, rejected = read_orders(answer)
    found, wrong = map_orders(orders, {})
    assert len(found) + len(rejected) + len(wrong) in {1, 2}, "two with one id are one order"
    mirror.store_orders(wix, found, [*rejected, *wrong])
    numbers = [row.external_id for row in wix.orders.all()]
    assert healthy(1)["id"] in numbers
    told = wix.unreadable_orders.exclude(external_id__in=numbers)
    assert len(numbers) + len(told) == len(found) + len(rejected) + len(wrong)
    for row in wix.unreadable_orders.all():
        assert row.reason != "unexpected", "an error of ours"
        assert row.reason != "not_stored", "the border let something through"
        assert str(row.message).endswith(".")


@FEW
@given(changes=CHANGES)
def test_all_that_is_done_with_a_stored_order_can_be_done(wix: Connection, changes):
    wix.orders.all().delete()
    orders, _rejected = read_orders(parse_json(f"[{json_of(changed(healthy(2), changes))}]".encode()))
    found, _wrong = map_orders(orders, {})
    mirror.store_orders(wix, found)
    preferences = get_preferences(wix.shop)
    for row in wix.orders.all():
        assert row.order == found[0], "stored and read back it is the same"
        plan = draft_from_order(row.order, preferences)
        for note in (*plan.notes, *plan.problems):
            assert str(note.text).encode()
        assert fingerprint(row.order)
        assert timezone.localtime(row.placed_at)
        assert plan.content.weight >= 0
        assert plan.content.value >= 0
        assert "\0" not in str(plan.content)
