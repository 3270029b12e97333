"""Which column of a file holds which part of a shipment: the guess, and what a merchant may choose."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shipments.services.csv_files.cells import clean_cell
from shipments.services.csv_files.columns import COLUMNS
from shipments.services.csv_files.grid import MAX_LINES_ABOVE, Grid, GridRow
from shipments.services.csv_files.titles import BUYER, NEUTRAL, RECIPIENT, Title, plain_title, read_title

KEY_BY_TITLE = {title: column.key for column in COLUMNS for title in column.titles}
IGNORED_KEYS = frozenset(column.key for column in COLUMNS if not column.is_read)
TITLES: dict[str, Promise | str] = {column.key: column.title for column in COLUMNS}
# What only files of other programs have.
FURTHER_TITLES: dict[str, Promise | str] = {
    "first_name": _("First name"),
    "last_name_prefix": _("Prefix of the last name"),
    "last_name": _("Last name"),
    "weight_kg": _("Weight (kilograms)"),
    "item_name": _("Item name"),
    "item_variant": _("Item variant"),
    "item_sku": _("Item number (SKU)"),
    "item_quantity": _("Quantity"),
    "item_weight": _("Weight of one piece (grams)"),
    "item_weight_kg": _("Weight of one piece (kilograms)"),
    "payment_status": _("Payment status"),
    "order_status": _("Order status"),
    "fulfillment_status": _("Shipping status"),
    "cancelled_at": _("Cancelled on"),
}
TARGETS = {**{key: title for key, title in TITLES.items() if key not in IGNORED_KEYS}, **FURTHER_TITLES}
# The parts that must come from one address.
PLACE_KEYS = ("street", "number", "suffix", "box", "extra", "postal_code", "city", "region", "country", "company")
NAME_KEYS = ("person", "first_name", "last_name_prefix", "last_name")
ITEM_KEYS = ("item_name", "item_variant", "item_sku", "item_quantity")
# A column "weight" so few places behind the number of pieces is the weight of the article, not of the parcel.
NEAR_QUANTITY = 3
SAMPLES = 50
MAX_TITLE_LENGTH = 200
# The ranks of "order id" and "id" among the titles of a reference.
INTERNAL_ID_RANK = 3
ORDER_NUMBER = re.compile(r"#?[A-Za-z]{0,6}[-/ ]?\d+")
# A weight in kilograms is at most this, a weight in grams without decimals at least.
MAX_PARCEL_KILOGRAMS = 35


@dataclass(frozen=True, slots=True)
class Columns:
    """The part each column holds, "" for a column that is not used.

    ``is_own`` is true when every title we know is one of ours, as in our template and export.
    """

    titles: tuple[str, ...]
    keys: tuple[str, ...]
    is_own: bool = False
    samples: tuple[tuple[str, ...], ...] = field(default=(), compare=False)

    @property
    def digest(self) -> str:
        """Identifies files with the same titles."""
        return hashlib.sha256("\n".join(map(plain_title, self.titles)).encode()).hexdigest()

    def has(self, *keys: str) -> bool:
        return any(key in self.keys for key in keys)


def count_titles(cells: Sequence[str]) -> int:
    return sum(_is_known(cell) for cell in cells)


def _is_known(title: str) -> bool:
    title = _clean(title)
    return bool(title) and len(title) <= 60 and (title.casefold() in KEY_BY_TITLE or read_title(title) is not None)


def _clean(title: str) -> str:
    return " ".join(clean_cell(title)[:MAX_TITLE_LENGTH].split())


def find_titles(grid: Grid) -> GridRow | None:
    """The row with the names of the columns: most known names; else words above at least one other row."""
    head = grid.rows[: MAX_LINES_ABOVE + 1]
    best = max(head, key=lambda row: count_titles(row.cells), default=None)
    if best is not None and count_titles(best.cells):
        return best
    return next((row for row in head[:-1] if _looks_like_titles(row.cells)), None)


def _looks_like_titles(cells: Sequence[str]) -> bool:
    words = [cell for cell in cells if cell.strip()]
    return len(words) >= 3 and not any(letter.isdigit() or letter == "@" for word in words for letter in word)


def guess_columns(titles: Sequence[str], rows: Sequence[GridRow]) -> Columns:
    titles = tuple(_clean(title) for title in titles)
    samples = tuple(_samples(rows, index) for index in range(len(titles)))
    own = [KEY_BY_TITLE.get(title.casefold(), "") for title in titles]
    if all(key or not title for key, title in zip(own, titles, strict=True)):
        return Columns(titles, tuple(own), True, samples)
    keys = _Guess(titles, samples).keys()
    is_own = any(own) and all(key == mine or mine in IGNORED_KEYS for key, mine in zip(keys, own, strict=True))
    return Columns(titles, tuple(keys), is_own, samples)


def _samples(rows: Sequence[GridRow], index: int) -> tuple[str, ...]:
    cells = (row.cells[index].strip() for row in rows[:SAMPLES] if index < len(row.cells))
    return tuple(cell for cell in cells if cell)


class _Guess:
    """The best column for every part."""

    def __init__(self, titles: Sequence[str], samples: Sequence[tuple[str, ...]]) -> None:
        self.samples = samples
        self.read = [self._read(title) for title in titles]
        self.chosen: dict[str, int] = {}

    @staticmethod
    def _read(title: str) -> Title | None:
        own = KEY_BY_TITLE.get(title.casefold(), "")
        found = read_title(title) if title else None
        if own in TARGETS and (found is None or found.key == own):
            return found or Title(own)
        return found

    def keys(self) -> list[str]:
        candidates: dict[str, list[int]] = {}
        for index, title in enumerate(self.read):
            if title is not None:
                candidates.setdefault(title.key, []).append(index)
        self.chosen = {key: min(places, key=self._worth) for key, places in candidates.items()}
        self._keep_one_address()
        self._settle_names(candidates.get("person", []))
        self._settle_number()
        self._settle_weights()
        keys = [""] * len(self.read)
        for key, index in self.chosen.items():
            keys[index] = key
        return keys

    def _worth(self, index: int) -> tuple[int, int, int]:
        title = self.read[index] or Title("")
        return title.whose, title.rank, index

    def _whose(self, key: str) -> int:
        title = self.read[self.chosen[key]] if key in self.chosen else None
        return title.whose if title else NEUTRAL

    def _keep_one_address(self) -> None:
        """Nothing of the buyer's own address beside the recipient's: they may live apart."""
        for keys in (PLACE_KEYS, NAME_KEYS):
            if any(key in self.chosen and self._whose(key) != BUYER for key in keys):
                for key in keys:
                    if self._whose(key) == BUYER:
                        del self.chosen[key]

    def _settle_names(self, named: Sequence[int]) -> None:
        """A column "name" may hold the order's name, or the last name beside a column of first names."""
        person = self.chosen.get("person")
        plain = [index for index in named if index != person and self._whose("person") == RECIPIENT]
        if not self._has_sure_reference() and plain and _are_order_numbers(self.samples[plain[0]]):
            self.chosen["reference"] = plain[0]
        if person is None:
            return
        if "last_name_prefix" in self.chosen and not {"first_name", "last_name"} & set(self.chosen):
            self.chosen["last_name"] = self.chosen.pop("person")
            return
        if "first_name" not in self.chosen:
            return
        firsts = self.samples[self.chosen["first_name"]]
        if "last_name" not in self.chosen and not _begin_with(self.samples[person], firsts):
            self.chosen["last_name"] = self.chosen.pop("person")
        elif self._whose("person") <= self._whose("first_name"):
            for key in NAME_KEYS[1:]:
                self.chosen.pop(key, None)
        else:
            del self.chosen["person"]

    def _settle_number(self) -> None:
        """A column "number and addition" without one of numbers holds the number."""
        suffix = self.chosen.get("suffix")
        if suffix is None or "number" in self.chosen or not self.samples[suffix]:
            return
        if all(sample[0].isdigit() for sample in self.samples[suffix]):
            self.chosen["number"] = self.chosen.pop("suffix")

    def _has_sure_reference(self) -> bool:
        """A column "id" holds a number nobody but the program knows."""
        title = self.read[self.chosen["reference"]] if "reference" in self.chosen else None
        return title is not None and title.rank < INTERNAL_ID_RANK

    def _settle_weights(self) -> None:
        if "item_weight" not in self.chosen and self._is_of_article(self.chosen.get("weight")):
            self.chosen["item_weight"] = self.chosen.pop("weight")
        for key in ("weight", "item_weight"):
            index = self.chosen.get(key)
            if index is None:
                continue
            unit = (self.read[index] or Title("")).unit or _unit_of(self.samples[index])
            if unit == "kg":
                self.chosen[f"{key}_kg"] = self.chosen.pop(key)
            elif unit == "lb":
                del self.chosen[key]

    def _is_of_article(self, index: int | None) -> bool:
        quantity = self.chosen.get("item_quantity")
        if index is None or quantity is None or "item_name" not in self.chosen:
            return False
        says_total = (self.read[index] or Title("")).rank == 0
        return not says_total and 0 < index - quantity <= NEAR_QUANTITY


