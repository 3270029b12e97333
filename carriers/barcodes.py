"""Barcode formats: 3S for parcels within the EU, S10 with a check digit for other countries.

Only carriers assign real ranges; ours contain STUB, so that nobody takes a test label for a parcel. S10 is an open
standard of the Universal Postal Union. The 3S formats are PostNL's and have no check digit. Other carriers do not
publish their formats, so those barcodes are checked only for length and characters.
"""

import re
from dataclasses import dataclass

from carriers.parcels import Destination, ParcelChoice
from carriers.territories import zone

S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
FORMATS = {
    "3S-NL": re.compile(r"3S(?:[A-Z0-9]{4}\d{9}|[A-Z0-9]{3}\d{10})", re.ASCII),
    "3S-EU": re.compile(r"3S[A-Z0-9]{4}\d{7}", re.ASCII),
    "S10": re.compile(r"[A-Z]{2}\d{9}[A-Z]{2}", re.ASCII),
}
OTHER = re.compile(r"[A-Z0-9]{6,35}")


@dataclass(frozen=True, slots=True)
class Series:
    """``capacity`` numbers, each rendered as one barcode."""

    key: str
    prefix: str
    digits: int
    suffix: str = ""

    @property
    def capacity(self) -> int:
        return int(10**self.digits)

    def render(self, number: int) -> str:
        """The barcode of this number. Raises ValueError when the series is used up."""
        if not 0 <= number < self.capacity:
            raise ValueError(f"{number} does not fit in series {self.key}")
        code = f"{number:0{self.digits}d}"
        check = s10_check_digit(code) if self.suffix else ""
        return f"{self.prefix}{code}{check}{self.suffix}"


DOMESTIC = Series("3S-NL", "3SSTUB", 9)
EUROPE = Series("3S-EU", "3SSTUB", 7)
WORLD = Series("S10-CV", "CV", 8, "NL")
WORLD_SMALL = Series("S10-LA", "LA", 8, "NL")
WORLD_LETTER = Series("S10-UE", "UE", 8, "NL")


def s10_check_digit(digits: str) -> str:
    """The ninth digit of an S10 barcode; ``digits`` are the first eight."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, S10_WEIGHTS, strict=True))
    check = 11 - total % 11
    return {10: "0", 11: "5"}.get(check, str(check))


def series_for(choice: ParcelChoice, destination: Destination) -> Series:
    """Outside the EU, postal operators handle a tracked small parcel as a letter."""
    group = zone(destination)
    if group != "ROW":
        return DOMESTIC if group == "NL" else EUROPE
    return {"package": WORLD, "letter": WORLD_LETTER}.get(choice.package_type, WORLD_SMALL)


def barcode_format(barcode: str) -> str:
    """ "3S-NL", "3S-EU" or "S10" by the form alone; empty for any other form."""
    return next((kind for kind, form in FORMATS.items() if form.fullmatch(barcode)), "")


def is_valid(barcode: str, carrier: str = "postnl") -> bool:
    """Checks the form, and for S10 the check digit."""
    kind = barcode_format(barcode)
    if kind == "S10":
        return barcode[10] == s10_check_digit(barcode[2:10])
    return bool(kind) or (carrier != "postnl" and OTHER.fullmatch(barcode) is not None)
