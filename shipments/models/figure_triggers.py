"""The SQL that writes ``FigureEntry``: which rows count, from when, and in which figures.

Figures of a shipment, from when its label was created: ``sent``, ``carrier:<key>``, ``country:<code>``,
``label:<group>`` (how long its order waited), ``delivery:<group>``. Figures of a fulfillment, from when it was queued:
``push:immediate``, ``push:later``, ``push:waiting``, ``push:failed``. Groups are positions in the limits below.

On PostgreSQL a trigger runs once a statement, on SQLite once a row. They are dropped before migrations and created
after them, because a trigger names columns, and SQLite forgets those of a table it must copy to alter it.
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta

from django.db import connections

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Upper limits of the time from order to label; the last group has no limit.
ORDER_TO_LABEL_LIMITS = (4 * HOUR, DAY, 2 * DAY, 4 * DAY)
# Upper limits of the time from label to delivery.
DELIVERY_TIME_LIMITS = (DAY, 2 * DAY, 3 * DAY, 5 * DAY)
# A platform updated within this time counts as updated immediately.
IMMEDIATE = timedelta(minutes=1)

PREFIX = "shipments_figures_"
ENTRIES, SHIPMENTS = "shipments_figureentry", "shipments_shipment"
FULFILLMENTS, ORDERS = "integrations_fulfillment", "integrations_externalorder"
# A change of no other column changes a figure.
COLUMNS = {
    SHIPMENTS: (
        "shop_id", "order_id", "parent_id", "status", "deleted_at", "registered_at", "delivered_at", "carrier",
        "country",
    ),
    FULFILLMENTS: ("shop_id", "state", "queued_at", "confirmed_at"),
    ORDERS: ("paid_at", "placed_at"),
}  # fmt: skip
ADD = f"INSERT INTO {ENTRIES} (shop_id, at, figure, number, folded) "  # noqa: S608 - all SQL here is made of constants
PER_QUARTER = "GROUP BY shop_id, at, figure HAVING SUM(number) <> 0"


def _quarter(moment: str, vendor: str) -> str:
    """The start of its quarter of an hour."""
    if vendor == "postgresql":
        return f"to_timestamp(floor(extract(epoch FROM {moment}) / 900) * 900)"
    return f"datetime({_seconds(moment)} / 900 * 900, 'unixepoch')"


def _seconds(moment: str) -> str:
    """SQLite's own functions round to milliseconds, so they get the text without the fraction."""
    return f"CAST(strftime('%s', substr({moment}, 1, 19)) AS INTEGER)"


def _took(start: str, end: str, vendor: str) -> str:
    """Microseconds."""
    if vendor == "postgresql":
        return f"(extract(epoch FROM {end} - {start}) * 1000000)"
    whole, rest = (f"({_seconds(end)} - {_seconds(start)})", "CAST(substr({}, 21) AS INTEGER)")
    return f"({whole} * 1000000 + {rest.format(end)} - {rest.format(start)})"


def _group(took: str, limits: tuple[timedelta, ...]) -> str:
    """NULL when it is not known how long it took."""
    cases = " ".join(
        f"WHEN {took} <= {limit // timedelta(microseconds=1)} THEN '{number}'" for number, limit in enumerate(limits)
    )
    return f"CASE {cases} WHEN {took} IS NOT NULL THEN '{len(limits)}' END"


def _label_group(ordered: str, row: str, vendor: str) -> str:
    return "'label:' || " + _group(_took(ordered, f"{row}.registered_at", vendor), ORDER_TO_LABEL_LIMITS)


def _is_sent(row: str) -> str:
    return (
        f"{row}.registered_at IS NOT NULL AND {row}.parent_id IS NULL AND {row}.deleted_at IS NULL "
        f"AND {row}.status NOT IN ('cancelled', 'test')"
    )


