"""Template filters of shipments."""

import json
from dataclasses import asdict
from decimal import Decimal

from django import template
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import get_language

from carriers.choices import DELIVERY_TYPE_NAMES
from carriers.gateways import DEFAULT_GATEWAY, get_gateway
from carriers.hs_codes import HsCode
from carriers.parcels import Address, PickupPoint
from carriers.phones import international_form
from integrations.orders import OrderLine
from shipments.content import ShipmentLine
from shipments.models import Shipment
from shipments.presentation.pill import Pill, pill_for
from shipments.presentation.update_mark import update_mark
from shipments.services.imports.order_alerts import alert_message
from ui.templatetags.backoffice import kilograms, money

register = template.Library()


@register.filter
def whole_kilograms(grams: int) -> str:
    """Like "23 kg", with decimals only when needed."""
    return f"{grams // 1000} kg" if grams % 1000 == 0 else kilograms(grams)


@register.filter
def phone(number: str) -> str:
    """A number in E.164 as people read it; what was typed otherwise."""
    return international_form(number)


@register.filter
def sender_place(sender: Address, recipient: Address) -> str:
    """Where the sender is, on one line; the country only on a parcel that leaves it."""
    country = sender.country if sender.country != recipient.country else ""
    return ", ".join(part for part in (sender.street_line, sender.city_line, country) if part)


@register.filter
def line_amount(line: OrderLine, currency: str) -> str:
    return money(line.unit_value * Decimal(line.quantity), currency) if line.unit_value is not None else ""


@register.filter
def rate_text(rate: Decimal) -> str:
    """A rate of exchange with the digits that it has."""
    return str(number_format(rate.normalize()))


@register.filter
def hs_name(code: HsCode) -> str:
    """What an HS code is for, in the reader's language where we have a name for it."""
    return code.name((get_language() or "nl")[:2])


@register.filter
def ordered(line: OrderLine) -> ShipmentLine:
    """The whole line of an order, to be shown as the lines of a parcel are."""
    return ShipmentLine.of_order(line, line.quantity)


@register.filter
def package_drawing(key: str) -> str:
    """The id of the symbol in ``_package_drawings.html``."""
    return {"package_small": "small", "digital_stamp": "stamp"}.get(key, key)


# Characters of the normal font size that fit on the label preview.
MAX_LINE_LENGTH = 36


@register.filter
def has_long_line(recipient: Address) -> bool:
    return any(len(line) > MAX_LINE_LENGTH for line in (recipient.name, *recipient.place_lines, recipient.city_line))


@register.filter
def order_alert_message(shipment: Shipment) -> object:
    platform = shipment.order.connection.platform if shipment.order else ""
    return alert_message(platform, shipment.order_alert, labeled=not shipment.is_draft)


@register.simple_tag
def default_gateway() -> Promise | str:
    """The name of the gateway that a shop gets its labels from."""
    return get_gateway(DEFAULT_GATEWAY).name


@register.filter
def pill(shipment: Shipment) -> Pill:
    """The status mark of a shipment."""
    return pill_for(shipment)


register.filter("update_mark", update_mark)


@register.filter
def delivery_name(key: str) -> Promise | str:
    return DELIVERY_TYPE_NAMES.get(key, key)


@register.filter
def metres(distance: int) -> str:
    """Like "310 m", and "2.1 km" from one kilometer on."""
    return f"{distance} m" if distance < 1000 else f"{number_format(distance / 1000, 1)} km"


@register.filter
def point_value(point: PickupPoint) -> str:
    """The point as the editor sends it back."""
    return json.dumps(asdict(point))
