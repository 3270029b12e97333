"""The pick-up point in the draft editor: finding points, choosing one, and giving one up."""

import json
from collections.abc import Sequence

from django.http import QueryDict
from django.utils.functional import Promise

from carriers.capability_rules import PICKUP
from carriers.choices import DRAFT_DELIVERY_TYPES
from carriers.delivery_options import Answer
from carriers.fallback import Adjustment
from carriers.parcels import Destination, ParcelChoice
from carriers.pickup_points import POINT_FIELD, dropped_message, kept_point, offers_pickup
from shipments.content import POINT_COLUMNS
from shipments.forms.draft import DraftForm
from shipments.models import Shipment
from shipments.services.delivery_moments import Moments
from shipments.services.labels.gateway import gateway_name
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


def choose_point(data: QueryDict, chosen: str) -> bool:
    """Write a point from the list, which is JSON of its fields, into the input; False when it cannot be read."""
    try:
        point = json.loads(chosen)
    except (ValueError, RecursionError):
        return False
    if not isinstance(point, dict) or not point.get("code"):
        return False
    for name, column in POINT_COLUMNS.items():
        value = point.get(name)
        data[column] = value[:100] if isinstance(value, str) else ""
    return True


def drop_point(data: QueryDict) -> list[Adjustment]:
    """Remove a point that no longer applies from the input, with a sentence about it."""
    form = DraftForm(data)
    point, choice = form.pickup(), form.choice()
    if kept_point(point, choice, form.recipient().country) is not None:
        return []
    for column in POINT_COLUMNS.values():
        data[column] = ""
    return [Adjustment(POINT_FIELD, "point_dropped", dropped_message(point, choice), point)] if point else []


def ask_moment(shop: Shop, form: DraftForm) -> tuple[Answer, Promise | str] | None:
    """Whether the chosen morning or evening is offered, and the sentence about it. Calls the gateway."""
    moments, choice = Moments(shop.pk, gateway_name(shop.pk)), form.choice()
    recipient = form.recipient()
    if not recipient.postal_code or not recipient.country:
        return None
    answer = moments.ask(choice, recipient)
    return (answer, moments.message(choice, answer)) if answer else None
