"""The triggers on PostgreSQL: one a statement, with the rows before and after it in ``old_rows`` and ``new_rows``.

Two transactions that change rows meet nowhere in the ledgers. Where a trigger locks rows of another table it does so in
order of primary key, and always in the same direction: fulfillment, shipment, order.
"""

from integrations.models import OPEN_ORDERS, Fulfillment
from lib.row_counters import Change, RowCounter
from shipments.models import SHIPMENT_COUNTS, SHIPMENT_HOURS

LOCK = "LOCK TABLE shipments_shipment, integrations_externalorder, integrations_fulfillment IN SHARE ROW EXCLUSIVE MODE"
# A column that was just made has no statistics, and without them a planner walks the wrong index.
ANALYZE = (
    "ANALYZE shipments_shipment, integrations_externalorder, shipments_shipmentcount, shipments_shipmenthour, "
    "integrations_openordercount"
)
NEW, OLD = ("new_rows", 1), ("old_rows", -1)
EVENTS: dict[str, tuple[str, tuple[Change, ...]]] = {
    "insert": ("INSERT ON {table} REFERENCING NEW TABLE AS new_rows", (NEW,)),
    "update": ("UPDATE ON {table} REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows", (NEW, OLD)),
    "delete": ("DELETE ON {table} REFERENCING OLD TABLE AS old_rows", (OLD,)),
}
FAILED = Fulfillment.State.NEEDS_ATTENTION.value
# A fulfillment belongs to the transaction that makes it until it is linked, so its state does not change meanwhile.
# A statement trigger runs for no rows too, so each update asks first whether there is anything to change.
LINKED = f"""
changed := ARRAY(
    SELECT n.id FROM new_rows AS n {{before}} LEFT JOIN integrations_fulfillment AS f ON f.id = n.fulfillment_id
    WHERE {{only}} AND n.push_failed <> (f.state IS NOT DISTINCT FROM '{FAILED}')
);
IF cardinality(changed) > 0 THEN
    UPDATE shipments_shipment SET push_failed = NOT push_failed WHERE id = ANY(changed);
END IF;
"""  # noqa: S608 - our own names
LINK = {
    "insert": LINKED.format(before="", only="n.fulfillment_id IS NOT NULL"),
    "update": LINKED.format(
        before="JOIN old_rows AS o ON o.id = n.id", only="o.fulfillment_id IS DISTINCT FROM n.fulfillment_id"
    ),
    "delete": "",
}
# The order is locked before its shipments are looked at in a statement of its own: what another transaction does to
# them is then done and seen, or waits for this one.
IMPORTED = """
changed := ARRAY(
    SELECT order_id FROM ({rows}) AS changes WHERE order_id IS NOT NULL GROUP BY order_id HAVING SUM(change) <> 0
);
IF cardinality(changed) > 0 THEN
    PERFORM 1 FROM integrations_externalorder WHERE id = ANY(changed) ORDER BY id FOR NO KEY UPDATE;
    UPDATE integrations_externalorder AS o SET is_imported = NOT o.is_imported
    WHERE o.id = ANY(changed) AND o.is_imported <> EXISTS (
        SELECT 1 FROM shipments_shipment AS s WHERE s.order_id = o.id AND s.deleted_at IS NULL
    );
END IF;
"""
PUSHED = f"""
changed := ARRAY(
    SELECT n.id FROM new_rows AS n JOIN old_rows AS o ON o.id = n.id
    WHERE (n.state = '{FAILED}') <> (o.state = '{FAILED}')
);
IF cardinality(changed) > 0 THEN
    PERFORM 1 FROM shipments_shipment WHERE fulfillment_id = ANY(changed) ORDER BY id FOR NO KEY UPDATE;
    UPDATE shipments_shipment AS s SET push_failed = (n.state = '{FAILED}')
    FROM new_rows AS n WHERE n.id = s.fulfillment_id AND s.push_failed <> (n.state = '{FAILED}');
END IF;
"""  # noqa: S608 - our own names


def triggers() -> dict[str, tuple[str, ...]]:
    """The statements by purpose; ``{purpose}`` stands for the name of the trigger and of its function."""
    found = {
        f"shipments_{event}": _trigger(
            f"shipments_{event}",
            "shipments_shipment",
            event,
            LINK[event] + _imported(changes) + _ledgers(changes, SHIPMENT_COUNTS, SHIPMENT_HOURS),
        )
        for event, (_rows, changes) in EVENTS.items()
    }
    found |= {
        f"orders_{event}": _trigger(
            f"orders_{event}", "integrations_externalorder", event, _ledgers(changes, OPEN_ORDERS)
        )
        for event, (_rows, changes) in EVENTS.items()
    }
    found["pushes_update"] = _trigger("pushes_update", "integrations_fulfillment", "update", PUSHED)
    found["overdue"] = _overdue("overdue")
    return found


def _ledgers(changes: tuple[Change, ...], *counters: RowCounter) -> str:
    return "\n".join(counter.ledger_sql(changes) for counter in counters)


def _imported(changes: tuple[Change, ...]) -> str:
    rows = " UNION ALL ".join(
        f"SELECT order_id, {sign} AS change FROM {table} WHERE deleted_at IS NULL"  # noqa: S608 - our own names
        for table, sign in changes
    )
    return IMPORTED.format(rows=rows)


def _trigger(purpose: str, table: str, event: str, body: str) -> tuple[str, ...]:
    occasion = EVENTS[event][0].format(table=table)
    return (
        f"CREATE FUNCTION {{{purpose}}}() RETURNS trigger LANGUAGE plpgsql AS $body$ "
        f"DECLARE changed bigint[]; BEGIN {body} RETURN NULL; END $body$",
        f"CREATE TRIGGER {{{purpose}}} AFTER {occasion} FOR EACH STATEMENT EXECUTE FUNCTION {{{purpose}}}()",
    )


def _overdue(purpose: str) -> tuple[str, ...]:
    return (
        f"CREATE FUNCTION {{{purpose}}}() RETURNS trigger LANGUAGE plpgsql AS $body$ "
        "BEGIN NEW.overdue := false; RETURN NEW; END $body$",
        f"CREATE TRIGGER {{{purpose}}} BEFORE UPDATE ON shipments_shipment FOR EACH ROW "
        "WHEN (OLD.overdue AND (OLD.status, OLD.status_at) IS DISTINCT FROM (NEW.status, NEW.status_at)) "
        f"EXECUTE FUNCTION {{{purpose}}}()",
    )
