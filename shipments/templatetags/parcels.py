"""Words about parcels that only the shipments pages need."""

from decimal import Decimal

from django import template

from carriers.parcels import Address
from integrations.orders import OrderLine
from shipments.models import Shipment
from shipments.services.imports.order_alerts import alert_message
from ui.templatetags.backoffice import kilograms, money

register = template.Library()


@register.filter
def whole_kilograms(grams: int) -> str:
    """23 kg; with decimals only where there are any."""
    return f"{grams // 1000} kg" if grams % 1000 == 0 else kilograms(grams)


@register.filter
def line_amount(line: OrderLine, currency: str) -> str:
    """What the pieces of an order line cost together; empty when the shop gave no price."""
    return money(line.unit_value * Decimal(line.quantity), currency) if line.unit_value is not None else ""


@register.filter
def package_drawing(key: str) -> str:
    """The symbol in ``_symbols.html`` that shows this type of package."""
    return {"package_small": "small", "digital_stamp": "stamp"}.get(key, key)


MAX_LINE_LENGTH = 36
"""How many characters of the ordinary size fit on the preview of a label."""


@register.filter
def has_long_line(recipient: Address) -> bool:
    """Whether the preview of the label needs small print for this address."""
    return any(len(line) > MAX_LINE_LENGTH for line in (recipient.name, recipient.street_line, recipient.city_line))


@register.filter
def order_alert_message(shipment: Shipment) -> object:
    """What a person should do about what happened to the order; empty without an alert."""
    platform = shipment.order.connection.platform if shipment.order else ""
    return alert_message(platform, shipment.order_alert, labeled=not shipment.is_draft)
