"""The weight of an order: what is known of its articles, and what is assumed of the others. Pure functions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.parcels import CustomsLine
from integrations.orders import OrderData, OrderLine
from shipments.services.imports.notes import Note
from shops.models import PackagePreferences

# No carrier accepts more, and it fits into the column.
MAX_WEIGHT_GRAMS = 10**9
MAX_SKU_LENGTH = 40
# Further articles are counted in the note.
MAX_NAMED = 10


@dataclass(frozen=True, slots=True)
class OrderWeight:
    """``articles`` is grams of all of them, without the box. ``units`` are grams per unit of each line to ship.

    When ``is_known`` is False nothing is known of any article: the weight is then the shop's default for a whole
    parcel, and the units are 0.
    """

    articles: int
    units: tuple[int, ...]
    notes: tuple[Note, ...] = ()
    is_known: bool = True

    def in_box(self, grams: int) -> int:
        """Grams of the parcel with an empty box of this weight. Never less than what is known."""
        total = self.articles + grams if self.is_known else self.articles
        return min(MAX_WEIGHT_GRAMS, max(1, total))


def weigh(order: OrderData, preferences: PackagePreferences, remembered: Mapping[str, CustomsLine]) -> OrderWeight:
    """The known weights, and a default for each piece without one."""
    lines = order.lines_to_ship
    known = [unit_weight(line, remembered) for line in lines]
    if not any(known):
        text = _("The webshop provided no weight; your default weight was used.")
        note = Note("weight", "weight_default", text)
        return OrderWeight(preferences.default_weight, (0,) * len(lines), (note,), is_known=False)
    units = tuple(grams or preferences.item_weight for grams in known)
    articles = sum(grams * line.quantity_to_ship for line, grams in zip(lines, units, strict=True))
    unknown = [line for line, grams in zip(lines, known, strict=True) if not grams]
    notes = [_assumed(unknown, preferences.item_weight)] if unknown else []
    notes += [_measured(line, grams) for line, grams in zip(lines, known, strict=True) if grams and line.amount]
    return OrderWeight(articles, units, tuple(notes))


def unit_weight(line: OrderLine, remembered: Mapping[str, CustomsLine]) -> int:
    """Grams of one unit by the shop, else as remembered; 0 when neither knows it."""
    if line.weight is not None and line.weight > 0:
        return line.weight
    found = remembered.get(line.sku[:MAX_SKU_LENGTH]) if line.sku else None
    return found.weight if found else 0


def _assumed(lines: Sequence[OrderLine], each: int) -> Note:
    pieces = sum(line.quantity_to_ship for line in lines)
    text = format_lazy(
        _(
            "No weight is known of: {articles}. Each piece was counted as {each} g, {total} g together; the other "
            "weights are known."
        ),
        articles=_names(lines),
        each=each,
        total=each * pieces,
    )
    return Note("weight", "weight_assumed", text)


def _names(lines: Sequence[OrderLine]) -> Promise | str:
    names = list(dict.fromkeys(line.name or line.sku or line.id for line in lines))
    shown = ", ".join(names[:MAX_NAMED])
    more = len(names) - MAX_NAMED
    return format_lazy(_("{articles} and {n} more"), articles=shown, n=more) if more > 0 else shown


def _measured(line: OrderLine, grams: int) -> Note:
    amount = line.amount
    sold = f"{amount.value.normalize():f} {amount.unit}".strip() if amount else ""
    text = format_lazy(
        _(
            "{article} was sold as {amount}. The webshop's weight of {grams} g was counted once and may be that of one "
            "unit: check the weight."
        ),
        article=line.name,
        amount=sold,
        grams=grams,
    )
    return Note("weight", "weight_measured", text)
