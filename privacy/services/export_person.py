"""What a shop has of a person, as a file to hand over: JSON with everything, or CSV for a spreadsheet. Streamed."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from integrations.models import ExternalOrder
from lib.personal_data import Erasure, columns_of
from privacy.services.find_person import find_person
from privacy.services.person_rows import PersonQuery
from shipments.models import Shipment
from shipments.services.csv_files.file_export import as_csv
from shops.models import Shop

MAX_EXPORTED = 5000
# What else of a shipment says something of the person's parcel.
ALSO = (
    "reference",
    "status",
    "status_at",
    "created_at",
    "carrier",
    "country",
    "weight",
    "value",
    "currency",
    "barcode",
)


def person_json(shop: Shop, query: PersonQuery) -> Iterator[str]:
    found = find_person(shop, query, limit=MAX_EXPORTED)
    yield '{"orders": ['
    yield from _listed(_order_row(order) for order in found.orders)
    yield '], "shipments": ['
    yield from _listed(_shipment_row(shipment) for shipment in found.shipments)
    # False when there may be more than the search looked through, or than a file holds.
    yield f'], "is_complete": {json.dumps(not found.is_partial)}}}\n'


def _listed(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    for number, row in enumerate(rows):
        yield (",\n" if number else "\n") + json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False)


def _order_row(order: ExternalOrder) -> dict[str, Any]:
    return {"webshop": str(order.connection), "number": order.number, "placed_at": order.placed_at, "order": order.data}


def _shipment_row(shipment: Shipment) -> dict[str, Any]:
    names = {*columns_of("shipments.Shipment", Erasure.WITH_SHIPMENT), *ALSO} - {"search_text", "order_fingerprint"}
    row = {name: getattr(shipment, name) for name in sorted(names)}
    events = shipment.events.order_by("at", "pk")
    return row | {"events": [{"at": event.at, "kind": event.kind, "text": event.text} for event in events]}


def person_csv(shop: Shop, query: PersonQuery, language: str) -> Iterator[str]:
    """A line for each order, shipment and event; starts with the byte order mark that spreadsheets need."""
    titles = (_("kind"), _("number"), _("date"), _("name"), _("address"), _("email address"), _("phone"), _("text"))
    yield "\ufeff" + as_csv([list(titles)], language)
    found = find_person(shop, query, limit=MAX_EXPORTED)
    for row in found.orders:
        order = row.order
        address = order.address
        lines = (address.street, address.number, address.line1, address.line2, address.postal_code, address.city)
        texts = " / ".join(text for text in (order.buyer_note, order.instructions) if text)
        where = " ".join(line for line in (*lines, address.country) if line)
        cells = [_("order"), row.number, row.placed_at, address.name or address.company, where]
        yield as_csv([[*cells, order.email, address.phone, texts]], language)
    for shipment in found.shipments:
        to = shipment.recipient
        own = [_("shipment"), shipment.reference, shipment.created_at, shipment.person or shipment.company]
        where = f"{to.street_line}, {to.city_line}"
        rows: list[list[object]] = [[*own, where, shipment.email, shipment.phone, shipment.description]]
        for event in shipment.events.order_by("at", "pk"):
            text = f"{event.get_kind_display()} {event.message}".strip()
            rows.append([_("event"), shipment.reference, event.at, "", "", "", "", text])
        yield as_csv(rows, language)
    if found.is_partial:
        more = _("There may be more of this person than this file has. Search for the order number as well.")
        yield as_csv([[more]], language)
