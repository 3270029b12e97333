"""What an order is found by. A plain function, because the migration that fills older rows uses it too."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from integrations.orders import OrderData
from lib.search_text import search_text


def order_search_text(data: Mapping[str, Any]) -> str:
    """``data`` is an order as it is stored; an erased one has no address and no email."""
    address = data.get("address") or {}
    skus = (str(line.get("sku") or "") for line in data.get("lines") or ())
    return _joined(lambda name: str(address.get(name) or ""), str(data.get("number") or ""), data.get("email"), skus)


def search_text_of(order: OrderData) -> str:
    """The same of an order that is about to be stored."""
    address = order.address
    return _joined(lambda name: getattr(address, name), order.number, order.email, (line.sku for line in order.lines))


def _joined(address: Callable[[str], str], number: str, email: object, skus: Iterable[str]) -> str:
    fields = (
        number,
        f"{address('first_name')} {address('last_name')}",
        address("company"),
        f"{address('street')} {address('number')}",
        address("line1"),
        address("line2"),
        address("postal_code"),
        address("city"),
        str(email or ""),
        *skus,
    )
    return search_text(fields, phones=[(address("phone"), address("country"))])
