"""The vocabulary of parcels: frozen values that preferences, concepts, labels and gateways share.

Weights are whole grams, money is whole euro cents, countries are ISO 3166-1 alpha-2.
Names follow MyParcel's API (package types, delivery types, options).
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Address:
    """Where a parcel comes from or goes to; empty string means not given."""

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

    @property
    def name(self) -> str:
        """Who receives it, in one line."""
        return self.company or self.person

    @property
    def street_line(self) -> str:
        """Street, number, suffix and box as they are read on an envelope."""
        house = "-".join(part for part in (self.number, self.suffix) if part)
        box = f"bus {self.box}" if self.box else ""
        return " ".join(part for part in (self.street, house, box) if part)

    @property
    def city_line(self) -> str:
        return " ".join(part for part in (self.postal_code, self.city) if part)


@dataclass(frozen=True, slots=True)
class ParcelChoice:
    """What the merchant chooses for a parcel: carrier, package type, delivery type and options.

    ``insurance`` is the insured amount in euro cents, 0 when uninsured. ``extras`` are options that are on and that no
    form offers, by MyParcel's names (receipt_code, priority_delivery).
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
class Destination:
    """What the rules need to know of an address."""

    country: str
    postal_code: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class CustomsLine:
    """One kind of article on a customs form; weight and value are per piece.

    ``sku`` is the shop's own number of the article: it is remembered, and printed nowhere.
    """

    description: str
    quantity: int
    weight: int
    value: int
    hs_code: str = ""
    origin: str = ""
    sku: str = ""


@dataclass(frozen=True, slots=True)
class CustomsDeclaration:
    """What customs wants to know; ``contents`` is a key of ``carriers.customs.CONTENTS``.

    ``currency`` is what the values are in: a form can only be sent in euros.
    """

    contents: str = "commercial_goods"
    invoice: str = ""
    lines: tuple[CustomsLine, ...] = ()
    currency: str = "EUR"

    @property
    def weight(self) -> int:
        return sum(line.weight * line.quantity for line in self.lines)

    @property
    def value(self) -> int:
        return sum(line.value * line.quantity for line in self.lines)


@dataclass(frozen=True, slots=True)
class Consignment:
    """A parcel ready to be announced to a carrier; ``reference`` is our own id and comes back unchanged."""

    reference: str
    recipient: Address
    sender: Address
    choice: ParcelChoice
    weight: int
    description: str = ""
    customs: CustomsDeclaration | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """A carrier's answer to a consignment: the barcode, and where the recipient follows it.

    ``price`` is in euro cents, None when nobody said what it costs.
    """

    reference: str
    barcode: str
    tracking_url: str = ""
    external_id: str = ""
    price: int | None = None


@dataclass(frozen=True, slots=True)
class RegistrationRefused:
    """A consignment the carrier does not take; ``reason`` is a sentence (perhaps lazy) for the merchant."""

    reference: str
    reason: object


@dataclass(frozen=True, slots=True)
class PrintedLabel:
    """What the drawing needs: the consignment and the barcode it was given.

    ``number`` of ``count`` tells the parcels of one address apart; ``return_of`` is the barcode of the parcel that
    comes back. ``forms`` names the papers that go with it ("cn22", "cn23", "invoice"), dated ``day``.
    """

    consignment: Consignment
    barcode: str
    number: int = 1
    count: int = 1
    return_of: str = ""
    forms: tuple[str, ...] = ()
    day: date | None = None
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class PackedItem:
    """What a picker takes from the shelf: ``variant`` is the choice of size or colour in words."""

    name: str
    quantity: int
    sku: str = ""
    variant: str = ""


@dataclass(frozen=True, slots=True)
class PackingSlip:
    """What lies in the box with the goods. ``language`` ("nl" or "en") is the recipient's; ``note`` the buyer's words.

    ``barcode`` is printed as Code 128, so that scanning it finds the order; empty for none.
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
