"""The triggers on SQLite: one a row, which change totals and flags themselves, because there is one writer at a time.

A trigger is not started again by a change that it makes itself, so whatever changes a counted row is a trigger apart.
"""

from collections.abc import Iterable

from integrations.models import OPEN_ORDERS, Fulfillment
from lib.row_counters import RowCounter
from shipments.models import SHIPMENT_COUNTS, SHIPMENT_HOURS

FAILED = Fulfillment.State.NEEDS_ATTENTION.value
SHIPMENTS, ORDERS, PUSHES = "shipments_shipment", "integrations_externalorder", "integrations_fulfillment"
COUNTERS = {
    "shipments": (SHIPMENT_COUNTS,),
    "hours": (SHIPMENT_HOURS,),
    "orders": (OPEN_ORDERS,),
}
LINKED = f"""
UPDATE {SHIPMENTS} SET push_failed = NOT push_failed WHERE id = NEW.id AND push_failed <> EXISTS (
    SELECT 1 FROM {PUSHES} WHERE id = NEW.fulfillment_id AND state = '{FAILED}'
);
"""  # noqa: S608 - our own names
PUSHED = f"""
UPDATE {SHIPMENTS} SET push_failed = NOT push_failed
WHERE fulfillment_id = NEW.id AND push_failed <> (NEW.state = '{FAILED}');
"""  # noqa: S608 - our own names
IMPORTED = f"""
UPDATE {ORDERS} SET is_imported = NOT is_imported WHERE id = {{row}}.order_id AND is_imported <> EXISTS (
    SELECT 1 FROM {SHIPMENTS} WHERE order_id = {{row}}.order_id AND deleted_at IS NULL
);
"""  # noqa: S608 - our own names


def triggers() -> dict[str, tuple[str, ...]]:
    """The statement by purpose; ``{purpose}`` stands for the name of the trigger."""
    found: dict[str, tuple[str, ...]] = {}
    for subject, counters in COUNTERS.items():
        table = counters[0].source
        watched = [column for counter in counters for column in counter.watched]
        came, went = (_totals(counters, row, sign) for row, sign in (("NEW", 1), ("OLD", -1)))
        found |= _trigger(f"{subject}_insert", f"INSERT ON {table}", came)
        found |= _trigger(f"{subject}_update", f"UPDATE ON {table} WHEN {_differ(watched)}", went + came)
        found |= _trigger(f"{subject}_delete", f"DELETE ON {table}", went)
    relinked, moved = _differ(["order_id", "deleted_at"]), _differ(["status", "status_at"])
    new, old = IMPORTED.format(row="NEW"), IMPORTED.format(row="OLD")
    return (
        found
        | _trigger("imported_insert", f"INSERT ON {SHIPMENTS} WHEN NEW.order_id IS NOT NULL", new)
        | _trigger("imported_update", f"UPDATE ON {SHIPMENTS} WHEN {relinked}", old + new)
        | _trigger("imported_delete", f"DELETE ON {SHIPMENTS} WHEN OLD.order_id IS NOT NULL", old)
        | _trigger("linked_insert", f"INSERT ON {SHIPMENTS} WHEN NEW.fulfillment_id IS NOT NULL", LINKED)
        | _trigger("linked_update", f"UPDATE ON {SHIPMENTS} WHEN {_differ(['fulfillment_id'])}", LINKED)
        | _trigger("pushes_update", f"UPDATE ON {PUSHES} WHEN {_differ(['state'])}", PUSHED)
        | _trigger(
            "overdue",
            f"UPDATE ON {SHIPMENTS} WHEN OLD.overdue AND ({moved})",
            f"UPDATE {SHIPMENTS} SET overdue = 0 WHERE id = NEW.id;",  # noqa: S608 - our own names
        )
    )


def _totals(counters: Iterable[RowCounter], row: str, sign: int) -> str:
    return "\n".join(counter.total_sql(row, sign) for counter in counters)


def _differ(columns: Iterable[str]) -> str:
    return " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)


def _trigger(purpose: str, occasion: str, body: str) -> dict[str, tuple[str, ...]]:
    return {purpose: (f"CREATE TRIGGER {{{purpose}}} AFTER {occasion} BEGIN {body} END",)}