def _shipment_figures(row: str, vendor: str) -> Iterator[str]:
    yield "'sent'"
    yield f"'carrier:' || {row}.carrier"
    yield f"'country:' || {row}.country"
    # By a subquery, never by a join: it reads the orders of these rows only.
    group = _label_group("COALESCE(o.paid_at, o.placed_at)", row, vendor)
    yield f"(SELECT {group} FROM {ORDERS} o WHERE o.id = {row}.order_id)"  # noqa: S608
    took = _took(f"{row}.registered_at", f"{row}.delivered_at", vendor)
    yield "'delivery:' || " + _group(took, DELIVERY_TIME_LIMITS)


def _fulfillment_figure(row: str, vendor: str) -> str:
    took, limit = _took(f"{row}.queued_at", f"{row}.confirmed_at", vendor), IMMEDIATE // timedelta(microseconds=1)
    return (
        f"CASE WHEN {row}.state = 'done' AND {took} <= {limit} THEN 'push:immediate' "
        f"WHEN {row}.state = 'done' AND {row}.confirmed_at IS NOT NULL THEN 'push:later' "
        f"WHEN {row}.state IN ('due', 'sending', 'unknown') THEN 'push:waiting' "
        f"WHEN {row}.state = 'needs_attention' THEN 'push:failed' END"
    )


def figures_of(table: str, vendor: str, *, row: str, source: str = "", where: str = "", number: int = 1) -> str:
    """A SELECT of (shop_id, at, figure, number) for the rows ``row`` of ``source``.

    Without ``source`` the row is one that a trigger names: OLD or NEW.
    """
    moment = "registered_at" if table == SHIPMENTS else "queued_at"
    figures = _shipment_figures(row, vendor) if table == SHIPMENTS else [_fulfillment_figure(row, vendor)]
    conditions = [_is_sent(row)] if table == SHIPMENTS else []
    conditions += [where] if where else []
    origin = f"FROM {source} {row} " if source else ""
    selects = []
    for figure in figures:
        counts = " AND ".join([*conditions, f"{figure} IS NOT NULL"] if figure != "'sent'" else conditions)
        at = _quarter(f"{row}.{moment}", vendor)
        columns = f"{row}.shop_id AS shop_id, {at} AS at, {figure} AS figure, {number} AS number"
        selects.append(f"SELECT {columns} {origin}WHERE {counts}")  # noqa: S608
    return " UNION ALL ".join(selects)


def _add(selects: str, vendor: str) -> str:
    folded = "FALSE" if vendor == "postgresql" else "0"
    sums = f"SELECT shop_id, at, figure, SUM(number), {folded} FROM ({selects}) changes"  # noqa: S608
    return f"{ADD}{sums} {PER_QUARTER}"


def _moved_order(vendor: str) -> str:
    """The shipments of an order that was paid at another time than we knew."""
    selects = []
    for row, number in (("OLD", -1), ("NEW", 1)):
        figure = _label_group(f"COALESCE({row}.paid_at, {row}.placed_at)", "s", vendor)
        selects.append(
            f"SELECT s.shop_id AS shop_id, {_quarter('s.registered_at', vendor)} AS at, {figure} AS figure, "  # noqa: S608
            f"{number} AS number FROM {SHIPMENTS} s WHERE s.order_id = NEW.id AND {_is_sent('s')}"
        )
    return _add(" UNION ALL ".join(selects), vendor)


def _sqlite() -> Iterator[str]:
    for table in (SHIPMENTS, FULFILLMENTS):
        old = figures_of(table, "sqlite", row="OLD", number=-1)
        new = figures_of(table, "sqlite", row="NEW")
        for event, selects in (("INSERT", new), ("DELETE", old), ("UPDATE", f"{old} UNION ALL {new}")):
            yield _sqlite_trigger(table, event, _add(selects, "sqlite"))
    yield _sqlite_trigger(ORDERS, "UPDATE", _moved_order("sqlite"))


