"""The shops of the account: each has an API key, and the address that MyParcel prints as the sender."""

from typing import Any

from sandbox.myparcel import switches
from sandbox.myparcel.models import SHOP, FurtherShop

SENDER = {
    "cc": "NL",
    "postal_code": "3511LX",
    "city": "Utrecht",
    "street": "Oudegracht",
    "street_additional_info": "",
    "number": "214",
    "number_suffix": "B",
    "person": "Noor Hazelaar",
    "company": "Theehuis De Hazelaar",
    "email": "verzending@theehuisdehazelaar.example",
    "phone": "0301234567",
}


def api_keys() -> list[tuple[str, int]]:
    """Every valid API key and the number of its shop."""
    further = [(row.api_key, row.number) for row in FurtherShop.objects.order_by("pk")]
    return [(switches.current_account().api_key, SHOP), *further]


def sender_of(shop: int) -> dict[str, Any]:
    further = FurtherShop.objects.filter(pk=shop - SHOP).first()
    return SENDER | ({"company": further.company} if further else {})
