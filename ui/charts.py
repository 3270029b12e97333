"""The geometry of the SVG charts; texts and colors are the templates'."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

# In units of the SVG's viewBox, which is stretched to the available width.
WIDTH, HEIGHT = 560, 152
# Share of a column's width that its bar takes.
BAR_SHARE = 0.65
ROUND_STEPS = (1, 2, 5)
# Share of a narrow chart's width that one and a half date labels take.
DATE_LABEL_SHARE = 0.22


@dataclass(frozen=True, slots=True)
class Column:
    x: int
    y: int
    width: int
    height: int
    label: str
    value: int
    is_last: bool


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """Vertical bars. ``ticks`` are the values at the horizontal ``lines``, highest first."""

    columns: tuple[Column, ...]
    ticks: tuple[int, ...]
    lines: tuple[float, ...]
    width: int = WIDTH
    height: int = HEIGHT


def labeled_days(days: Sequence[date]) -> frozenset[date]:
    """The first and last day, and the 1st and 15th of a month where their label has room between those."""
    room, month_days = DATE_LABEL_SHARE * len(days), {1, 15} if len(days) <= 31 else {1}
    inner = [day for index, day in enumerate(days) if day.day in month_days and room <= index <= len(days) - 1 - room]
    return frozenset([*days[:1], *inner, *days[-1:]])


@dataclass(frozen=True, slots=True)
class Slice:
    """One horizontal bar. ``share`` is its percentage of the total, ``length`` its percentage of the longest bar."""

    label: str
    value: int
    share: int
    length: int


def build_column_chart(values: Sequence[tuple[str, int]]) -> ColumnChart:
    """A chart of (label, value) pairs whose scale ends at a round number not below the highest value."""
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
    """The smallest of 1, 2, 5, 10, 20, 50 … of which three reach the highest value."""
    power = 1
    while True:
        for step in ROUND_STEPS:
            if 3 * step * power >= max(1, highest):
                return step * power
        power *= 10


def build_slices(values: Sequence[tuple[str, int]]) -> list[Slice]:
    """Bars for (label, value) pairs, in the order given."""
    total, longest = sum(value for _label, value in values), max((value for _label, value in values), default=0)
    return [
        Slice(label, value, round(100 * value / total) if total else 0, round(100 * value / longest) if longest else 0)
        for label, value in values
    ]
