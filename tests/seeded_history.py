"""Years of history in the database within seconds: rows written by INSERT ... SELECT, on PostgreSQL only.

Not through the product's own code, which would take minutes. Each column that is not named here has the default of its
model, so a new column needs no line. Several shops share the tables, and one of them has most of the rows.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db import connection as database

from accounts.models import User
from accounts.tests.factories import make_user
from integrations.models import (
    OPEN_ORDERS,
    Connection,
    ExternalOrder,
    Fulfillment,
    OpenOrderCount,
    WebhookEvent,
)
from integrations.tests.factories import make_connection
from jobs.models import Job
from shipments.models import (
    SHIPMENT_COUNTS,
    SHIPMENT_HOURS,
    FigureEntry,
    JobItem,
    Shipment,
    ShipmentCount,
    ShipmentEvent,
    ShipmentHour,
)
from shipments.models.figure_triggers import ADD, FULFILLMENTS, SHIPMENTS, figures_of
from shipments.queries.statistics import MAX_PERIOD
from shipments.services.counters.comparison import first_hour
from shipments.tests.factories import fill_sender
from shops.models import Shop
from shops.tests.factories import make_member, make_shop
from tests.bulk_rows import UUID, insert, without_checks

SMALL_SHOPS = 4
# Of each hundred shipments, how many the large shop has; the others share the rest.
LARGE_SHARE = 88
# Open orders of the large shop that were not imported.
WAITING_ORDERS = 2_000
JOBS, JOBS_WITH_ITEMS, ITEMS_OF_A_JOB = 400, 80, 500
# Of the newest shipments, how many have every event, and how many orders there were webhooks about.
RECENT, WEBHOOKS = 5_000, 40_000
DAYS = 900
RARE_NAME, COMMON_TOWN = "Quirijnszoon", "Zwolle"
SYLLABLES = (
    "ba", "de", "fi", "go", "hu", "ja", "ke", "li", "mo", "nu", "pa", "re", "si", "to", "vu", "wa", "ze", "bri", "dro",
    "sta",
)  # fmt: skip
TOWNS = ("utrecht", "amersfoort", "groningen", "arnhem", "leiden", "deventer", "almere", "breda", "tilburg", "assen")
STREETS = ("dorpsstraat", "kerkweg", "stationsplein", "molenpad", "havenkade", "nieuwegracht", "parkweg", "esdoornlaan")

LEDGERS = (ShipmentCount, ShipmentHour, OpenOrderCount, FigureEntry)
SEEDED_MODELS = (ExternalOrder, Fulfillment, Shipment, ShipmentEvent, WebhookEvent, Job, JobItem)


@dataclass(frozen=True, slots=True)
class History:
    """What was seeded; ``shop`` is the large one. ``rare`` is the one shipment to RARE_NAME, and old."""

    owner: User
    shop: Shop
    connection: Connection
    rare: Shipment


def pick(words: tuple[str, ...], by: str) -> str:
    """SQL for one of the words, by a number."""
    return f"(ARRAY[{', '.join(repr(word) for word in words)}])[1 + ({by})::int % {len(words)}]"


# How old a shipment is, in numbers after it, and its status then; older ones have arrived.
YOUNGER_THAN = (
    (300, "draft"), (304, "registering"), (500, "registered"), (800, "printed"), (1800, "in_transit"),
    (1900, "out_for_delivery"), (1960, "at_pickup_point"), (1970, "at_customs"),
)  # fmt: skip
STATUS = f"""CASE {" ".join(f"WHEN age < {age} THEN {status!r}" for age, status in YOUNGER_THAN)}
  WHEN n % 100 = 0 THEN 'returned' WHEN n % 100 = 1 THEN 'cancelled' ELSE 'delivered' END"""
TEXT = "name || ' ' || street || house || ' ' || postcode || ' ' || town"


def numbered_rows(shipments: int, rare: int) -> str:
    """A SELECT of what the rows are made of; ``h`` is spread like a random number, and the same in each run."""
    return f"""
SELECT n, h, age, {STATUS} AS status,
  now() - make_interval(secs => 60 + age * {DAYS} * 86400.0 / {shipments}) AS at,
  CASE WHEN n = {rare} THEN '{RARE_NAME.lower()}'
    ELSE {pick(SYLLABLES, "h / 20")} || {pick(SYLLABLES, "h / 400")} || {pick(SYLLABLES, "h / 8000")} END AS name,
  {pick(STREETS, "h / 7")} AS street, h / 3 % 200 AS house,
  1000 + h / 11 % 9000 || chr(97 + h / 5 % 26) || chr(97 + h / 9 % 26) AS postcode,
  CASE WHEN h % 20 = 0 THEN '{COMMON_TOWN.lower()}'
    WHEN h % 20 < 10 THEN {pick(TOWNS, "h / 20")}
    ELSE {pick(SYLLABLES, "h / 13")} || {pick(SYLLABLES, "h / 170")} || 'wijk' END AS town,
  CASE WHEN h % 10 < 8 THEN 'NL' WHEN h % 10 = 8 THEN 'BE' WHEN h % 100 = 9 THEN 'US' ELSE 'DE' END AS country
