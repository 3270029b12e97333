"""Upgrading an installation of 0.1: every row of every table keeps its values."""

import gc
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connections, models
from django.db.migrations.executor import MigrationExecutor

from lib.search_text import normal_form
from tests.our_apps import OUR_APPS
from tests.schema import schema_of
from tests.upgrade_changes import MOVED, RENAMED, REWRITTEN, SENTENCES

BEFORE = {
    "accounts": "0004_customs_numbers",
    "integrations": "0006_paid_at_of_orders",
    "shipments": "0005_customs_currency",
}
COPIES = 3
# Django's own migration takes the project's kind of key for this table, and its model that of its app.
WIDER = ("column", "auth_group_permissions", "id")
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
Rows = dict[str, dict[Any, dict[str, Any]]]


@pytest.fixture
def old(django_db_setup: None, django_db_blocker: Any, tmp_path: Path) -> Iterator[str]:
    """The alias of an empty database of the same kind as the tests' own."""
    # The collector would look through half a million models again and again: a fifth of the time.
    gc.disable()
    try:
        with django_db_blocker.unblock(), empty_database(tmp_path) as alias:
            yield alias
    finally:
        gc.enable()


@contextmanager
def empty_database(tmp_path: Path) -> Iterator[str]:
    default = connections["default"]
    settings = default.settings_dict | {"NAME": str(tmp_path / "old.sqlite3")}
    if default.vendor == "postgresql":
        settings["NAME"] = f"{default.settings_dict['NAME']}_old"
        with default.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{settings["NAME"]}"')
    connections.databases["old"] = settings
    yield "old"
    connections["old"].close()
    del connections["old"], connections.databases["old"]
    if default.vendor == "postgresql":
        with default.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{settings["NAME"]}"')


def make_test_labels(apps: Any, alias: str) -> dict[str, Any]:
    """Labels of every kind from before test labels had a status of their own, by name; and two fulfillments."""
    unsent, sent = (make_fulfillment(apps, alias, sent_at=at) for at in (None, NOW))
    return {
        "unsent": unsent,
        "sent": sent,
        "local": make_labeled(apps, alias, gateway="local", status="registered", fulfillment_id=unsent),
        "before gateways": make_labeled(apps, alias, gateway="", status="printed", fulfillment_id=sent),
        "return": make_labeled(apps, alias, gateway="local", status="registered", parent_id=1),
        "real": make_labeled(apps, alias, gateway="myparcel", status="registered"),
        "lost": make_labeled(apps, alias, gateway="myparcel", status="concept", barcode=None, deleted_at=None),
        "draft": make_labeled(apps, alias, gateway="", status="concept", barcode=None),
    }


def check_test_labels(apps: Any, alias: str, made: dict[str, Any]) -> None:
    """The platform was told of them before; those of which it was not yet told never will be."""
    labels = {name: pk for name, pk in made.items() if name not in {"unsent", "sent"}}
    rows = apps.get_model("shipments", "Shipment")._base_manager.using(alias).in_bulk(labels.values())
    assert {name: rows[pk].status for name, pk in labels.items()} == {
        "local": "test",
        "before gateways": "test",
        "return": "cancelled",
        "real": "registered",
        "lost": "registering",
        "draft": "draft",
    }
    left = apps.get_model("integrations", "Fulfillment")._base_manager.using(alias)
    assert not left.filter(pk=made["unsent"]).exists()
    assert rows[made["before gateways"]].fulfillment_id == made["sent"]
    assert rows[made["lost"]].next_poll_at is not None


def create_as_of(executor: MigrationExecutor, nodes: list[tuple[str, str]]) -> Any:
    """The tables as they were after these migrations, made at once. Returns the models of then."""
    graph, apps = executor.loader.graph, executor.loader.project_state(nodes).apps
    with executor.connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.can_migrate(executor.connection):
                editor.create_model(model)
    executor.recorder.ensure_schema()
    for app, name in {one for node in nodes for one in graph.forwards_plan(node)}:
        executor.recorder.record_applied(app, name)
    return apps


