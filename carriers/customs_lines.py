"""Fitting the lines of a customs form into its limits without losing a piece, a cent or a gram. Pure functions.

A line states value and weight per unit, in whole cents and grams. What does not divide evenly takes two or three lines,
so that the sums stay those of the order.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace

from carriers.capability_rules import load_data
from carriers.parcels import CustomsLine

Key = tuple[str, str, str, bool]
# Lines over which the units of one article are spread at most.
MAX_SHARES = 200
# What tells articles of one kind apart: numbers, sizes and signs.
NOT_A_WORD = re.compile(r"[\W\d_]+")


def most_lines() -> int:
    """The lines that a declaration may have."""
    return int(load_data()["customs"]["items"]["max"])


def fit_lines(lines: Sequence[CustomsLine]) -> tuple[CustomsLine, ...]:
    """The lines themselves while they fit; else lines with equal HS code and origin are taken together.

    Where both are not known, articles of the same kind by their description are. Lines of the same unit value and
    weight come first. The result can still be too long.
    """
    if len(lines) <= most_lines():
        return tuple(lines)
    alike = _together(lines, lambda line: (*_key(line), line.value_cents, line.weight))
    if len(alike) <= most_lines():
        return tuple(alike)
    return tuple(_together(lines, _key))


def spread(line: CustomsLine, value_cents: int, weight: int) -> Iterator[CustomsLine]:
    """The units of a line with this value and weight in total, in as few lines as their sums and limits allow."""
    units = line.quantity
    value, dearer = divmod(value_cents, units)
    grams, heavier = divmod(weight, units)
    both = min(dearer, heavier)
    shares = (
        (both, value + 1, grams + 1),
        (dearer - both, value + 1, grams),
        (heavier - both, value, grams + 1),
        (units - max(dearer, heavier), value, grams),
    )
    for count, cents, each in reversed(shares):
        yield from _within_limits(replace(line, quantity=count, value_cents=cents, weight=each))


def _within_limits(line: CustomsLine) -> Iterator[CustomsLine]:
    items = load_data()["customs"]["items"]
    most = int(items["amount"][1])
    if line.weight:
        most = max(1, min(most, int(items["weight_grams"][1]) // line.weight))
    left = line.quantity
    if left > most * MAX_SHARES:
        # No order has so many units; the form says what is wrong with the line.
        yield line
        return
    while left > 0:
        yield replace(line, quantity=min(left, most))
        left -= most


def _together(lines: Iterable[CustomsLine], grouping: Callable[[CustomsLine], Hashable]) -> list[CustomsLine]:
    groups: dict[Hashable, list[CustomsLine]] = {}
    for line in lines:
        groups.setdefault(grouping(line), []).append(line)
    return [one for group in groups.values() for one in _combine(group)]


def _key(line: CustomsLine) -> Key:
    """Lines without a value stay apart: an average would hide that they have none."""
    is_known = bool(line.hs_code and line.origin)
    kind = "" if is_known else NOT_A_WORD.sub(" ", line.description.casefold()).strip()
    return line.hs_code, line.origin, kind, line.value_cents > 0


def _combine(group: Sequence[CustomsLine]) -> Iterator[CustomsLine]:
    first = group[0]
    if len(group) == 1:
        yield first
        return
    merged = replace(
        first,
        description=_shared_description(group),
        quantity=sum(line.quantity for line in group),
        sku=first.sku if all(line.sku == first.sku for line in group) else "",
    )
    yield from spread(
        merged,
        sum(line.value_cents * line.quantity for line in group),
        sum(line.weight * line.quantity for line in group),
    )


def _shared_description(group: Sequence[CustomsLine]) -> str:
    """The words with which all descriptions begin; without such words the first description."""
    words = group[0].description.split()
    for line in group[1:]:
        other = line.description.split()
        same = next((index for index, pair in enumerate(zip(words, other, strict=False)) if pair[0] != pair[1]), None)
        words = words[: min(len(other), len(words)) if same is None else same]
    return " ".join(words) or group[0].description
