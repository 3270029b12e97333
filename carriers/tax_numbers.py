"""EORI and VAT numbers: their form, and for VAT numbers the check figures of the country that issued them.

The check figures are those of the package ``stdnum``. Nobody is asked whether a number is in use. An EORI number has
no check figures (EU customs code).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.problems import Text
from lib.text import plain_form

ANY_EORI = re.compile(r"[A-Z]{2}[A-Z0-9]{4,15}")
# Before 2008 a Belgian number had no zero in front.
OLD_BELGIAN_LENGTH = 11
ANY_VAT = re.compile(r"[A-Z]{2}(?=[A-Z+*]*[0-9])[A-Z0-9+*]{2,14}")


@cache
def _checks() -> dict[str, Callable[[str], bool]]:
    """By the letters a number begins with. The European register knows Northern Ireland as XI and Greece as EL."""
    # Together they take a twentieth of a second, and few programs need them.
    from stdnum.ch import uid, vat  # noqa: PLC0415
    from stdnum.eu import vat as european  # noqa: PLC0415
    from stdnum.gb import vat as british  # noqa: PLC0415
    from stdnum.no import mva  # noqa: PLC0415

    return {
        **dict.fromkeys({*map(str.upper, european.MEMBER_STATES), "EL", "XI"}, european.is_valid),
        "GB": british.is_valid,
        "CH": lambda number: bool(vat.is_valid(number) or uid.is_valid(number)),
        "NO": mva.is_valid,
    }


@dataclass(frozen=True, slots=True)
class VatNumber:
    """``number`` is upper case, with the country and without signs; ``is_right`` is None when nobody can tell."""

    number: str
    is_right: bool | None

    @property
    def message(self) -> Text:
        """Empty unless the number is certainly wrong."""
        if self.is_right is not False:
            return ""
        return format_lazy(
            _(
                "The VAT number {number} cannot be right: its check figures do not match. Compare it with the letter "
                "of the tax office."
            ),
            number=self.number,
        )


def normalize_tax_number(written: str) -> str:
    """Upper case, without the spaces, dots and dashes that people type."""
    return re.sub(r"[\s.\-/]", "", plain_form(written)).upper()


def is_eori(number: str) -> bool:
    """Checks only the form: a country and at most 15 characters (EU customs code)."""
    return ANY_EORI.fullmatch(number) is not None


def is_vat(number: str) -> bool:
    """Checks only the form, with the country."""
    return ANY_VAT.fullmatch(number) is not None


def read_vat(written: str, country: str = "") -> VatNumber:
    """The number in its usual form. The country it begins with decides on the check, else that of its owner."""
    number = normalize_tax_number(written)
    if not number:
        return VatNumber("", None)
    checks = _checks()
    if country and not is_vat(number) or (number[:2] not in checks and country in checks):
        prefix = "EL" if country == "GR" else country
        if prefix in checks and checks[prefix](prefix + number):
            number = prefix + number
    if number.startswith("GR"):
        number = f"EL{number[2:]}"
    check = checks.get(number[:2])
    if check is None:
        return VatNumber(number, None if is_vat(number) else False)
    is_right = check(number)
    if is_right and number.startswith("BE") and len(number) == OLD_BELGIAN_LENGTH:
        number = f"BE0{number[2:]}"
    return VatNumber(number, is_right)
