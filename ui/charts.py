"""Numbers into the geometry of a drawing: what the templates put into SVG, and nothing about words or colours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 560, 152
"""The plot's own units; it is stretched to whatever place it gets."""
BAR_SHARE = 0.65
"""How much of a column's width its bar takes."""
ROUND_STEPS = (1, 2, 5)
DATE_LABEL_SHARE = 0.22
"""Which part of a narrow chart a date below it and half of the next one take."""


@dataclass(frozen=True, slots=True)
class Column:
    """One bar: its place in the plot, and what it stands for."""

    x: int
    y: int
    width: int
    height: int
    label: str
    value: int
    is_last: bool


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """Upright bars with a few lines behind them; ``ticks`` are the values at those lines, the highest first."""

    columns: tuple[Column, ...]
    ticks: tuple[int, ...]
    lines: tuple[float, ...]
    width: int = WIDTH
    height: int = HEIGHT


def labeled_days(days: Sequence[date]) -> frozenset[date]:
    """The days whose date stands below the chart: first, last, and turns of the month that have room between them."""
    room, turns = DATE_LABEL_SHARE * len(days), {1, 15} if len(days) <= 31 else {1}
    inner = [day for place, day in enumerate(days) if day.day in turns and room <= place <= len(days) - 1 - room]
    return frozenset([*days[:1], *inner, *days[-1:]])


@dataclass(frozen=True, slots=True)
class Slice:
    """One row of a lying bar chart: ``share`` of the whole in per cent, ``length`` of the longest in per cent."""

    label: str
    value: int
    share: int
    length: int


def build_column_chart(values: Sequence[tuple[str, int]]) -> ColumnChart:
    """Bars for these (label, value) pairs, with a scale of round numbers that the highest fits under."""
    step = _round_step(max((value for _label, value in values), default=0))
    ticks = tuple(step * line for line in (3, 2, 1, 0))
    room = WIDTH / max(1, len(values))
    columns = tuple(
        _build_column(index, room, label, value, ticks[0], index == len(values) - 1)
        for index, (label, value) in enumerate(values)
    )
    lines = tuple(round(HEIGHT * line / 3, 1) + 0.5 for line in range(3))
    return ColumnChart(columns, ticks, lines)


def _build_column(index: int, room: float, label: str, value: int, top: int, is_last: bool) -> Column:
    width, height = round(room * BAR_SHARE), round(HEIGHT * value / top)
    x = round(index * room + (room - width) / 2)
    return Column(x, HEIGHT - height, width, height, label, value, is_last)


def _round_step(highest: int) -> int:
    """A third of the scale: the smallest of 1, 2, 5, 10, 20, 50 … that three of reach the highest value."""
    power = 1
    while True:
        for step in ROUND_STEPS:
            if 3 * step * power >= max(1, highest):
                return step * power
        power *= 10


def build_slices(values: Sequence[tuple[str, int]]) -> list[Slice]:
    """Rows for these (label, value) pairs, in the order given."""
    total, longest = sum(value for _label, value in values), max((value for _label, value in values), default=0)
    return [
        Slice(label, value, round(100 * value / total) if total else 0, round(100 * value / longest) if longest else 0)
        for label, value in values
    ]
