"""A shop with much history, written by plain SQL: a million shipments take minutes, not hours.

Every column of a table is set: by an expression below, else by its default. A column that is new and has no default is
named by the error, and then needs a line here. Triggers and generated columns do their work as they always do.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal

from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.utils import timezone

from benchmarks.context import Account, make_account
from benchmarks.floors import expect
from integrations.models import OPEN_ORDERS, ORDER_ADAPTER, Connection, ExternalOrder, Fulfillment
from integrations.orders import (
    FulfillmentStatus,
    OrderAddress,
    OrderData,
    OrderLine,
    OrderStatus,
    PaymentStatus,
)
from integrations.search_text import order_search_text
from shipments.content import ShipmentLine
from shipments.models import SHIPMENT_COUNTS, SHIPMENT_HOURS, Shipment, ShipmentEvent
from shipments.queries.counts import count_tabs, waiting_by_connection
from shipments.services.figures import fold_due
from shipments.states import ShipmentStatus
from shops.models import Shop

NAME, FLOOR_NAME = "Bench", "Floor"
# Far enough from today for no sync of its own to become due.
SYNCED_AT = datetime(2099, 1, 1, tzinfo=UTC)
PER_DAY, CHUNK = 1_000, 50_000
FIRST_NUMBER = 1_000_000
FIRST_NAMES = ("Hanna", "Mees", "Esra", "Jip", "Tom", "Lotte", "Ravi", "Anouk", "Thijs", "Femke", "Sjoerd", "Ilse")
LAST_HEADS = ("Ver", "Dijk", "Hoek", "Bos", "Kuip", "Brou", "Wil", "Post", "Scho", "Graaf", "Leeu", "Meer", "Heuv")
LAST_TAILS = ("meulen", "man", "stra", "ers", "wer", "lems", "ma", "uten", "sema", "kamp", "horst")
TOWNS = ("Amsterdam", "Utrecht", "Deventer", "Eindhoven", "Leeuwarden", "Rotterdam", "Maastricht", "Breda", "Groningen")
STREETS = ("Lindelaan", "Havenstraat", "Wilgenpad", "Molenweg", "Kerkplein", "Dorpsstraat", "Beukenhof", "Singel")
STREET_SIDES = ("Noord", "Zuid", "Oost", "West", "Nieuwe", "Oude", "Lange", "Korte", "Groene", "Hoge", "Lage")
CARRIERS = ("postnl", "postnl", "postnl", "postnl", "dhlforyou")
COUNTRIES = ("NL",) * 17 + ("BE", "DE", "FR")
RARE_NAME = "Xanthippe Quispel"
ZERO = Decimal(0)

# In the statements below k counts the rows from the oldest, 1, and a from the newest, 0.
IS_DRAFT, IS_REGISTERED, IS_PRINTED, IS_UNDERWAY = "a < 300", "a < 600", "a < 900", "a < 3000"
AT = f"now() - a * interval '{24 * 3600 / PER_DAY} seconds'"
STATUSES = {
    IS_DRAFT: ShipmentStatus.DRAFT,
    IS_REGISTERED: ShipmentStatus.REGISTERED,
    IS_PRINTED: ShipmentStatus.PRINTED,
    IS_UNDERWAY: ShipmentStatus.IN_TRANSIT,
    "k % 200 = 7": ShipmentStatus.RETURNED,
    "k % 200 = 8": ShipmentStatus.CANCELED,
}
_CASES = " ".join(f"WHEN {when} THEN '{status.value}'" for when, status in STATUSES.items())
STATUS = f"CASE {_CASES} ELSE '{ShipmentStatus.DELIVERED.value}' END"
IS_BLOCKED = f"{IS_DRAFT} AND k % 10 = 3"
# Of these the platform could not be told.
IS_FAILED = "a >= 600 AND a < 610"


def _one_of(values: tuple[str, ...], index: str) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"(ARRAY[{listed}])[1 + ({index}) % {len(values)}]"


LAST = f"{_one_of(LAST_HEADS, 'k / 12')} || {_one_of(LAST_TAILS, 'k / 156')}"
FIRST = _one_of(FIRST_NAMES, "k")
STREET = f"{_one_of(STREET_SIDES, 'k / 8')} || {_one_of(STREETS, 'k')}".replace("] || ", "] || ")
TOWN = _one_of(TOWNS, "(k / 7) * (k % 5)")
# Below 9000, because that is how codes of overseas parts of France begin, and their parcels need customs papers.
POSTCODE = "(1000 + (k * 7) % 8000) || ' AB'"
NUMBER = f"({FIRST_NUMBER} + k)::text"
HOUSE = "(1 + k % 240)::text"
EMAIL = "'buyer' || k || '@example.com'"
BARCODE = "'3SBENC' || lpad(k::text, 9, '0')"
PERSON = f"CASE WHEN k = {{rare}} THEN '{RARE_NAME}' ELSE {FIRST} || ' ' || {LAST} END"


def normal(expression: str) -> str:
    """As `lib.search_text` writes a field of plain letters."""
    return f"lower(regexp_replace({expression}, '[^0-9A-Za-z]', '', 'g'))"


def literal(model: type[models.Model], name: str, value: object) -> str:
    """A value as the statement needs it, written by the driver itself."""
    field = next(field for field in model._meta.local_concrete_fields if field.name == name)
    prepared = field.get_db_prep_save(value, connection)
    with connection.cursor() as cursor:
        written: bytes = cursor.cursor.mogrify("%s", [prepared])
    return written.decode()


def insert(model: type[models.Model], known: Mapping[str, str], first: int, last: int, total: int) -> None:
    """Insert the rows k from ``first`` to ``last`` of ``total``, each column by its expression or by its default.

    Raises ValueError for a column that has neither, and KeyError for an expression of a column that is gone.
    """
    fields = [field for field in model._meta.local_concrete_fields if not field.generated]
    if gone := known.keys() - {field.attname for field in fields}:
        raise KeyError(f"{model.__name__} has no columns {', '.join(sorted(gone))}")
    columns, expressions = [], []
    for field in fields:
        if field.primary_key and field.attname not in known:
            continue
        columns.append(f'"{field.column}"')
        expressions.append(known[field.attname] if field.attname in known else _default(model, field))
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({", ".join(columns)}) SELECT {", ".join(expressions)} '
            f"FROM (SELECT k, {total} - k AS a FROM generate_series({first}, {last}) AS k) AS rows".replace("%", "%%"),
            [],
        )


def _default(model: type[models.Model], field: "models.Field[object, object]") -> str:
    if isinstance(field, models.UUIDField) and field.has_default():
        return "gen_random_uuid()"
    if field.has_default() or (field.blank and isinstance(field, models.CharField | models.TextField)):
        return literal(model, field.name, field.get_default())
    if field.null:
        return "NULL"
    raise ValueError(f"the seed has no value for {model.__name__}.{field.name}")


def existing(model: type[models.Model], optional: Mapping[str, str]) -> dict[str, str]:
    """Those of the expressions whose column the model has and that the database does not keep itself."""
    fields = {field.attname: field for field in model._meta.local_concrete_fields}
    return {name: text for name, text in optional.items() if name in fields and not fields[name].generated}


def seed_shop(shipments: int, open_orders: int) -> None:
    """A shop with this many shipments of imported orders and open orders behind them, and one without any.

    The newest 300 are drafts, then come those to print, printed and underway; the others are done.
    """
    account = make_account(NAME, synced_at=SYNCED_AT)
    make_account(FLOOR_NAME, installation="floor", site="floor", synced_at=SYNCED_AT)
    total = shipments + open_orders
    for first, last in chunks(total):
        _insert_orders(account, first, last, shipments, total)
    for first, last in chunks(shipments):
        _insert_history(account, first, last, shipments)
    fold_ledgers()
    with connection.cursor() as cursor:
        models_seeded: list[type[models.Model]] = [ExternalOrder, Fulfillment, Shipment, ShipmentEvent]
        for statement in connection.ops.sequence_reset_sql(no_style(), models_seeded):
            cursor.execute(statement)
    check_seed(account.shop, shipments, open_orders)


def fold_ledgers() -> None:
    """What the sweep does in the minutes after so many changes."""
    while any(counter.fold(batches=10) for counter in (SHIPMENT_COUNTS, SHIPMENT_HOURS, OPEN_ORDERS)):
        continue
    while fold_due():
        continue


def chunks(total: int) -> Iterator[tuple[int, int]]:
    for first in range(1, total + 1, CHUNK):
        yield first, min(first + CHUNK - 1, total)


def _insert_orders(account: Account, first: int, last: int, imported: int, total: int) -> None:
    """The imported orders have the ids of their shipments; the open ones come after them."""
    shown = _parts(imported)
    text = [normal(NUMBER), normal(shown["person"]), normal(f"{STREET} || {HOUSE}")]
    text += [normal(POSTCODE), normal(TOWN), normal(EMAIL), "'mug'"]
    # As old as its shipment; the open ones are of the last hours.
    placed = (
        f"now() - (CASE WHEN k <= {imported} THEN {imported} - k ELSE 0 END) * interval '{86_400 / PER_DAY} seconds'"
    )
    placed += f" - interval '2 hours' + k * interval '1 millisecond' * {7_000_000 / total:.6f}"
    columns = {
        "id": "k",
        "shop_id": str(account.shop.pk),
        "connection_id": str(account.site.pk),
        "external_id": "'order-' || k",
        "number": NUMBER,
        "eligibility": "'open'",
        "placed_at": placed,
        "paid_at": placed,
        "changed_at": placed,
        "customer": shown["person"],
        "country": "'NL'",
        "total": "29.90",
        "search_text": " || ' ' || ".join(text),
        "data": _order_json(shown["person"]),
    }
    columns |= existing(ExternalOrder, {"is_imported": f"k <= {imported}", "listed_at": placed})
    with transaction.atomic():
        insert(ExternalOrder, columns, first, last, total)


def _order_json(person: str) -> str:
    order = OrderData(
        external_id="",
        number="",
        created_at=timezone.now(),
        updated_at=timezone.now(),
        status=OrderStatus.APPROVED,
        payment=PaymentStatus.PAID,
        fulfillment=FulfillmentStatus.NOT_FULFILLED,
        lines=(OrderLine("1", "Mok Zeegroen", 2, sku="MUG", weight=350, unit_value=Decimal("14.95")),),
        address=OrderAddress(country="NL"),
        total=Decimal("29.90"),
    )
    data = ORDER_ADAPTER.dump_python(order, mode="json")
    address = literal(ExternalOrder, "data", data.pop("address"))
    own = f"'external_id', 'order-' || k, 'number', {NUMBER}, 'email', {EMAIL}"
    place = f"'first_name', split_part({person}, ' ', 1), 'last_name', split_part({person}, ' ', 2), "
    place += f"'line1', {STREET} || ' ' || {HOUSE}, 'postal_code', {POSTCODE}, 'city', {TOWN}"
    return (
        f"{literal(ExternalOrder, 'data', data)}::jsonb || jsonb_build_object({own}, "
        f"'address', {address}::jsonb || jsonb_build_object({place}))"
    )


def _parts(shipments: int) -> dict[str, str]:
    return {"person": PERSON.format(rare=max(1, shipments // 3))}


def _insert_history(account: Account, first: int, last: int, total: int) -> None:
    shop, site = str(account.shop.pk), str(account.site.pk)
    with transaction.atomic():
        labeled = last if total - last >= 300 else total - 300
        if labeled >= first:
            insert(Fulfillment, _fulfillment_columns(shop, site), first, labeled, total)
        insert(Shipment, _shipment_columns(shop, total), first, last, total)
        event = {"shipment_id": "k", "text": "'{}'::jsonb"}
        insert(ShipmentEvent, event | {"at": AT, "kind": "'imported'"}, first, last, total)
        if labeled >= first:
            insert(ShipmentEvent, event | {"at": f"{AT} + interval '1 hour'", "kind": "'label'"}, first, labeled, total)


def _fulfillment_columns(shop: str, site: str) -> dict[str, str]:
    return {
        "id": "k",
        "shop_id": shop,
        "connection_id": site,
        "order_id": "k",
        "source_id": "md5('shipment' || k)::uuid",
        "tracking_number": BARCODE,
        "carrier": "'PostNL'",
        "tracking_url": "'https://example.com/t/' || k",
        "lines": """'[["1", 2]]'::jsonb""",
        "state": f"CASE WHEN {IS_FAILED} THEN 'needs_attention' ELSE 'done' END",
        "queued_at": AT,
        "confirmed_at": f"CASE WHEN {IS_FAILED} THEN NULL ELSE {AT} + interval '2 seconds' END",
        "next_at": AT,
    }


def _shipment_columns(shop: str, total: int) -> dict[str, str]:
    person = _parts(total)["person"]
    text = [normal(NUMBER), f"CASE WHEN {IS_DRAFT} THEN '' ELSE {normal(BARCODE)} || ' ' END || {normal(person)}"]
    text += [normal(f"{STREET} || {HOUSE}"), normal(POSTCODE), normal(TOWN), normal(EMAIL), "'mug'"]
    labeled = f"CASE WHEN {IS_DRAFT} THEN NULL ELSE {{value}} END"
    line = ShipmentLine("1", 2, "Mok Zeegroen", "MUG").to_json()
    columns = {
        "id": "k",
        "public_id": "md5('shipment' || k)::uuid",
        "shop_id": shop,
        "order_id": "k",
        "status": STATUS,
        "status_at": f"{AT} + interval '1 hour'",
        "blocked_by": f"CASE WHEN {IS_BLOCKED} THEN 'address' ELSE '' END",
        "created_at": AT,
        "reference": NUMBER,
        "person": person,
        "street": STREET,
        "number": HOUSE,
        "postal_code": POSTCODE,
        "city": TOWN,
        "country": _one_of(COUNTRIES, "k / 3"),
        "email": EMAIL,
        "carrier": _one_of(CARRIERS, "k / 7"),
        "package_type": "'package'",
        "weight": "700",
        "order_lines": f"{literal(Shipment, 'order_lines', [line])}::jsonb",
        "value": "29.90",
        "barcode": labeled.format(value=BARCODE),
        "registered_at": labeled.format(value=f"{AT} + interval '1 hour'"),
        "delivered_at": f"CASE WHEN {STATUS} = 'delivered' THEN {AT} + interval '26 hours' END",
        "fulfillment_id": labeled.format(value="k"),
        "gateway": labeled.format(value="'acmepost'").replace("NULL", "''"),
        "search_text": " || ' ' || ".join(text),
    }
    return columns | existing(Shipment, {"listed_at": AT, "push_failed": IS_FAILED})


def check_seed(shop: Shop, shipments: int, open_orders: int) -> None:
    """Raise SystemExit when the seed is not what the product would have stored."""
    expect(shop.shipments.count() == shipments, f"there are not {shipments} shipments")
    expect(count_tabs(shop)["all"] == shipments, f"the counters have {count_tabs(shop)['all']} shipments")
    expect(sum(waiting_by_connection(shop).values()) == open_orders, "the counters have other orders to import")
    for pk in {1, max(1, shipments // 3), shipments} if shipments else ():
        row = shop.shipments.get(pk=pk)
        expect([line.name for line in row.lines] == ["Mok Zeegroen"], f"{row} has other lines")
        expect(row.search_text == row.make_search_text(), f"{row} would be found by {row.make_search_text()!r}")
        order = ExternalOrder.objects.get(pk=pk)
        found = order_search_text(order.data)
        expect(order.search_text == found, f"order {order} would be found by {found!r}")
        expect(order.order.is_readable, f"order {order} cannot be read")
    numbers = range(shipments + 1, shipments + open_orders + 1)
    expect(shop.externalorders.filter(pk__in=numbers[:10]).count() == min(10, open_orders), "there are no open orders")


def seeded_account(name: str = NAME) -> Account:
    """The shop of ``seed_shop`` in the current database."""
    shop = Shop.objects.get(name=name)
    return Account(shop.memberships.get().user, shop, Connection.objects.get(shop=shop))
