"""Barcode forms: 3S for parcels in the EU, S10 with a check digit for the rest of the world.

Only a carrier hands out real ranges; ours carry the code STUB, so nobody takes a test label for a parcel.
S10 is the Universal Postal Union's open standard; the 3S forms are PostNL's.
"""

from dataclasses import dataclass

from carriers.parcels import Destination, ParcelChoice
from carriers.territories import zone

S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


@dataclass(frozen=True, slots=True)
class Series:
    """A series of barcodes: ``capacity`` numbers, each rendered into one code."""

    key: str
    prefix: str
    digits: int
    suffix: str = ""

    @property
    def capacity(self) -> int:
        return int(10**self.digits)

    def render(self, number: int) -> str:
        """The barcode of this number. ValueError when the series is used up."""
        if not 0 <= number < self.capacity:
            raise ValueError(f"{number} does not fit in series {self.key}")
        code = f"{number:0{self.digits}d}"
        check = s10_check_digit(code) if self.suffix else ""
        return f"{self.prefix}{code}{check}{self.suffix}"


DOMESTIC = Series("3S-NL", "3SSTUB", 9)
EUROPE = Series("3S-EU", "3SSTUB", 7)
WORLD = Series("S10-CV", "CV", 8, "NL")


def s10_check_digit(digits: str) -> str:
    """The ninth digit of an S10 code, from its first eight."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, S10_WEIGHTS, strict=True))
    check = 11 - total % 11
    return {10: "0", 11: "5"}.get(check, str(check))


def series_for(choice: ParcelChoice, destination: Destination) -> Series:
    """Which series a parcel's barcode comes from."""
    return {"NL": DOMESTIC, "ROW": WORLD}.get(zone(destination), EUROPE)
