"""Creating drafts that belong to no order."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from django.db import IntegrityError, transaction

from accounts.models import User
from carriers.customs import CURRENCY
from carriers.parcels import ParcelChoice
from shipments.content import ProblemOrNote, ShipmentContent, serialize_problems
from shipments.models import Shipment, ShipmentEvent
from shipments.services.drafts.remembered_customs import remember_customs
from shipments.services.drafts.save import insert_draft
from shops.models import Shop
from shops.services.preferences import get_preferences


def create_draft(
    shop: Shop,
    *,
    by: User | None,
    reference: str,
    content: ShipmentContent,
    key: uuid.UUID | None = None,
    notes: Sequence[ProblemOrNote] = (),
) -> Shipment:
    """The draft may be incomplete.

    May be repeated with a ``key``, which becomes the id of the shipment. Each call without a key creates a new draft.
    """
    made = shop.shipments.filter(public_id=key).first() if key else None
    if made is not None:
        return made
    shipment = Shipment(shop=shop, public_id=key or uuid.uuid4(), created_by=by, reference=reference[:50])
    shipment.notes = serialize_problems(notes)
    content = replace(content, description=content.description[:45])
    try:
        _insert(shipment, content, by)
    except IntegrityError:
        if key is None:
            raise
        # A concurrent request created it, or the id belongs to another shop.
        made = shop.shipments.filter(public_id=key).first()
        if made is not None:
            return made
        shipment.public_id = uuid.uuid4()
        _insert(shipment, content, by)
    return shipment


def _insert(shipment: Shipment, content: ShipmentContent, by: User | None) -> None:
    with transaction.atomic():
        insert_draft(shipment, content, ShipmentEvent(kind=ShipmentEvent.Kind.CREATED, actor=by))
        if content.customs and content.needs_customs:
            remember_customs(shipment.shop_id, content.customs.lines)


def duplicate(shipment: Shipment, *, by: User) -> Shipment:
    content = replace(shipment.content, lines=(), value=Decimal(0), currency=CURRENCY)
    return create_draft(shipment.shop, by=by, reference=shipment.reference, content=content)


def next_reference(shop: Shop) -> str:
    """Like H-12, with the next free number."""
    made = shop.shipments.filter(order=None, reference__startswith="H-").values_list("reference", flat=True)
    numbers = [int(reference[2:]) for reference in made if reference[2:].isdecimal()]
    return f"H-{max(numbers, default=0) + 1}"


def default_choice(shop: Shop) -> tuple[ParcelChoice, int]:
    """The weight is in grams."""
    preferences = get_preferences(shop)
    return preferences.choice, preferences.default_weight
