"""Changing a concept by hand."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from carriers.parcels import Address, CustomsDeclaration, ParcelChoice
from lib.languages import in_every_language
from shipments.concepts import needs_customs, problems_of
from shipments.differences import Version, in_one_line
from shipments.models import CustomsItem, Shipment, ShipmentEvent
from shipments.services.customs import remember
from shipments.services.importing import customs_items, examined
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

    ``version`` is the one the editor showed. Saving the same once more changes nothing and is no conflict: a double
    click and a form one goes back to are harmless. Raises EditedElsewhere or NotAConcept.
    """
    saved_before = _saved_already(shipment, version, recipient, choice, weight, description, customs)
    if saved_before is not None:
        return saved_before
    before, after = Version.of(shipment), Version(recipient, choice, weight, description)
    problems = problems_of(recipient, choice, weight, customs, description=description)
    for name in Shipment.ADDRESS_FIELDS:
        setattr(shipment, name, getattr(recipient, name))
    for name in Shipment.CHOICE_FIELDS:
        setattr(shipment, name, getattr(choice, name))
    shipment.weight, shipment.description = weight, description
    examined(shipment, problems)
    shipment.version, shipment.edited_at = version + 1, timezone.now()
    if customs is not None:
        shipment.contents, shipment.invoice = customs.contents, customs.invoice
        shipment.customs_currency = customs.currency
    shipment.search_text = shipment.make_search_text()
    with transaction.atomic():
        _save(shipment, version)
        if customs is not None or not needs_customs(shipment.destination):
            shipment.customs_items.all().delete()
            CustomsItem.objects.bulk_create(customs_items(shipment, customs))
            remember(shipment.shop_id, customs.lines if customs else ())
        said = in_every_language(in_one_line(before.changes_to(after)))
        ShipmentEvent.objects.create(shipment=shipment, kind=ShipmentEvent.Kind.EDITED, actor=by, text=said)
    return shipment


def _saved_already(
    shipment: Shipment,
    version: int,
    recipient: Address,
    choice: ParcelChoice,
    weight: int,
    description: str,
    customs: CustomsDeclaration | None,
) -> Shipment | None:
    """The concept as it is kept, when a later version already says exactly this."""
    kept = Shipment.objects.filter(pk=shipment.pk, status=ShipmentStatus.CONCEPT).first()
    if kept is None or kept.version == version or not says(kept, recipient, choice, weight, description, customs):
        return None
    return kept


def says(
    kept: Shipment,
    recipient: Address,
    choice: ParcelChoice,
    weight: int,
    description: str,
    customs: CustomsDeclaration | None,
) -> bool:
    """Whether a concept already says exactly this; customs data that was not typed is not compared."""
    same = (kept.recipient, kept.choice, kept.weight, kept.description) == (recipient, choice, weight, description)
    return same and (customs is None or customs == kept.declaration())


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
    "customs_currency",
    "search_text",
)


def _save(shipment: Shipment, version: int) -> None:
    mine = Shipment.objects.filter(pk=shipment.pk, status=ShipmentStatus.CONCEPT, version=version)
    if mine.update(**{name: getattr(shipment, name) for name in SAVED}) == 1:
        return
    if Shipment.objects.filter(pk=shipment.pk, status=ShipmentStatus.CONCEPT).exists():
        raise EditedElsewhere
    raise NotAConcept