FROM (
  SELECT n, {shipments} - n AS age, hashint4(n) & 2147483647 AS h FROM generate_series(1, {shipments}) n
) numbers"""


def seed_history(shipments: int, *, waiting: int = WAITING_ORDERS) -> History:
    """Seed so many shipments, with their orders, fulfillments, events, jobs and webhook events. Then ANALYZE.

    Once a database, because ids are the numbers of the rows.
    """
    owner, shop = make_user(), make_shop(name="Large")
    make_member(shop, owner, role="owner")
    fill_sender(shop)
    connections = [make_connection(shop, auto_import=True)] + [
        make_connection(make_shop()) for _number in range(SMALL_SHOPS)
    ]
    rare = shipments // 200 * 100 + 2
    _execute(f"CREATE TEMP TABLE numbers AS {numbered_rows(shipments, rare)}")
    shares = ", ".join(f"({place}, {row.shop_id}, {row.pk})" for place, row in enumerate(connections))
    _execute(
        f"CREATE TEMP TABLE seeded AS SELECT * FROM numbers"
        f" JOIN (VALUES {shares}) AS shares (place, shop_id, connection_id)"
        f" ON place = CASE WHEN n % 100 < {LARGE_SHARE} THEN 0 ELSE 1 + n % {SMALL_SHOPS} END"
    )
    with without_checks(SEEDED_MODELS):
        _seed_orders(shipments, waiting)
        _seed_shipments(shipments)
        _seed_jobs(shop, owner, shipments)
    _fill_ledgers()
    for model in (ExternalOrder, Fulfillment, Shipment):
        table = model._meta.db_table
        _execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
    _execute("DROP TABLE numbers, seeded")
    # Half of the usual sample: the rows are spread evenly.
    _execute("SET default_statistics_target = 50")
    _execute(f"VACUUM ANALYZE {', '.join(model._meta.db_table for model in (*SEEDED_MODELS, *LEDGERS))}")
    return History(owner, shop, connections[0], Shipment.objects.get(pk=rare))


def _fill_ledgers() -> None:
    """As they are some time after the rows came: added up."""
    SHIPMENT_HOURS.repair(f"hour >= {first_hour()}")
    for counter in (SHIPMENT_COUNTS, OPEN_ORDERS):
        counter.repair()
    for counter in (SHIPMENT_COUNTS, SHIPMENT_HOURS, OPEN_ORDERS):
        while counter.fold():
            pass
    figures = " UNION ALL ".join(
        figures_of(
            table, "postgresql", row="r", source=table, where=f"r.{moment} > now() - interval '{MAX_PERIOD} days'"
        )
        for table, moment in ((SHIPMENTS, "registered_at"), (FULFILLMENTS, "queued_at"))
    )
    day = f"date_trunc('day', at, '{settings.TIME_ZONE}')"
    _execute(f"{ADD} SELECT shop_id, {day}, figure, SUM(number), true FROM ({figures}) figures GROUP BY 1, 2, 3")


def _execute(statement: str) -> None:
    with database.cursor() as cursor:
        cursor.execute(statement)


def _seed_orders(shipments: int, waiting: int) -> None:
    columns = {
        "id": "n", "shop_id": "shop_id", "connection_id": "connection_id", "external_id": "'o' || n",
        "number": "(100000 + n)::text", "placed_at": "at", "paid_at": "at", "changed_at": "at", "read_at": "at",
        "is_imported": "NOT (status = 'draft' AND n % 50 = 0)",
        "eligibility": "CASE WHEN status = 'draft' THEN 'open' ELSE 'fulfilled' END", "customer": "name",
        "country": "country", "total": "h % 20000 / 100.0", "search_text": f"100000 + n || ' ' || {TEXT}",
        "data": "'{}'",
    }  # fmt: skip
    insert(ExternalOrder, "seeded", columns)
    later = {"id": f"n + {shipments}", "external_id": "'w' || n", "number": "(900000 + n)::text"}
    later |= {"search_text": f"900000 + n || ' ' || {TEXT}", "eligibility": "'open'", "is_imported": "false"}
    insert(
        ExternalOrder, f"(SELECT * FROM seeded WHERE place = 0 ORDER BY n DESC LIMIT {waiting}) newest", columns | later
    )


def _seed_shipments(shipments: int) -> None:
    labeled = "status NOT IN ('draft', 'registering')"
    columns = {
        "id": "n", "shop_id": "shop_id", "connection_id": "connection_id", "order_id": "n",
        "source_id": UUID, "tracking_number": "'3SACME' || 100000000 + n", "carrier": "'PostNL'",
        "tracking_url": "''", "lines": "'[]'",
        "state": "CASE n % 9973 WHEN 1 THEN 'needs_attention' WHEN 2 THEN 'due' ELSE 'done' END",
        "queued_at": "at", "sent_at": "at", "confirmed_at": "at", "next_at": "CASE WHEN n % 9973 = 2 THEN now() END",
        "audit_at": "CASE WHEN n % 20000 = 3 THEN now() END",
    }  # fmt: skip
    insert(Fulfillment, f"seeded WHERE {labeled}", columns)
    columns = {
        "id": "n", "shop_id": "shop_id", "order_id": "n", "fulfillment_id": f"CASE WHEN {labeled} THEN n END",
        "reference": "'W' || 100000 + n", "barcode": f"CASE WHEN {labeled} THEN '3SACME' || 100000000 + n END",
        "status": "status", "status_at": "at + interval '1 day'", "created_at": "at",
        "listed_at": "at", "blocked_by": "CASE WHEN status = 'draft' AND n % 7 = 0 THEN 'address' ELSE '' END",
        "person": "initcap(name)", "street": "initcap(street)", "number": "house::text",
        "postal_code": "upper(postcode)",
        "city": "initcap(town)", "country": "country", "email": "name || '@example.com'",
        "carrier": "CASE WHEN h % 10 < 8 THEN 'postnl' WHEN h % 10 = 8 THEN 'dhlforyou' ELSE 'dpd' END",
        "package_type": "'package'", "weight": "500 + h % 900", "value": "h % 20000 / 100.0", "price": "495 + h % 300",
        "search_text": f"'w' || 100000 + n || ' 3sacme' || 100000000 + n || ' ' || {TEXT}",
        "gateway": f"CASE WHEN {labeled} THEN 'acmepost' ELSE '' END",
        "external_id": f"CASE WHEN {labeled} THEN n::text ELSE '' END",
        "registered_at": f"CASE WHEN {labeled} THEN at END", "printed_at": f"CASE WHEN {labeled} THEN at END",
        "delivered_at": "CASE WHEN status = 'delivered' THEN at + interval '1 day' END",
        "next_poll_at": "CASE WHEN status NOT IN ('draft', 'delivered', 'returned', 'cancelled')"
        " THEN now() + make_interval(hours => n % 40) END",
        "order_alert": "CASE WHEN n % 20011 = 1 THEN 'edited' ELSE '' END",
        "push_failed": f"{labeled} AND n % 9973 = 1",
        "deleted_at": "CASE WHEN status = 'draft' AND n % 50 = 0 THEN now() END",
    }  # fmt: skip
    insert(Shipment, "seeded", columns)
    events = {"shipment_id": "n", "at": "at", "kind": "kind"}
    kinds = "(VALUES ('label', true), ('imported', false), ('told', false)) AS kinds (kind, for_all)"
    insert(ShipmentEvent, f"seeded JOIN {kinds} ON for_all OR age < {RECENT}", events)
    webhooks = {
        "platform": "'acme'", "event_id": "'e' || n", "kind": "'order'", "installation": "'i'", "order_id": "'o' || n",
        "happened_at": "at",
        "received_at": f"now() - make_interval(secs => age * 29 * 86400.0 / {WEBHOOKS})",
        "state": "'applied'", "next_at": "NULL",
    }  # fmt: skip
    insert(WebhookEvent, f"seeded WHERE age < {WEBHOOKS}", webhooks)


def _seed_jobs(shop: Shop, owner: User, shipments: int) -> None:
    """Labels in jobs of the large shop, each for as many shipments, and the imports before them."""
    columns = {
        "shop_id": str(shop.pk), "started_by_id": str(owner.pk), "kind": "kind", "state": "'done'", "total": "400",
        "idempotency_key": "kind || n", "created_at": "now() - make_interval(mins => n)", "finished_at": "now()",
        "next_at": "NULL", "ok_count": "400",
    }  # fmt: skip
    jobs = f"generate_series(1, {JOBS}) n CROSS JOIN (VALUES ('labels'), ('import'), ('export')) AS kinds (kind)"
    insert(Job, jobs, columns)
    items_there = JOBS_WITH_ITEMS * ITEMS_OF_A_JOB
    items = {"job_id": "id", "shipment_id": "n", "position": "n", "state": "'ok'"}
    last = Job.objects.filter(kind="labels").latest("pk").pk
    worked = f"SELECT n, {last} - 3 * (n % {JOBS_WITH_ITEMS}) AS id FROM seeded WHERE age < {items_there}"
    insert(JobItem, f"({worked}) items", items)
