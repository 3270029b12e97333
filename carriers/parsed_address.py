"""What becomes of an address that was typed, with the remarks about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.house_numbers import ParsedStreet
from carriers.problems import Text

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class AddressCorrection:
    """A change to a typed address, shown to the merchant: ``before`` is as typed, ``after`` the result."""

    field: str
    code: str
    text: Text
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class ParsedAddress:
    """``house_number`` is number and suffix as typed (5/3, 12a), empty when they came apart or without a suffix."""

    street: str = ""
    number: str = ""
    suffix: str = ""
    box: str = ""
    extra: str = ""
    warnings: tuple[AddressCorrection, ...] = ()
    house_number: str = ""

    @classmethod
    def from_street(cls, parts: ParsedStreet, line: str = "") -> Self:
        """``line`` is what was typed; without it nothing is remarked."""
        found = cls(parts.street, parts.number, parts.suffix, parts.box, parts.extra, (), parts.house_number)
        if not line:
            return found
        after = found.street_text
        if parts.dropped:
            text = format_lazy(_("“{word}” was removed from the street."), word=parts.dropped)
            found = found.with_remark(AddressCorrection("street", "word_left_out", text, line, after))
        if parts.extra:
            text = format_lazy(_("“{words}” was moved to the second address line."), words=parts.extra)
            moved = AddressCorrection("extra", "words_moved", text, line, f"{after} · {parts.extra}")
            found = found.with_remark(moved)
        return found

    @property
    def street_text(self) -> str:
        house = self.house_number or " ".join(part for part in (self.number, self.suffix) if part)
        return " ".join(part for part in (self.street, house) if part)

    def with_remark(self, *remarks: AddressCorrection) -> Self:
        return replace(self, warnings=(*self.warnings, *remarks))


def filler_remark(field: str, words: str) -> AddressCorrection:
    text = format_lazy(_("“{words}” was left out, because it says nothing."), words=words)
    return AddressCorrection(field, "filler", text, words, NOTHING)


def repeat_remark(field: str, dropped: Sequence[str] | str, line: str, after: str) -> AddressCorrection:
    words = dropped if isinstance(dropped, str) else ", ".join(dropped)
    text = format_lazy(_("“{words}” was left out, because it stands elsewhere in the address."), words=words)
    return AddressCorrection(field, "repeat", text, line, after or NOTHING)


def joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
