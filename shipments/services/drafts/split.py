"""One order in several parcels: a concept is split; each part has its own pieces, weight, label and shop update."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from carriers.parcels import CustomsDeclaration
from integrations.models import ExternalOrder
from shipments.content import ShipmentContent, ShipmentLine
from shipments.models import Shipment, ShipmentEvent
from shipments.services.drafts.save import EditedElsewhere, NotAConcept, insert_draft, save_content
from shipments.states import ShipmentStatus

MOST_PARCELS = 10
EMPTY = _("Put at least one piece in every parcel.")
LEFT_OVER = _("Divide all pieces: the parcels together must hold exactly what is in the order.")
TOO_LIGHT = _("Enter a weight of at least 1 gram for every parcel.")
TOO_MANY = _("Choose 2 to 10 parcels.")


class NotDivided(Exception):
    """The parts do not add up to the whole; nothing was changed. ``sentence`` says what to correct."""

    def __init__(self, sentence: Any) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Part:
    """What goes into one parcel: pieces by order line id, and grams."""

    pieces: Mapping[str, int]
    weight: int


def even_parts(shipment: Shipment, count: int) -> list[Part]:
    """A first proposal: the pieces dealt out one by one, the weight divided evenly."""
    dealt: list[dict[str, int]] = [{} for _part in range(count)]
    position = 0
    for line in shipment.order_lines:
        each, over = divmod(int(line["pieces"]), count)
        for index in range(count):
            if pieces := each + ((index - position) % count < over):
                dealt[index][line["id"]] = pieces
        position += over
    return [Part(pieces, max(1, shipment.weight // count)) for pieces in dealt]


def split_concept(shipment: Shipment, *, by: User, version: int, parts: Sequence[Part]) -> list[Shipment]:
    """The concept keeps the first part, a new concept is made for each other one; all of it or nothing.

    ``version`` is the one the page showed. The same division once more answers what was made of it; raises NotDivided,
    EditedElsewhere or NotAConcept.
    """
    ids = [uuid.uuid5(shipment.public_id, f"part {index} of {version}") for index in range(1, len(parts))]
    if (before := _divided([shipment.public_id, *ids], parts)) is not None:
        return before
    _check(shipment, parts)
    try:
        return _divide(shipment, ids, by, version, parts)
    except IntegrityError as somebody:  # another parcel of the order was split at the same moment
        raise EditedElsewhere from somebody


def _divided(ids: Sequence[uuid.UUID], parts: Sequence[Part]) -> list[Shipment] | None:
    """The shipments with these ids, when each holds just what this division says."""
    there = Shipment.objects.in_bulk(ids, field_name="public_id")
    rows = [there[one] for one in ids if one in there]
    said = [(part.weight, dict(part.pieces)) for part in parts]
    held = [(row.weight, {line["id"]: int(line["pieces"]) for line in row.order_lines}) for row in rows]
    return rows if held == said and len(rows) > 1 else None


def _divide(
    shipment: Shipment, ids: Sequence[uuid.UUID], by: User, version: int, parts: Sequence[Part]
) -> list[Shipment]:
    whole, number = shipment.content, shipment.parcel_no
    if shipment.order_id:
        highest = Shipment.objects.filter(order=shipment.order_id).aggregate(highest=Max("parcel_no"))["highest"]
        number = highest or number
    first, *others = [_share(whole, part, is_first=index == 0) for index, part in enumerate(parts)]
    copies = [_copy(shipment, number + index, by) for index in range(1, len(parts))]
    with transaction.atomic():
        event = ShipmentEvent(kind=ShipmentEvent.Kind.EDITED, actor=by)
        save_content(shipment, first, expected_version=version, event=event)
        for row, public_id, content in zip(copies, ids, others, strict=True):
            row.public_id, row.version, row.edited_at = public_id, shipment.version, shipment.edited_at
            insert_draft(row, content, ShipmentEvent(kind=ShipmentEvent.Kind.CREATED, actor=by))
    return [shipment, *copies]


def _check(shipment: Shipment, parts: Sequence[Part]) -> None:
    if not 2 <= len(parts) <= MOST_PARCELS:
        raise NotDivided(TOO_MANY)
    if any(part.weight < 1 for part in parts):
        raise NotDivided(TOO_LIGHT)
    for line in shipment.order_lines:
        if sum(part.pieces.get(line["id"], 0) for part in parts) != int(line["pieces"]):
            raise NotDivided(LEFT_OVER)
    known = {line["id"] for line in shipment.order_lines}
    if any(count < 0 or line not in known for part in parts for line, count in part.pieces.items()):
        raise NotDivided(LEFT_OVER)
    if known and any(not sum(part.pieces.values()) for part in parts):
        raise NotDivided(EMPTY)


def _copy(shipment: Shipment, number: int, by: User) -> Shipment:
    """An unsaved concept held against the order as this one was; what it contains comes with its first save."""
    kept = ("reference", "order_seen", "order_alert", "problems", "notes")
    copied = {name: getattr(shipment, name) for name in kept}
    order = shipment.order_id
    return Shipment(shop_id=shipment.shop_id, order_id=order, parcel_no=number, created_by=by, **copied)


def _share(whole: ShipmentContent, part: Part, *, is_first: bool) -> ShipmentContent:
    """What one part contains: its pieces, their share of the value, and their lines of the customs form."""
    lines = tuple(replace(line, quantity=part.pieces[line.id]) for line in whole.lines if part.pieces.get(line.id))
    share = Decimal(_count(lines)) / (_count(whole.lines) or 1)
    value = (whole.value * share).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    customs = whole.customs and _share_customs(whole.customs, whole.lines, part, is_first=is_first)
    return replace(whole, lines=lines, weight=part.weight, value=value, customs=customs)


def _count(lines: Sequence[ShipmentLine]) -> int:
    return sum(line.quantity for line in lines)


def _share_customs(
    customs: CustomsDeclaration, lines: Sequence[ShipmentLine], part: Part, *, is_first: bool
) -> CustomsDeclaration:
    """The form's lines follow the order's; those of a form that was changed stay with the first part."""
    if len(customs.lines) != len(lines):
        return customs if is_first else replace(customs, lines=())
    counts = [part.pieces.get(line.id, 0) for line in lines]
    shared = [replace(line, quantity=count) for line, count in zip(customs.lines, counts, strict=True) if count]
    return replace(customs, lines=tuple(shared))


def concept_again(shipment: Shipment, *, by: User) -> Shipment:
    """The shipment in the place of this cancelled one: made once, whoever asks, until it is cancelled or deleted too.

    What is answered is a concept, or has its label by now. Raises NotAConcept when this one is not cancelled.
    """
    if shipment.status != ShipmentStatus.CANCELLED or shipment.parent_id:
        raise NotAConcept
    key, there = _replacement(shipment)
    if there is not None:
        return there
    try:
        return _replace(shipment, key, by)
    except IntegrityError:
        # Somebody else made it at the same moment, or another parcel of the order.
        key, there = _replacement(shipment)
        return there or _replace(shipment, key, by)


def _replacement(shipment: Shipment) -> tuple[uuid.UUID, Shipment | None]:
    """The id of the shipment in this one's place, which follows from its own, and the shipment when it is there."""
    key = shipment.public_id
    while True:
        key = uuid.uuid5(key, "again")
        there = Shipment.including_deleted.filter(shop=shipment.shop_id, public_id=key).first()
        if there is None or (there.deleted_at is None and there.status != ShipmentStatus.CANCELLED):
            return key, there


def _replace(shipment: Shipment, key: uuid.UUID, by: User) -> Shipment:
    number = 1
    if shipment.order_id:
        rows = Shipment.objects.filter(order=shipment.order_id)
        number = (rows.aggregate(highest=Max("parcel_no"))["highest"] or 0) + 1
    row = _copy(shipment, number, by)
    row.public_id = key
    with transaction.atomic():
        insert_draft(row, shipment.content, ShipmentEvent(kind=ShipmentEvent.Kind.CREATED, actor=by))
        if shipment.order_id:
            # Nobody followed the order for the cancelled one.
            ExternalOrder.objects.filter(pk=shipment.order_id).update(unfollowed=True)
    return row
