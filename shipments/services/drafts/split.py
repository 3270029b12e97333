"""Splitting an order into several parcels, and recreating the draft of a canceled shipment."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from integrations.models import ExternalOrder
from shipments.content import ShipmentContent
from shipments.models import Shipment, ShipmentEvent
from shipments.services.drafts.customs_shares import share_customs
from shipments.services.drafts.save import EditConflict, NotADraft, insert_draft, save_content
from shipments.states import OrderAlert, ShipmentStatus

MAX_PARCELS = 10
EMPTY_PARCEL_MESSAGE = _("Put at least one unit in every parcel.")
UNITS_MISMATCH_MESSAGE = _("Divide all units: together, the parcels must contain exactly what is in the order.")
WEIGHT_MESSAGE = _("Enter a weight of at least 1 gram for every parcel.")
PARCEL_COUNT_MESSAGE = _("Choose 2 to 10 parcels.")


class SplitError(Exception):
    """The parts do not match the draft; nothing was changed. ``message`` says what to correct."""

    def __init__(self, message: Any) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True, slots=True)
class ParcelShare:
    """The part in one parcel: units by order line id, and the weight in grams."""

    units: Mapping[str, int]
    weight: int


def even_split(shipment: Shipment, count: int, box: int = 0) -> list[ParcelShare]:
    """Default parts: units distributed one by one, each with the weight of its articles.

    What the parcel weighs more is divided evenly, and so is everything when a weight is not known. ``box`` is the
    weight in grams of an empty box, which every further parcel has too. Nothing of the weight is lost.
    """
    dealt: list[dict[str, int]] = [{} for _part in range(count)]
    position = 0
    for line in shipment.lines:
        share, rest = divmod(line.quantity, count)
        for index in range(count):
            if units := share + ((index - position) % count < rest):
                dealt[index][line.id] = units
        position += rest
    weights = _part_weights(shipment, dealt, box * (count - 1))
    return [ParcelShare(units, max(1, weight)) for units, weight in zip(dealt, weights, strict=True)]


def _part_weights(shipment: Shipment, dealt: Sequence[Mapping[str, int]], more: int) -> list[int]:
    grams = {line.id: line.weight for line in shipment.lines}
    articles = [sum(grams[line] * units for line, units in part.items()) for part in dealt]
    left = shipment.weight - sum(articles)
    if left < 0 or not all(grams.values()):
        articles, left = [0] * len(dealt), shipment.weight
    share, rest = divmod(left + more, len(dealt))
    return [own + share + (index < rest) for index, own in enumerate(articles)]


def split_draft(shipment: Shipment, *, by: User, version: int, parts: Sequence[ParcelShare]) -> list[Shipment]:
    """Keep the first part in this draft and create a draft for each other part, all in one transaction.

    ``version`` is the version the page loaded. The same split again returns the same shipments. Raises SplitError,
    EditConflict or NotADraft.
    """
    ids = [uuid.uuid5(shipment.public_id, f"part {index} of {version}") for index in range(1, len(parts))]
    if (before := _find_split([shipment.public_id, *ids], parts)) is not None:
        return before
    _check(shipment, parts)
    try:
        return _split(shipment, ids, by, version, parts)
    except IntegrityError as conflict:  # another parcel of the order was split concurrently
        raise EditConflict from conflict


def _find_split(ids: Sequence[uuid.UUID], parts: Sequence[ParcelShare]) -> list[Shipment] | None:
    existing = Shipment.objects.in_bulk(ids, field_name="public_id")
    rows = [existing[public_id] for public_id in ids if public_id in existing]
    wanted = [(part.weight, dict(part.units)) for part in parts]
    stored = [(row.weight, {line["id"]: int(line["pieces"]) for line in row.order_lines}) for row in rows]
    return rows if stored == wanted and len(rows) > 1 else None


def _split(
    shipment: Shipment, ids: Sequence[uuid.UUID], by: User, version: int, parts: Sequence[ParcelShare]
) -> list[Shipment]:
    whole, number = shipment.content, shipment.parcel_number
    # Each part is a shipment of one parcel.
    shipment.parcel_count = 1
    if shipment.order_id:
        highest = Shipment.objects.filter(order=shipment.order_id).aggregate(highest=Max("parcel_number"))["highest"]
        number = highest or number
    first, *others = _share_contents(whole, parts)
    copies = [_copy_draft(shipment, number + index, by) for index in range(1, len(parts))]
    with transaction.atomic():
        event = ShipmentEvent(kind=ShipmentEvent.Kind.EDITED, actor=by)
        save_content(shipment, first, expected_version=version, event=event, also={"parcel_count": 1})
        for row, public_id, content in zip(copies, ids, others, strict=True):
            row.public_id, row.version, row.edited_at = public_id, shipment.version, shipment.edited_at
            insert_draft(row, content, ShipmentEvent(kind=ShipmentEvent.Kind.CREATED, actor=by))
    return [shipment, *copies]


def _check(shipment: Shipment, parts: Sequence[ParcelShare]) -> None:
    if not 2 <= len(parts) <= MAX_PARCELS:
        raise SplitError(PARCEL_COUNT_MESSAGE)
    if any(part.weight < 1 for part in parts):
        raise SplitError(WEIGHT_MESSAGE)
    for line in shipment.order_lines:
        if sum(part.units.get(line["id"], 0) for part in parts) != int(line["pieces"]):
            raise SplitError(UNITS_MISMATCH_MESSAGE)
    known = {line["id"] for line in shipment.order_lines}
    if any(count < 0 or line not in known for part in parts for line, count in part.units.items()):
        raise SplitError(UNITS_MISMATCH_MESSAGE)
    if known and any(not sum(part.units.values()) for part in parts):
        raise SplitError(EMPTY_PARCEL_MESSAGE)


def _copy_draft(shipment: Shipment, number: int, by: User) -> Shipment:
    kept = ("listed_at", "reference", "order_fingerprint", "order_alert", "problems", "notes")
    copied = {name: getattr(shipment, name) for name in kept}
    order = shipment.order_id
    return Shipment(shop_id=shipment.shop_id, order_id=order, parcel_number=number, created_by=by, **copied)


def _share_contents(whole: ShipmentContent, parts: Sequence[ParcelShare]) -> list[ShipmentContent]:
    """The sums of the parts are those of the whole."""
    customs = share_customs(whole.customs, whole.lines, [part.units for part in parts]) if whole.customs else ()
    contents, units_before, value_before = [], 0, Decimal(0)
    for index, part in enumerate(parts):
        lines = tuple(replace(line, quantity=part.units[line.id]) for line in whole.lines if part.units.get(line.id))
        units_before += sum(line.quantity for line in lines)
        share = Decimal(units_before) / (sum(line.quantity for line in whole.lines) or 1)
        value_until = (whole.value * share).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
        contents.append(
            replace(
                whole,
                lines=lines,
                weight=part.weight,
                value=value_until - value_before,
                customs=customs[index] if customs else whole.customs,
            )
        )
        value_before = value_until
    return contents


def recreate_draft(shipment: Shipment, *, by: User, content: ShipmentContent | None = None) -> Shipment:
    """The draft that replaces a canceled shipment. May be repeated until that draft is canceled or deleted too.

    ``content`` is what a person wants in place of that of the shipment; it settles a warning that the order was edited.
    The result may be an earlier one, with other content, and may have a label already. Raises NotADraft when this
    shipment is not canceled.
    """
    if shipment.status != ShipmentStatus.CANCELED or shipment.parent_id:
        raise NotADraft
    key, existing = _find_replacement(shipment)
    if existing is not None:
        return existing
    try:
        return _create_replacement(shipment, key, by, content)
    except IntegrityError:
        # A concurrent request created it, or another parcel of the order took the number.
        key, existing = _find_replacement(shipment)
        return existing or _create_replacement(shipment, key, by, content)


def _find_replacement(shipment: Shipment) -> tuple[uuid.UUID, Shipment | None]:
    """The id of the replacement, which is derived from this shipment's id, and the replacement if it exists."""
    key = shipment.public_id
    while True:
        key = uuid.uuid5(key, "again")
        existing = Shipment.including_deleted.filter(shop=shipment.shop_id, public_id=key).first()
        if existing is None or (existing.deleted_at is None and existing.status != ShipmentStatus.CANCELED):
            return key, existing


def _create_replacement(shipment: Shipment, key: uuid.UUID, by: User, content: ShipmentContent | None) -> Shipment:
    number = 1
    if shipment.order_id:
        rows = Shipment.objects.filter(order=shipment.order_id)
        number = (rows.aggregate(highest=Max("parcel_number"))["highest"] or 0) + 1
    row = _copy_draft(shipment, number, by)
    row.public_id, row.parcel_count = key, shipment.parcel_count
    if content is not None:
        row.order_alert = "" if row.order_alert == OrderAlert.EDITED else row.order_alert
    with transaction.atomic():
        insert_draft(row, content or shipment.content, ShipmentEvent(kind=ShipmentEvent.Kind.CREATED, actor=by))
        if shipment.order_id:
            # Order changes were not applied to the canceled shipment.
            ExternalOrder.objects.filter(pk=shipment.order_id).update(changes_pending=True)
    return row
