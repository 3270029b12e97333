"""Dividing a customs form over the parcels of a split. Pure functions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from carriers.parcels import CustomsDeclaration, CustomsLine
from shipments.content import ShipmentLine


def share_customs(
    customs: CustomsDeclaration, lines: Sequence[ShipmentLine], parts: Sequence[Mapping[str, int]]
) -> list[CustomsDeclaration]:
    """One form for each part, whose sums are those of the whole. ``parts`` are units by the id of an order line.

    Where it is not known which customs lines belong to which article, all stay with the first part; the others are
    then blocked until a person divides them.
    """
    owned = _by_article(customs.lines, lines)
    if owned is None:
        return [customs if index == 0 else replace(customs, lines=()) for index in range(len(parts))]
    shares: list[list[CustomsLine]] = [[] for _part in parts]
    for article, own in zip(lines, owned, strict=True):
        wanted = [part.get(article.id, 0) for part in parts]
        for index, taken in _deal(own, wanted):
            shares[index].append(taken)
    return [replace(customs, lines=tuple(share)) for share in shares]


def _by_article(customs: Sequence[CustomsLine], lines: Sequence[ShipmentLine]) -> list[Sequence[CustomsLine]] | None:
    """The customs lines of each article, which follow each other; None when the numbers of units do not say so."""
    owned: list[Sequence[CustomsLine]] = []
    start = 0
    for article in lines:
        end, units = start, 0
        while end < len(customs) and units < article.quantity:
            units += customs[end].quantity
            end += 1
        own = customs[start:end]
        if units != article.quantity or any(line.sku != own[0].sku for line in own):
            return None
        owned.append(own)
        start = end
    return owned if start == len(customs) else None


def _deal(lines: Sequence[CustomsLine], wanted: Sequence[int]) -> list[tuple[int, CustomsLine]]:
    """The lines dealt out in order: so many units to each part."""
    dealt, part, room = [], 0, list(wanted)
    for line in lines:
        left = line.quantity
        while left > 0 and part < len(room):
            taken = min(left, room[part])
            if taken:
                dealt.append((part, replace(line, quantity=taken)))
            left -= taken
            room[part] -= taken
            part += not room[part]
    return dealt