def check_schema(alias: str) -> None:
    """The same as that of an installation which began with this release, made by ``create_tables``."""
    upgraded, new = schema_of(alias), schema_of("default")
    assert [row for row in upgraded - new if row[:3] != WIDER] == []
    assert [row for row in new - upgraded if row[:3] != WIDER] == []


def make_fulfillment(apps: Any, alias: str, **changes: Any) -> Any:
    fulfillment = apps.get_model("integrations", "Fulfillment")._base_manager.using(alias).first()
    fulfillment.pk, fulfillment.public_id, fulfillment.source = None, uuid.uuid4(), uuid.uuid4()
    for name, value in changes.items():
        setattr(fulfillment, name, value)
    fulfillment.save(using=alias, force_insert=True)
    return fulfillment.pk


def make_labeled(apps: Any, alias: str, **changes: Any) -> Any:
    parcel = apps.get_model("shipments", "Shipment")._base_manager.using(alias).first()
    parcel.pk, parcel.public_id, parcel.order_id, parcel.parent_id = None, uuid.uuid4(), None, None
    for name, value in ({"barcode": f"3S{uuid.uuid4().hex[:12]}", "fulfillment_id": None} | changes).items():
        setattr(parcel, name, value)
    parcel.save(using=alias, force_insert=True)
    return parcel.pk


@pytest.mark.django_db
def test_tables_made_at_once_have_every_migration_applied():
    executor = MigrationExecutor(connections["default"])
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


@pytest.mark.services
def test_an_upgrade_keeps_every_row_and_fills_what_is_new(old: str):
    executor = MigrationExecutor(connections[old])
    others = [node for node in executor.loader.graph.leaf_nodes() if node[0] not in OUR_APPS]
    apps = create_as_of(executor, [*BEFORE.items(), *others])
    fill(apps, old)
    scans = {text: make_scan(apps, old, text) for text in SENTENCES}
    numbers = {number: make_parcel(apps, old, number) for number in (None, 4, 23, 31)}
    content_types = {model: make_content_type(apps, old, model) for model in MOVED}
    for query in REWRITTEN["shipments_savedfilter", "query"]:
        make_filter(apps, old, query)
    before = rows_of(apps, old)
    labels = make_test_labels(apps, old)
    assert all(len(rows) >= COPIES for rows in before.values()), "a kind of row is missing"

    call_command("migrate", database=old, verbosity=0)

    state = MigrationExecutor(connections[old]).loader.project_state().apps
    check_test_labels(state, old, labels)
    check_schema(old)
    after = rows_of(state, old)
    for table, rows in before.items():
        for pk, row in rows.items():
            kept = {column: after[table][pk][RENAMED.get((table, column), column)] for column in row}
            expected = {column: upgraded(table, column, value) for column, value in row.items()}
            if "search_text" in row:
                number = row["reference" if "reference" in row else "number"]
                assert normal_form(number) in kept.pop("search_text").split(), "found by its number"
                del expected["search_text"]
            if table == "integrations_connection":
                assert kept.pop("synced_through") < expected.pop("synced_through"), "recent orders are read again"
            assert kept == expected, table
    statuses = {row["status"] for row in before["shipments_shipment"].values()}
    assert {"concept", "registering"} <= statuses, "a status is missing"
    assert {model: content_types_of(old, {model, name}) for model, (_app, name) in MOVED.items()} == {
        model: [(content_types[model], app, name)] for model, (app, name) in MOVED.items()
    }
    events, parcels = after["shipments_shipmentevent"], after["shipments_shipment"]
    assert {text: events[pk]["tracking_status"] for text, pk in scans.items()} == SENTENCES
    assert {number: parcels[pk]["tracking_status"] for number, pk in numbers.items()} == {
        None: "", 4: "sorted", 23: "unknown", 31: "inactive",
    }  # fmt: skip
    assert {row["tracking_status"] for row in events.values() if row["kind"] != "carrier"} == {""}


