"""What an order is found by. A plain function, because the migration that fills older rows uses it too."""

from collections.abc import Mapping
from typing import Any

from lib.search_text import search_text


def order_search_text(data: Mapping[str, Any]) -> str:
    """``data`` is an order as it is stored; an erased one has no address and no email."""
    address = data.get("address") or {}

    def text(*names: str) -> str:
        return " ".join(str(address.get(name) or "") for name in names)

    fields = (
        str(data.get("number") or ""),
        text("first_name", "last_name"),
        text("company"),
        text("street", "number"),
        text("line1"),
        text("line2"),
        text("postal_code"),
        text("city"),
        str(data.get("email") or ""),
        *(str(line.get("sku") or "") for line in data.get("lines") or ()),
    )
    return search_text(fields, phones=[(text("phone"), text("country"))])
