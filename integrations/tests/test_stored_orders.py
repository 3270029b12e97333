"""Orders stored by version 0.1 read the same after their fields were renamed."""

import json
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.db import connection

from integrations.models.orders import ORDER_ADAPTER
from integrations.tests.factories import make_connection

# Dumped by the code of 0.1, with a value other than the default in every renamed field.
STORED = json.loads(Path(__file__).with_name("order_of_0_1.json").read_text())
RENAMED = {"extras": "checkout_answers", "manual": "is_manual", "mailed": "buyer_mail_times"}
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
RENAMED_LINE = {"ships_elsewhere": "third_party_fulfilled"}


def test_an_order_stored_by_0_1_keeps_every_value():
    order = ORDER_ADAPTER.validate_python(STORED)
    assert [line.third_party_fulfilled for line in order.lines] == [False, True]
    assert [line.id for line in order.lines_to_ship] == ["line-1"]
    assert order.checkout_answers == (("BTW-nummer", "NL000099998B57"),)
    assert order.is_manual
    assert order.buyer_mail_times == (datetime(2026, 11, 21, 8, tzinfo=UTC),)


def test_it_is_stored_again_under_the_new_keys_and_read_back():
    order = ORDER_ADAPTER.validate_python(STORED)
    stored = ORDER_ADAPTER.dump_python(order, mode="json")
    lines = [{RENAMED_LINE.get(key, key): value for key, value in line.items()} for line in STORED["lines"]]
    assert ORDER_ADAPTER.validate_python(stored) == order
    # Added since, empty for an order from before.
    assert not any(stored.pop("pickup_point").values())
    assert not any(line.pop(name) for line in stored["lines"] for name in ("choices", "amount"))
    assert not any(
        stored.pop(name) for name in ("unread", "decoded", "is_for_pickup_point", "is_pickup_unclear", "euro_rate")
    )
    assert stored == {RENAMED.get(key, key): value for key, value in STORED.items()} | {"lines": lines}


def test_orders_from_before_choices_are_read_again(shop):
    """Else a variant, or an unknown way to collect, would stay unread until the order changes."""
    read, new = make_connection(shop, synced_through=NOON), make_connection(shop, synced_through=None)
    import_module("integrations.migrations.0014_read_orders_again").forwards(apps, connection.schema_editor())
    read.refresh_from_db()
    new.refresh_from_db()
    assert (read.synced_through, new.synced_through) == (NOON - timedelta(days=30), None)
