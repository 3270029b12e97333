"""The tables of an empty database, created from the models at once.

The migrations lead to the same tables in four hundred steps, for each of which Django builds the models as they were:
ten seconds of computing for half a second of the database's work. ``tests/test_upgrade.py`` compares both ways.
"""

from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from lib.trigrams import create_extensions, create_index

# What no model can state, because only one kind of database has it.
FURTHER_INDEXES = (
    create_index("external_order_search", "integrations_externalorder", "connection_id"),
    create_index("shipment_search", "shipments_shipment", "shop_id"),
)


def is_empty(alias: str) -> bool:
    return not connections[alias].introspection.table_names()


def create_tables(alias: str, *, verbosity: int = 0) -> None:
    """Create every table and record every migration as applied, all or nothing; then tell the apps.

    Raises ExtensionsMissing on a PostgreSQL that lacks them.
    """
    connection = connections[alias]
    with connection.schema_editor() as editor:
        create_extensions(apps, editor)
        for model in apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        for create in FURTHER_INDEXES:
            create(apps, editor)
        recorder = MigrationRecorder(connection)
        editor.create_model(recorder.Migration)
        recorder.migration_qs.bulk_create(recorder.Migration(app=app, name=name) for app, name in _migrations())
    tell_apps(alias, verbosity=verbosity)


def is_up_to_date(alias: str) -> bool:
    """Whether no migration is left to apply."""
    executor = MigrationExecutor(connections[alias])
    executor.loader.check_consistent_history(connections[alias])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def tell_apps(alias: str, *, verbosity: int = 0) -> None:
    """That the tables are as they should be: apps add content types, permissions and triggers where they lack."""
    emit_post_migrate_signal(verbosity, False, alias, plan=[], apps=apps)


def _migrations() -> list[tuple[str, str]]:
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    return sorted(loader.disk_migrations)
