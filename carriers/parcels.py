"""Frozen values shared by preferences, drafts, labels and gateways.

Weights are whole grams, money is whole euro cents, countries are ISO 3166-1 alpha-2. Package types, delivery types and
options are named as in the capability data.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from carriers.long_streets import street_lines

# What announces a Belgian box in a house number as typed.
BOX_WORD = re.compile(r"(?<![^\W\d])(?:bus|bte|boîte|boite|box|nr|no)(?![^\W\d])", re.IGNORECASE)
# Countries whose street lines are taken apart into street, number, suffix and box.
SPLIT_COUNTRIES = frozenset({"NL", "BE", "DE", "AT"})


@dataclass(frozen=True, slots=True)
class Address:
    """A sender or recipient; an empty string means not given.

    ``house_number`` is number, suffix and box as they were typed (5/3, 12 bis, 7 bte 4). It counts as long as it holds
    the same letters and figures as the parts.
    """

    person: str = ""
    company: str = ""
    street: str = ""
    number: str = ""
    suffix: str = ""
    box: str = ""
    extra: str = ""
    postal_code: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    email: str = ""
    phone: str = ""
    eori: str = ""
    vat: str = ""
    house_number: str = ""

    @property
    def name(self) -> str:
        return self.company or self.person

    @property
    def street_line(self) -> str:
        return " ".join(part for part in (self.street, self.house) if part)

    @property
    def house(self) -> str:
        """Number, suffix and box as typed, or else as the country writes them."""
        typed, house = self.house_number, self.number + self.suffix
        if typed and self.box and _same_signs(BOX_WORD.sub("", typed), house + self.box):
            return typed
        written = typed if _same_signs(typed, house) else joined_house(self.number, self.suffix, self.country)
        return " ".join(part for part in (written, f"bus {self.box}" if self.box else "") if part)

    @property
    def signed_suffix(self) -> str:
        """The suffix with the sign before it (/3), when the country alone would not write that sign."""
        if not self.suffix or not self.house_number.startswith(self.number):
            return self.suffix
        joint, found, _rest = self.house_number.removeprefix(self.number).partition(self.suffix)
        sign = joint.strip()
        if not found or not sign or any(map(str.isalnum, sign)):
            return self.suffix
        usual = joined_house(self.number, self.suffix, self.country)
        return self.suffix if usual == f"{self.number}{sign}{self.suffix}" else sign + self.suffix

    @property
    def place_lines(self) -> tuple[str, ...]:
        """Street, number and further line from top to bottom, as on paper.

        Where the lines of an address are not taken apart, they stay in the order in which they were typed.
        """
        lines = street_lines(self.street, self.house)
        extra = (self.extra,) if self.extra else ()
        return (*extra, *lines) if self.country in SPLIT_COUNTRIES or not self.country else (*lines, *extra)

    @property
    def city_line(self) -> str:
        return " ".join(part for part in (self.postal_code, self.city) if part)


def joined_house(number: str, suffix: str, country: str) -> str:
    """A number and suffix that came apart: with a hyphen in the Netherlands, a letter tight behind it elsewhere."""
    if not number or not suffix:
        return number or suffix
    if country in {"NL", ""}:
        return f"{number}-{suffix}"
    if suffix[0].isalpha() and not suffix[1:2].isalpha():
        return number + suffix
    return f"{number}/{suffix}" if country == "AT" and suffix[0].isdigit() else f"{number} {suffix}"


def _same_signs(one: str, other: str) -> bool:
    return one != "" and "".join(filter(str.isalnum, one)) == "".join(filter(str.isalnum, other))


@dataclass(frozen=True, slots=True)
class ParcelChoice:
    """What the merchant chooses for a parcel: carrier, package type, delivery type and options.

    ``insurance`` is the insured amount in euro cents, 0 when uninsured. ``extras`` are options that are on but that no
    form offers, named as in the capability data (receipt_code, priority_delivery).
    """

    carrier: str = "postnl"
    package_type: str = "package"
    delivery_type: str = "standard"
    signature: bool = False
    only_recipient: bool = False
    return_to_sender: bool = False
    age_check: bool = False
    large_format: bool = False
    insurance: int = 0
    extras: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PickupPoint:
    """A place at which the recipient collects the parcel. ``code`` and ``network`` are the carrier's names of it.

    A chosen point always has a ``carrier`` and a ``code``.
    """

    carrier: str = ""
    code: str = ""
    name: str = ""
    network: str = ""
    street: str = ""
    number: str = ""
    suffix: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""

    @property
    def address(self) -> Address:
        return Address(
            company=self.name,
            street=self.street,
            number=self.number,
            suffix=self.suffix,
            postal_code=self.postal_code,
            city=self.city,
            country=self.country,
        )

    @property
    def place(self) -> str:
        """The address on one line, without the name."""
        return ", ".join(part for part in (self.address.street_line, self.address.city_line) if part)


@dataclass(frozen=True, slots=True)
class Destination:
    country: str
    postal_code: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class CustomsLine:
    """A line of a customs form; weight and value are per unit. ``sku`` is stored but not printed."""

    description: str
    quantity: int
    weight: int
    value_cents: int
    hs_code: str = ""
    origin: str = ""
    sku: str = ""


@dataclass(frozen=True, slots=True)
class CustomsDeclaration:
    """``contents`` is a key of ``carriers.customs.CONTENTS``.

    ``currency`` is that of the values; only a declaration in euros can be sent.
    """

    contents: str = "commercial_goods"
    invoice: str = ""
    lines: tuple[CustomsLine, ...] = ()
    currency: str = "EUR"

    @property
    def weight(self) -> int:
        return sum(line.weight * line.quantity for line in self.lines)

    @property
    def value_cents(self) -> int:
        return sum(line.value_cents * line.quantity for line in self.lines)


class ContactSharing(StrEnum):
    """Where a shop gives carriers the e-mail address and phone number of buyers beside what they need."""

    NEEDED = "needed"
    # Outside the Netherlands and Belgium.
    ABROAD = "abroad"
    EVERYWHERE = "everywhere"


@dataclass(frozen=True, slots=True)
class Consignment:
    """A shipment to register. ``reference`` is our own id; the gateway returns it unchanged.

    With a ``parcel_count`` above 1 it is one shipment of that many parcels; ``weight`` is that of all together.
    ``pickup`` is the point at which the recipient collects it. ``delivery_day`` is the day for which the carrier
    offered the delivery type; without one a morning or evening is not asked for.
    """

    reference: str
    recipient: Address
    sender: Address
    choice: ParcelChoice
    weight: int
    description: str = ""
    customs: CustomsDeclaration | None = None
    parcel_count: int = 1
    pickup: PickupPoint | None = None
    delivery_day: date | None = None
    sharing: ContactSharing = ContactSharing.ABROAD


@dataclass(frozen=True, slots=True)
class RegisteredParcel:
    """A further parcel of a shipment of several."""

    barcode: str
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """The barcode of a consignment and its tracking link for the recipient.

    ``price_cents`` is None when the price is unknown. ``further`` are the parcels after the first. ``recipient`` is
    where a return goes, None when that is where it was asked to go. ``is_standard``: with standard delivery, because
    the carrier took back the moment that it had offered.
    """

    reference: str
    barcode: str
    tracking_url: str = ""
    external_id: str = ""
    price_cents: int | None = None
    further: tuple[RegisteredParcel, ...] = ()
    recipient: Address | None = None
    is_standard: bool = False


@dataclass(frozen=True, slots=True)
class RegistrationRejected:
    """``reason`` is a message for the merchant, possibly lazy. ``field`` is what to correct, as in ``Problem``, and
    empty when the gateway did not say.
    """

    reference: str
    reason: object
    field: str = ""


@dataclass(frozen=True, slots=True)
class PrintedLabel:
    """A consignment and its barcode, to be drawn.

    ``parcel_number`` of ``parcel_count`` numbers the parcels to one address. ``return_of`` is the barcode of the parcel
    that is returned. ``forms`` names the documents of the parcel ("cn22", "cn23", "invoice"), dated ``day``.
    ``further`` are the barcodes of the other parcels of a shipment of several.
    """

    consignment: Consignment
    barcode: str
    parcel_number: int = 1
    parcel_count: int = 1
    return_of: str = ""
    forms: tuple[str, ...] = ()
    day: date | None = None
    external_id: str = ""
    further: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PackedItem:
    """``choices`` are what the buyer chose, each as text. ``amount`` is what was sold by measure, such as "2.5 m"."""

    name: str
    quantity: int
    sku: str = ""
    choices: tuple[str, ...] = ()
    amount: str = ""


@dataclass(frozen=True, slots=True)
class PackingSlip:
    """``language`` ("nl" or "en") is the recipient's; ``note`` is the buyer's message.

    ``barcode`` identifies the order and is printed as Code 128; empty for none.
    """

    shop: str
    sender: Address
    recipient: Address
    order: str
    ordered_on: date | None = None
    items: tuple[PackedItem, ...] = ()
    note: str = ""
    language: str = "nl"
    barcode: str = ""
    pickup: PickupPoint | None = None
