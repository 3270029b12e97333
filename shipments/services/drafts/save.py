"""Writing the content of drafts: the only compare-and-swap update, and the insert."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from carriers.parcels import CustomsDeclaration
from carriers.problems import Problem
from shipments.content import ShipmentContent
from shipments.models import CustomsItem, Shipment, ShipmentEvent
from shipments.states import ShipmentStatus


class NotADraft(Exception):
    """Raised when the shipment has a label or was deleted. Nothing was saved."""


class EditConflict(Exception):
    """The draft was saved since this version was loaded; nothing was changed."""


def save_content(
    shipment: Shipment,
    content: ShipmentContent,
    *,
    expected_version: int,
    event: ShipmentEvent,
    counts_as_edit: bool = True,
    problems: Sequence[Problem] | None = None,
    also: Mapping[str, Any] | None = None,
) -> None:
    """Replace the content of a draft, store the event and increment the version, in one transaction.

    After a save with ``counts_as_edit`` changes of the order only create alerts. ``also`` are more columns to set.
    Raises EditConflict when the stored version differs, NotADraft when the shipment is not a draft.
    """
    changes = shipment.apply_content(content, problems=problems) | dict(also or {})
    changes["version"] = expected_version + 1
    if counts_as_edit:
        changes["edited_at"] = timezone.now()
    with transaction.atomic():
        draft = Shipment.objects.filter(pk=shipment.pk, status=ShipmentStatus.DRAFT)
        if draft.filter(version=expected_version).update(**changes) != 1:
            raise EditConflict if draft.exists() else NotADraft
        _replace_customs(shipment, content)
        event.shipment = shipment
        event.save()
    for name, value in changes.items():
        setattr(shipment, name, value)


def _replace_customs(shipment: Shipment, content: ShipmentContent) -> None:
    """Writes only when the lines differ; deletes them for destinations inside the EU."""
    if content.needs_customs and content.customs is None:
        return
    wanted = customs_items(shipment, content)
    kept = list(shipment.customs_items.all())
    if [item.line for item in kept] != [item.line for item in wanted]:
        CustomsItem.objects.filter(pk__in=[item.pk for item in kept]).delete()
        CustomsItem.objects.bulk_create(wanted)


def insert_draft(shipment: Shipment, content: ShipmentContent, event: ShipmentEvent) -> None:
    """Store a new draft with its customs items and event in one transaction. Raises IntegrityError."""
    shipment.apply_content(content)
    with transaction.atomic():
        shipment.save(force_insert=True)
        CustomsItem.objects.bulk_create(customs_items(shipment, content))
        event.shipment = shipment
        event.save()


def customs_items(shipment: Shipment, content: ShipmentContent) -> list[CustomsItem]:
    """Unsaved."""
    return [CustomsItem(**row) for row in customs_rows(shipment.pk, content)]


def customs_rows(shipment_id: int, content: ShipmentContent) -> list[dict[str, Any]]:
    """The values of the customs items of a shipment, by column."""
    declaration = content.customs if content.needs_customs else None
    return [
        {
            "shipment_id": shipment_id,
            "description": line.description,
            "quantity": line.quantity,
            "weight": line.weight,
            "value": line.value_cents,
            "hs_code": line.hs_code,
            "origin": line.origin,
            "sku": line.sku,
        }
        for line in (declaration or CustomsDeclaration()).lines
    ]
