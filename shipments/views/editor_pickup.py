"""The pick-up point in the draft editor: finding points, choosing one, and giving one up."""

import json
from collections.abc import Sequence

from django.http import QueryDict
from django.utils.functional import Promise

from carriers.capability_rules import PICKUP
from carriers.choices import DRAFT_DELIVERY_TYPES
from carriers.delivery_options import STANDARD, Answer
from carriers.fallback import Adjustment
from carriers.parcels import Address, Destination, ParcelChoice
from carriers.pickup_points import POINT_FIELD, dropped_message, kept_point, offers_pickup
from shipments.content import POINT_COLUMNS
from shipments.forms.draft import DraftForm
from shipments.forms.recipient import is_split
from shipments.models import Shipment
from shipments.services.delivery_moments import Moments
from shipments.services.imports.order_recipient import home_of, recipient_of
from shipments.services.labels.gateway import account_gateway
from shipments.services.pickup_points import FoundPoints, find_points, near_postcode, search_address
from shops.models import Shop


def delivery_types(
    choice: ParcelChoice, place: Destination | None, to_the_door: Sequence[str]
) -> list[tuple[str, Promise | str]]:
    """What can be chosen, with a pick-up point where the carrier has them and while one is chosen."""
    offered = {*to_the_door}
    if choice.delivery_type == PICKUP or (place and offers_pickup(choice.carrier, choice.package_type, place)):
        offered.add(PICKUP)
    return [(key, name) for key, name in DRAFT_DELIVERY_TYPES.items() if key in offered]


def search_near(shipment: Shipment, form: DraftForm) -> str:
    """The postcode to search near: as typed, else as proposed."""
    typed = str(form.data.get("pickup_near", "")).strip()[:12]
    return typed or search_address(shipment, form.recipient()).postal_code


def find(shop: Shop, shipment: Shipment, form: DraftForm) -> FoundPoints:
    """Calls the gateway."""
    recipient = form.recipient()
    start = search_address(shipment, recipient)
    near = near_postcode(start, search_near(shipment, form), recipient.country)
    return find_points(shop.pk, form.choice().carrier, near)


def choose_point(data: QueryDict, chosen: str, shipment: Shipment) -> bool:
    """Write a point from the list, which is JSON of its fields, into the input; False when it cannot be read.

    A recipient who stands at the point of the order, or at the one chosen before, moves along.
    """
    try:
        point = json.loads(chosen)
    except (ValueError, RecursionError):
        return False
    if not isinstance(point, dict) or not point.get("code"):
        return False
    stands_at_point = _stands_at_point(data, shipment)
    for name, column in POINT_COLUMNS.items():
        value = point.get(name)
        data[column] = value[:100] if isinstance(value, str) else ""
    moved = DraftForm(data).pickup()
    if stands_at_point and moved is not None:
        _move(data, moved.address)
    return True


def deliver_home(data: QueryDict, shipment: Shipment) -> None:
    """Write the buyer's own address into the input, with standard delivery; nothing when it is not known."""
    if (home := home_address(shipment)) is None:
        return
    _move(data, home)
    data["delivery_type"] = STANDARD
    for column in POINT_COLUMNS.values():
        data[column] = ""


def home_address(shipment: Shipment) -> Address | None:
    """The buyer's own address, for an order to a pick-up point; None when it is not known."""
    order = shipment.order.order if shipment.order else None
    return home_of(order) if order is not None and order.goes_to_pickup_point else None


def _stands_at_point(data: QueryDict, shipment: Shipment) -> bool:
    order = shipment.order.order if shipment.order else None
    if order is None or not order.has_point_address:
        return False
    form = DraftForm(data)
    places = [recipient_of(order)[0], *([point.address] if (point := form.pickup()) else [])]
    return any(_same_place(form.recipient(), place) for place in places)


def _same_place(one: Address, other: Address) -> bool:
    return (one.street_line, one.postal_code, one.city) == (other.street_line, other.postal_code, other.city)


def _move(data: QueryDict, place: Address) -> None:
    """Only where the parcel goes; the name and contact details stay."""
    split = is_split(place.country)
    data["street"] = place.street if split else place.street_line
    for name in ("number", "suffix", "box"):
        data[name] = getattr(place, name) if split else ""
    for name in ("extra", "postal_code", "city", "region", "country"):
        data[name] = getattr(place, name)
    data["layout"] = "split" if split else "lines"


def drop_point(data: QueryDict, shipment: Shipment) -> list[Adjustment]:
    """Remove a point that no longer applies from the input, with a sentence about it."""
    form = DraftForm(data)
    point, choice = form.pickup(), form.choice()
    if kept_point(point, choice, form.recipient().country) is not None:
        return []
    order = shipment.order.order if shipment.order else None
    if point is not None and order is not None and _stands_at_point(data, shipment):
        # The next point may be elsewhere; until it is chosen the one in the order is known.
        _move(data, recipient_of(order)[0])
    for column in POINT_COLUMNS.values():
        data[column] = ""
    return [Adjustment(POINT_FIELD, "point_dropped", dropped_message(point, choice), point)] if point else []


def ask_moment(shop: Shop, form: DraftForm) -> tuple[Answer, Promise | str] | None:
    """Whether the chosen morning or evening is offered, and the sentence about it. Calls the gateway."""
    moments, choice = Moments(shop.pk, account_gateway(shop.pk)), form.choice()
    recipient = form.recipient()
    if not recipient.postal_code or not recipient.country:
        return None
    answer = moments.ask(choice, recipient)
    return (answer, moments.message(choice, answer)) if answer else None
