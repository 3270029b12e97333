"""Making a concept without an import: typed in by hand, or copied."""

import uuid

from django.db import IntegrityError, transaction

from accounts.models import Shop, User
from accounts.services import preferences_of
from carriers.parcels import Address, CustomsDeclaration, ParcelChoice
from shipments.concepts import blocker_of, needs_customs, problems_of
from shipments.models import CustomsItem, Shipment, ShipmentEvent
from shipments.services.customs import remember
from shipments.services.importing import customs_items, stored


def create_concept(
    shop: Shop,
    *,
    by: User | None,
    reference: str,
    recipient: Address,
    choice: ParcelChoice,
    weight: int,
    description: str = "",
    customs: CustomsDeclaration | None = None,
    key: uuid.UUID | None = None,
) -> Shipment:
    """A concept that belongs to no order, complete or not. ``weight`` is grams.

    With a ``key`` it may be repeated: the shipment gets that id, and is made once. Without one each call makes another.
    """
    made = shop.shipments.filter(public_id=key).first() if key else None
    if made is not None:
        return made
    problems = problems_of(recipient, choice, weight, customs, description=description)
    shipment = Shipment(
        shop=shop,
        public_id=key or uuid.uuid4(),
        created_by=by,
        reference=reference[:50],
        weight=weight,
        description=description[:45],
        problems=stored(problems),
        blocked_by=blocker_of(problems),
        **{name: getattr(recipient, name) for name in Shipment.ADDRESS_FIELDS},
        **{name: getattr(choice, name) for name in Shipment.CHOICE_FIELDS},
    )
    if customs is not None:
        shipment.contents, shipment.invoice = customs.contents, customs.invoice
        shipment.customs_currency = customs.currency
    shipment.search_text = shipment.make_search_text()
    try:
        _store(shipment, customs, by)
    except IntegrityError:
        if key is None:
            raise
        # The same form arrived twice at the same moment and the other one made it; or the id is not ours to give.
        made = shop.shipments.filter(public_id=key).first()
        if made is not None:
            return made
        shipment.public_id = uuid.uuid4()
        _store(shipment, customs, by)
    return shipment


def _store(shipment: Shipment, customs: CustomsDeclaration | None, by: User | None) -> None:
    with transaction.atomic():
        shipment.save(force_insert=True)
        if needs_customs(shipment.destination):
            CustomsItem.objects.bulk_create(customs_items(shipment, customs))
            remember(shipment.shop_id, customs.lines if customs else ())
        ShipmentEvent.objects.create(shipment=shipment, kind=ShipmentEvent.Kind.CREATED, actor=by)


def duplicate(shipment: Shipment, *, by: User) -> Shipment:
    """A new concept with the same recipient, parcel and customs form; it belongs to no order."""
    customs = shipment.declaration() if needs_customs(shipment.destination) else None
    return create_concept(
        shipment.shop,
        by=by,
        reference=shipment.reference,
        recipient=shipment.recipient,
        choice=shipment.choice,
        weight=shipment.weight,
        description=shipment.description,
        customs=customs,
    )


def next_reference(shop: Shop) -> str:
    """A reference for a shipment that has none: H- and a number that rises by one."""
    made = shop.shipments.filter(order=None, reference__startswith="H-").values_list("reference", flat=True)
    numbers = [int(one[2:]) for one in made if one[2:].isdecimal()]
    return f"H-{max(numbers, default=0) + 1}"


def default_choice(shop: Shop) -> tuple[ParcelChoice, int]:
    """How a new parcel starts: the shop's preferences and default weight in grams."""
    preferences = preferences_of(shop)
    return preferences.choice, preferences.default_weight