def _are_order_numbers(samples: Sequence[str]) -> bool:
    return bool(samples) and all(ORDER_NUMBER.fullmatch(sample) for sample in samples)


def _begin_with(names: Sequence[str], firsts: Sequence[str]) -> bool:
    pairs = list(zip(names, firsts, strict=False))
    return any(name != first and name.casefold().startswith(first.casefold()) for name, first in pairs)


def _unit_of(samples: Sequence[str]) -> str:
    """The unit of weights whose title names none. 0.700 is kilograms and 700 is grams."""
    bare = [sample.replace(",", ".") for sample in samples if re.fullmatch(r"\d+(?:[.,]\d+)?", sample)]
    if any("." in text and 0 < float(text) < MAX_PARCEL_KILOGRAMS for text in bare):
        return "kg"
    return "kg" if bare and all(0 < float(text) <= MAX_PARCEL_KILOGRAMS for text in bare) else "g"


def use_remembered(columns: Columns, keys: Sequence[str]) -> Columns:
    """The columns with the parts a merchant chose; a part that no longer exists is not used."""
    kept = tuple(key if key in TARGETS else "" for key in keys)
    kept = (*kept, *("" for _title in columns.titles[len(kept) :]))[: len(columns.titles)]
    return Columns(columns.titles, kept, columns.is_own, columns.samples)


def missing_parts(columns: Columns) -> list[Promise | str]:
    """The parts that a label needs and no column holds."""
    needed: Mapping[str, tuple[str, ...]] = {
        "person": (*NAME_KEYS, "company"),
        "street": ("street",),
        "postal_code": ("postal_code",),
        "city": ("city",),
    }
    return [TITLES[key] for key, instead in needed.items() if not columns.has(*instead)]


def column_title(key: str) -> Promise | str:
    """The title of the column with the problem; empty when the problem has no column."""
    return TITLES.get(key) or FURTHER_TITLES.get(key, "")
