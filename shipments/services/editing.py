"""Changing a concept by hand."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from carriers.parcels import Address, CustomsDeclaration, ParcelChoice
from shipments.concepts import blocker_of, needs_customs, problems_of
from shipments.models import CustomsItem, Shipment, ShipmentEvent
from shipments.services.importing import customs_items, stored
from shipments.states import ShipmentStatus


class NotAConcept(Exception):
    """The label was made meanwhile, or the shipment is gone: nothing was changed."""


class EditedElsewhere(Exception):
    """Somebody saved this concept after it was opened here: nothing was changed."""


def edit_concept(
    shipment: Shipment,
    *,
    by: User,
    version: int,
    recipient: Address,
    choice: ParcelChoice,
    weight: int,
    description: str,
    customs: CustomsDeclaration | None,
) -> Shipment:
    """Save a concept as typed, complete or not; what it still misses is worked out anew.

    ``version`` is the one the editor showed. Raises EditedElsewhere or NotAConcept.
    """
    problems = problems_of(recipient, choice, weight, customs, description=description)
    for name in Shipment.ADDRESS_FIELDS:
        setattr(shipment, name, getattr(recipient, name))
    for name in Shipment.CHOICE_FIELDS:
        setattr(shipment, name, getattr(choice, name))
    shipment.weight, shipment.description = weight, description
    shipment.problems, shipment.blocked_by = stored(problems), blocker_of(problems)
    shipment.version, shipment.edited_at = version + 1, timezone.now()
    if customs is not None:
        shipment.contents, shipment.invoice = customs.contents, customs.invoice
    shipment.search_text = shipment.make_search_text()
    with transaction.atomic():
        _save(shipment, version)
        if customs is not None or not needs_customs(shipment.destination):
            shipment.customs_items.all().delete()
            CustomsItem.objects.bulk_create(customs_items(shipment, customs))
        ShipmentEvent.objects.create(shipment=shipment, kind=ShipmentEvent.Kind.EDITED, actor=by)
    return shipment


SAVED = (
    *Shipment.ADDRESS_FIELDS,
    *Shipment.CHOICE_FIELDS,
    "weight",
    "description",
    "problems",
    "blocked_by",
    "version",
    "edited_at",
    "contents",
    "invoice",
    "search_text",
)


def _save(shipment: Shipment, version: int) -> None:
    mine = Shipment.objects.filter(pk=shipment.pk, status=ShipmentStatus.CONCEPT, version=version)
    if mine.update(**{name: getattr(shipment, name) for name in SAVED}) == 1:
        return
    if Shipment.objects.filter(pk=shipment.pk, status=ShipmentStatus.CONCEPT).exists():
        raise EditedElsewhere
    raise NotAConcept
