"""The state table: every pair of statuses is tried, and no other code writes a status."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from shipments.models import Shipment
from shipments.states import IllegalMove, ShipmentStatus, check_move
from shipments.tests.factories import make_shipment

ROOT = Path(__file__).resolve().parents[2]
ON_THE_ROAD = {"in_transit", "at_customs", "out_for_delivery", "at_pickup_point", "delivered", "returned"}
LEGAL = {
    "draft": {"registering"},
    "registering": {"draft", "registered", "test"},
    "test": {"draft"},
    "registered": {"printed", "cancelled", *ON_THE_ROAD},
    "printed": {"cancelled", *ON_THE_ROAD},
    "in_transit": ON_THE_ROAD - {"in_transit"},
    "at_customs": ON_THE_ROAD - {"at_customs"},
    "out_for_delivery": ON_THE_ROAD - {"out_for_delivery", "at_customs"},
    "at_pickup_point": {"delivered", "returned"},
    "delivered": set(),
    "returned": set(),
    "cancelled": {"registered"},
}


@pytest.mark.django_db
@pytest.mark.parametrize("source", ShipmentStatus.values)
def test_a_shipment_moves_only_as_the_table_allows(shop, source: str):
    shipment = make_shipment(shop)
    moved, checked = set(), set()
    for target in ShipmentStatus:
        Shipment.objects.filter(pk=shipment.pk).update(status=source)
        if Shipment.objects.filter(pk=shipment.pk).move(target):
            moved.add(Shipment.objects.get(pk=shipment.pk).status)
        try:
            check_move(source, target)
        except IllegalMove:
            continue
        checked.add(target.value)
    assert moved == checked == LEGAL[source]


@pytest.mark.django_db
def test_a_move_notes_its_time_and_writes_other_columns_in_the_same_statement(shop):
    shipment = make_shipment(shop)
    assert Shipment.objects.filter(pk=shipment.pk).move(ShipmentStatus.REGISTERING, gateway="local") == 1
    moved = Shipment.objects.get(pk=shipment.pk)
    assert (moved.status, moved.gateway) == ("registering", "local")
    assert moved.status_at > shipment.status_at


@pytest.mark.django_db
def test_a_row_that_is_stored_is_checked_and_a_new_one_begins_anywhere(shop):
    shipment = make_shipment(shop)
    with pytest.raises(IllegalMove):
        shipment.move_to(ShipmentStatus.DELIVERED)
    shipment.move_to(ShipmentStatus.REGISTERED, source=ShipmentStatus.REGISTERING)
    new = Shipment(shop=shop)
    new.move_to(ShipmentStatus.REGISTERED)
    assert (shipment.status, new.status) == ("registered", "registered")


WRITES = {"update", "create", "get_or_create", "update_or_create", "bulk_create", "Shipment"}


def status_writes(source: str) -> list[int]:
    """Lines that set the status of a shipment: an assignment, a keyword of a write, or a column in a dict."""
    return [
        node.lineno for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt | ast.expr) and _writes(node)
    ]


def _writes(node: ast.AST) -> bool:
    match node:
        case ast.Assign(targets=targets):
            return any(isinstance(name, ast.Attribute) and name.attr == "status" for name in _parts(targets))
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), keywords=keywords) if name in WRITES:
            return any(keyword.arg == "status" for keyword in keywords)
        case ast.Dict(keys=keys, values=values):
            return any(_is_status(key) and _is_state(value) for key, value in zip(keys, values, strict=True))
    return False


def _parts(targets: list[ast.expr]) -> Iterator[ast.AST]:
    return (part for target in targets for part in ast.walk(target))


def _is_status(key: ast.expr | None) -> bool:
    return isinstance(key, ast.Constant) and key.value == "status"


def _is_state(value: ast.expr) -> bool:
    return isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name) and value.value.id == "ShipmentStatus"


@pytest.mark.parametrize(
    "line",
    [
        "shipment.status = ShipmentStatus.PRINTED",
        "shipment.status, shipment.gateway = ShipmentStatus.DRAFT, ''",
        "rows.update(status=ShipmentStatus.DRAFT, status_at=now)",
        "Shipment(shop=shop, status='registered')",
        "changes = {'status': ShipmentStatus.CANCELED, 'status_at': now}",
    ],
)
def test_a_status_that_is_written_beside_the_table_is_found(line):
    assert status_writes(line) == [1]


def test_a_status_is_only_written_through_the_table():
    paths = [path for app in ("shipments", "jobs", "tracking", "demo") for path in (ROOT / app).glob("**/*.py")]
    product = [path for path in paths if not {"models", "migrations", "tests"} & set(path.relative_to(ROOT).parts)]
    assert len(product) > 50
    found = [f"{path.relative_to(ROOT)}:{line}" for path in product for line in status_writes(path.read_text())]
    assert not found