def upgraded(table: str, column: str, value: Any) -> Any:
    changes = REWRITTEN.get((table, column), {})
    return changes.get(value, value) if changes else value


def our_models(apps: Any) -> list[Any]:
    """Those that others point at come first."""
    waiting = {model._meta.label: model for model in apps.get_models() if model._meta.app_label in OUR_APPS}
    targets = {label: targets_of(model) - {label} for label, model in waiting.items()}
    order = TopologicalSorter(targets).static_order()
    return [waiting[label] for label in order]


def targets_of(model: Any) -> set[str]:
    related = [field.related_model._meta for field in model._meta.fields if field.is_relation]
    return {target.label for target in related if target.app_label in OUR_APPS}


def fill(apps: Any, alias: str) -> None:
    """Some rows of every kind, with something in every column."""
    for model in our_models(apps):
        for number in range(COPIES):
            columns = [field for field in model._meta.fields if not field.primary_key]
            values = {column.attname: value_of(column, number, alias) for column in columns}
            model._base_manager.using(alias).create(**values)


def value_of(field: Any, number: int, alias: str) -> Any:
    """One that is different for each row, as far as the kind of the column allows."""
    if field.is_relation:
        ids = list(field.related_model._base_manager.using(alias).order_by("pk").values_list("pk", flat=True))
        return ids[number] if number < len(ids) else None
    if field.choices:
        return field.choices[number % len(field.choices)][0]
    if isinstance(field, models.CharField | models.TextField):
        return f"{number}{field.name}"[: field.max_length or 200]
    if isinstance(field, models.BooleanField):
        return bool(number % 2)
    values: dict[type[models.Field[Any, Any]], Any] = {
        models.DateTimeField: NOW + timedelta(hours=number),
        models.JSONField: {"en": f"{field.name} {number}"},
        models.UUIDField: uuid.uuid4(),
        models.IntegerField: number + 1,
        models.DecimalField: number + 1,
        models.BinaryField: bytes([number]),
    }
    return next(value for kind, value in values.items() if isinstance(field, kind))


def make_content_type(apps: Any, alias: str, model: str) -> Any:
    source = "shipments" if model == "job" else "accounts"
    rows = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    return rows.get_or_create(app_label=source, model=model)[0].pk


def content_types_of(alias: str, names: set[str]) -> list[tuple[Any, str, str]]:
    return list(ContentType.objects.using(alias).filter(model__in=names).values_list("pk", "app_label", "model"))


def make_filter(apps: Any, alias: str, query: str) -> None:
    filters = apps.get_model("shipments", "SavedFilter")._base_manager.using(alias)
    first = filters.first()
    filters.create(shop_id=first.shop_id, user_id=first.user_id, public_id=uuid.uuid4(), name=query[:40], query=query)


def make_scan(apps: Any, alias: str, text: str) -> Any:
    shipment = apps.get_model("shipments", "Shipment")._base_manager.using(alias).first()
    events = apps.get_model("shipments", "ShipmentEvent")._base_manager.using(alias)
    return events.create(shipment_id=shipment.pk, kind="carrier", text={"nl": "anders", "en": text}).pk


def make_parcel(apps: Any, alias: str, number: int | None) -> Any:
    parcel = apps.get_model("shipments", "Shipment")._base_manager.using(alias).first()
    parcel.pk, parcel.public_id, parcel.order_id, parcel.fulfillment_id = None, uuid.uuid4(), None, None
    parcel.carrier_status, parcel.barcode = number, f"3S{number}"
    parcel.save(using=alias, force_insert=True)
    return parcel.pk


def rows_of(apps: Any, alias: str) -> Rows:
    """By table, primary key and column, as the database has them."""
    tables: Rows = {}
    with connections[alias].cursor() as cursor:
        for model in our_models(apps):
            table = model._meta.db_table
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - our own table
            names = [column[0] for column in cursor.description]
            key = names.index(model._meta.pk.column)
            tables[table] = {row[key]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}
    return tables
