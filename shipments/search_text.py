"""What a shipment is found by. Plain functions, because the migration that fills older rows uses them too."""

from collections.abc import Iterable
from typing import Any

from lib.search_text import search_text

# How people write the box number of a Belgian address.
BOX_WORDS = ("bus", "bte", "boîte", "box")


def shipment_search_text(shipment: Any, barcodes: Iterable[str] = ()) -> str:
    """``shipment`` has the columns of a Shipment; ``barcodes`` are those of its further parcels."""
    fields = (
        shipment.reference,
        shipment.barcode or "",
        *barcodes,
        shipment.person,
        shipment.company,
        f"{shipment.street} {shipment.number}{shipment.suffix}",
        *(f"{word} {shipment.box}" for word in BOX_WORDS if shipment.box),
        shipment.extra,
        shipment.postal_code,
        shipment.city,
        shipment.email,
        *(str(row.get("sku", "")) for row in shipment.order_lines if isinstance(row, dict)),
    )
    return search_text(fields, phones=[(shipment.phone, shipment.country)])
