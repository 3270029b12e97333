"""The pick-up points near an address, asked of the shop's label gateway."""

import logging
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.addresses import parse_address
from carriers.choices import CARRIER_NAMES
from carriers.gateways import LOCAL, gateway_display_name
from carriers.gateways.base import DeliveryAdvisor
from carriers.parcels import Address
from carriers.pickup_points import OfferedPoint
from carriers.postcodes import normalize_postal_code
from lib.http import ApiError, ApiRejected, ApiUnauthorized
from shipments.models import Shipment
from shipments.services.labels.gateway import account_gateway, open_gateway
from shops.services.gateway_accounts import key_rejected_message

log = logging.getLogger(__name__)
MAX_POINTS = 10
NO_KEY_MESSAGE = _(
    "Without an API key no carrier can be asked for its pick-up points. Save the key under Shop settings first."
)
NO_POSTCODE_MESSAGE = _("Enter the postcode near which the buyer collects the parcel.")
NOTHING_NEAR_MESSAGE = _("{carrier} has no pick-up points near {postcode}. Try another postcode or carrier.")
NOT_ACCEPTED_MESSAGE = _("{gateway} does not know the postcode {postcode}. Correct it and search again.")
BUSY_MESSAGE = _("Pick-up points were asked for too often. Wait a minute, then search again.")
UNAVAILABLE_MESSAGE = _("{gateway} isn't responding, so we don't know the pick-up points. Search again in a moment.")


@dataclass(frozen=True, slots=True)
class FoundPoints:
    """Without points ``message`` says why, and what to do."""

    points: tuple[OfferedPoint, ...] = ()
    message: Promise | str = ""


def find_points(shop_id: int, carrier: str, near: Address) -> FoundPoints:
    """The nearest points of a carrier. Calls the gateway, so never within a transaction; may be repeated."""
    gateway = account_gateway(shop_id)
    if gateway == LOCAL:
        return FoundPoints(message=NO_KEY_MESSAGE)
    if not near.postal_code or not near.country:
        return FoundPoints(message=NO_POSTCODE_MESSAGE)
    names = {
        "gateway": gateway_display_name(gateway),
        "carrier": CARRIER_NAMES.get(carrier, carrier),
        "postcode": near.postal_code,
    }
    try:
        opened = open_gateway(shop_id, gateway)
        found = opened.pickup_points(carrier, near) if isinstance(opened, DeliveryAdvisor) else None
    except ApiUnauthorized as error:
        return FoundPoints(message=key_rejected_message(gateway, error))
    except ApiRejected:
        return FoundPoints(message=format_lazy(NOT_ACCEPTED_MESSAGE, **names))
    except ApiError as error:
        log.warning("The pick-up points could not be read: %s", type(error).__name__)
        return FoundPoints(message=BUSY_MESSAGE if error.status == 429 else format_lazy(UNAVAILABLE_MESSAGE, **names))
    if not found:
        return FoundPoints(message=format_lazy(NOTHING_NEAR_MESSAGE, **names))
    return FoundPoints(found[:MAX_POINTS])


def search_address(shipment: Shipment, recipient: Address) -> Address:
    """Where to look first: at the point that the buyer chose in the webshop, else near the recipient."""
    order = shipment.order.order if shipment.order else None
    if order is None or not order.has_point_address:
        return recipient
    given = order.pickup_point
    parts = parse_address(
        given.line1, given.line2, given.number, given.street, given.country, given.postal_code, given.city
    )
    return Address(
        street=parts.street,
        number=parts.number,
        postal_code=normalize_postal_code(given.country, given.postal_code)[0],
        city=given.city,
        country=given.country,
    )


def near_postcode(start: Address, typed: str, country: str) -> Address:
    """The search address with a postcode that a person typed, with the first house number there."""
    code = normalize_postal_code(country, typed)[0]
    if not code or (code == start.postal_code and country == start.country):
        return replace(start, number=start.number or "1")
    return Address(postal_code=code, number="1", country=country)
