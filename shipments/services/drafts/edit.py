"""Editing a draft."""

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from accounts.models import User
from carriers.customs_lines import fit_lines
from lib.stored_messages import in_all_languages
from shipments.content import ProblemOrNote, ShipmentContent, serialize_problems
from shipments.draft_diff import join_changes
from shipments.models import Shipment, ShipmentEvent
from shipments.services.drafts.remembered_customs import remember_customs
from shipments.services.drafts.save import save_content
from shipments.states import ShipmentStatus


def edit_draft(
    shipment: Shipment, *, by: User, version: int, content: ShipmentContent, notes: Sequence[ProblemOrNote] = ()
) -> Shipment:
    """Save a draft, complete or not, and find its problems again.

    ``notes`` say what was changed in what was typed; they stay with the draft beside those of its import.
    ``version`` is the version the editor loaded. Order lines and value stay. Saving the same content again is not a
    conflict, so double clicks and the back button are safe. Raises EditConflict or NotADraft.
    """
    filled = content.customs
    if filled is not None:
        content = replace(content, customs=replace(filled, lines=fit_lines(filled.lines)))
    kept = Shipment.objects.filter(pk=shipment.pk, status=ShipmentStatus.DRAFT).first()
    if kept is not None and kept.version != version and content.has_same_content(kept.content):
        return kept
    before = shipment.content
    content = replace(content, lines=before.lines, value=before.value, currency=before.currency)
    if content.needs_customs and content.customs is None:
        content = replace(content, customs=shipment.declaration())
    text = in_all_languages(join_changes(content.changes_since(before)))
    with transaction.atomic():
        event = ShipmentEvent(kind=ShipmentEvent.Kind.EDITED, actor=by, text=text)
        added = {"notes": [*shipment.notes, *serialize_problems(notes)]} if notes else {}
        save_content(shipment, content, expected_version=version, event=event, also=added)
        if filled is not None:
            order = shipment.order.order if shipment.order else None
            seen = before.customs.lines if before.customs else ()
            remember_customs(shipment.shop_id, filled.lines, before=seen, order=order)
    return shipment