def _sqlite_trigger(table: str, event: str, statement: str) -> str:
    columns, when = COLUMNS[table], ""
    if table == SHIPMENTS:
        rows = {"INSERT": ["NEW"], "DELETE": ["OLD"], "UPDATE": ["OLD", "NEW"]}[event]
        when = " OR ".join(f"{row}.registered_at IS NOT NULL" for row in rows)
    if event == "UPDATE":
        changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)
        when = f"({changed})" + (f" AND ({when})" if when else "")
        event = f"UPDATE OF {', '.join(columns)}"
    name = f"{PREFIX}{table}_{event.split()[0].lower()}"
    condition = f"WHEN {when} " if when else ""
    return f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW {condition}BEGIN {statement}; END"


def _postgresql() -> Iterator[str]:
    for table in (SHIPMENTS, FULFILLMENTS):
        old = figures_of(table, "postgresql", row="r", source="old_rows", number=-1)
        new = figures_of(table, "postgresql", row="r", source="new_rows")
        tables = {"INSERT": "NEW TABLE AS new_rows", "DELETE": "OLD TABLE AS old_rows"}
        tables["UPDATE"] = f"{tables['DELETE']} {tables['INSERT']}"
        for event, selects in (("INSERT", new), ("DELETE", old), ("UPDATE", f"{old} UNION ALL {new}")):
            name, added = f"{PREFIX}{table}_{event.lower()}", _add(selects, "postgresql")
            if table == SHIPMENTS:
                # Most statements write drafts, which no figure counts.
                sources = {"INSERT": ["new_rows"], "DELETE": ["old_rows"], "UPDATE": ["new_rows", "old_rows"]}[event]
                labeled = " OR ".join(
                    f"EXISTS (SELECT 1 FROM {rows} WHERE registered_at IS NOT NULL)"  # noqa: S608
                    for rows in sources
                )
                added = f"IF {labeled} THEN {added}; END IF"
            yield _postgresql_function(name, added)
            yield (
                f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {tables[event]} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
            )
    name = f"{PREFIX}{ORDERS}_update"
    yield _postgresql_function(name, _moved_order("postgresql"))
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in COLUMNS[ORDERS])
    yield (
        f"CREATE TRIGGER {name} AFTER UPDATE OF {', '.join(COLUMNS[ORDERS])} ON {ORDERS} FOR EACH ROW "
        f"WHEN ({changed}) EXECUTE FUNCTION {name}()"
    )


def _postgresql_function(name: str, statement: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$figures$ BEGIN {statement}; RETURN NULL; END $figures$"
    )


def _statements(vendor: str) -> list[str]:
    """With names that differ when the SQL does, so that a change of it is seen."""
    statements = list(_postgresql() if vendor == "postgresql" else _sqlite())
    digest = hashlib.sha256("".join(statements).encode()).hexdigest()[:6]
    return [statement.replace(PREFIX, f"{PREFIX}{digest}_") for statement in statements]


def are_current(using: str) -> bool:
    """Whether every trigger is there and as it is written here."""
    wanted = re.findall(r"CREATE TRIGGER (\S+)", "\n".join(_statements(connections[using].vendor)))
    return trigger_names(using) == sorted(wanted)


def create_triggers(using: str) -> None:
    """In place of those of an earlier version. May be repeated."""
    drop_triggers(using)
    with connections[using].cursor() as cursor:
        for statement in _statements(connections[using].vendor):
            cursor.execute(statement)


def drop_triggers(using: str) -> None:
    """May be repeated, whether the tables exist or not."""
    with connections[using].cursor() as cursor:
        for name in trigger_names(using):
            if connections[using].vendor == "postgresql":
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}() CASCADE")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def trigger_names(using: str) -> list[str]:
    """Of the triggers that exist."""
    names = {
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE %s ORDER BY tgname",
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s ORDER BY name",
    }
    with connections[using].cursor() as cursor:
        cursor.execute(names[connections[using].vendor], [f"{PREFIX}%"])
        return [name for (name,) in cursor.fetchall()]
