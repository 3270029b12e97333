"""One order in several parcels: a concept is split; each part has its own pieces, weight, label and shop update."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from carriers.parcels import CustomsDeclaration
from integrations.models import ExternalOrder
from shipments.concepts import needs_customs, problems_of
from shipments.models import CustomsItem, Shipment, ShipmentEvent
from shipments.services.editing import EditedElsewhere, NotAConcept
from shipments.services.importing import examined
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
    items = list(shipment.customs_items.all())
    number = shipment.parcel_no
    if shipment.order_id:
        highest = Shipment.objects.filter(order=shipment.order_id).aggregate(highest=Max("parcel_no"))["highest"]
        number = highest or number
    whole: dict[str, Any] = {
        "lines": list(shipment.order_lines),
        "value": shipment.value,
        "pieces": _count(shipment.order_lines),
    }
    made = []
    with transaction.atomic():
        for index, part in enumerate(parts):
            row = shipment if index == 0 else _copy(shipment, number + index, by)
            row.public_id = ids[index - 1] if index else row.public_id
            _fill(row, part, whole, version + 1)
            own_items = _share(items, whole["lines"], part, first=index == 0)
            _examine(row, own_items)
            _save(row, version, own_items, is_first=index == 0)
            kind = ShipmentEvent.Kind.EDITED if index == 0 else ShipmentEvent.Kind.CREATED
            ShipmentEvent.objects.create(shipment=row, kind=kind, actor=by)
            made.append(row)
    return made


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


def _count(lines: Sequence[Mapping[str, Any]]) -> int:
    return sum(int(line["pieces"]) for line in lines)


def _copy(shipment: Shipment, number: int, by: User) -> Shipment:
    """An unsaved concept to the same address with the same choices, held against the order as this one was."""
    kept = (
        *Shipment.ADDRESS_FIELDS,
        *Shipment.CHOICE_FIELDS,
        "reference",
        "description",
        "contents",
        "invoice",
        "customs_currency",
        "order_seen",
        "order_alert",
        "problems",
    )
    copied = {name: getattr(shipment, name) for name in (*kept, "currency", "notes")}
    order = shipment.order_id
    return Shipment(shop_id=shipment.shop_id, order_id=order, parcel_no=number, created_by=by, **copied)


def _fill(row: Shipment, part: Part, whole: Mapping[str, Any], version: int) -> None:
    row.order_lines = [
        {**line, "pieces": part.pieces[line["id"]]} for line in whole["lines"] if part.pieces.get(line["id"])
    ]
    row.weight, row.version, row.edited_at = part.weight, version, timezone.now()
    share = Decimal(_count(row.order_lines)) / (whole["pieces"] or 1)
    row.value = (whole["value"] * share).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    row.search_text = row.make_search_text()


def _share(
    items: Sequence[CustomsItem], lines: Sequence[Mapping[str, Any]], part: Part, *, first: bool
) -> list[CustomsItem]:
    """The customs items of one part. They follow the order's lines; a form that was changed stays with the first."""
    if len(items) != len(lines):
        return [_item(item, item.quantity) for item in items] if first else []
    counts = [part.pieces.get(line["id"], 0) for line in lines]
    return [_item(item, count) for item, count in zip(items, counts, strict=True) if count]


def _item(item: CustomsItem, quantity: int) -> CustomsItem:
    names = ("description", "weight", "value", "hs_code", "origin", "sku")
    return CustomsItem(quantity=quantity, **{name: getattr(item, name) for name in names})


def _examine(row: Shipment, items: Sequence[CustomsItem]) -> None:
    customs = None
    if needs_customs(row.destination):
        customs = CustomsDeclaration(
            row.contents, row.invoice, tuple(item.line for item in items), row.customs_currency
        )
    problems = problems_of(row.recipient, row.choice, row.weight, customs, description=row.description)
    examined(row, problems)


CHANGED = ("order_lines", "weight", "version", "edited_at", "value", "search_text", "problems", "blocked_by")


def _save(row: Shipment, version: int, items: Sequence[CustomsItem], *, is_first: bool) -> None:
    if is_first:
        mine = Shipment.objects.filter(pk=row.pk, status=ShipmentStatus.CONCEPT)
        if mine.filter(version=version).update(**{name: getattr(row, name) for name in CHANGED}) != 1:
            raise EditedElsewhere if mine.exists() else NotAConcept
        row.customs_items.all().delete()
    else:
        row.save()
    for item in items:
        item.shipment = row
    CustomsItem.objects.bulk_create(items)


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
    row.order_lines, row.weight, row.value = shipment.order_lines, shipment.weight, shipment.value
    row.search_text = row.make_search_text()
    items = [_item(item, item.quantity) for item in shipment.customs_items.all()]
    _examine(row, items)
    with transaction.atomic():
        _save(row, row.version, items, is_first=False)
        ShipmentEvent.objects.create(shipment=row, kind=ShipmentEvent.Kind.CREATED, actor=by)
        if shipment.order_id:
            # Nobody followed the order for the cancelled one.
            ExternalOrder.objects.filter(pk=shipment.order_id).update(unfollowed=True)
    return row
