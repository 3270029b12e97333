"""Frozen values that preferences, drafts, labels and gateways share.

Weights are whole grams, money is whole euro cents, countries are ISO 3166-1 alpha-2.
Package types, delivery types and options have the names of the capability data.
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
        """The company, else the person."""
        return self.company or self.person

    @property
    def street_line(self) -> str:
        """Street, number, suffix and box as written on an envelope."""
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
    form offers, by the names of the capability data (receipt_code, priority_delivery).
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
    value_cents: int
    hs_code: str = ""
    origin: str = ""
    sku: str = ""


@dataclass(frozen=True, slots=True)
class CustomsDeclaration:
    """``contents`` is a key of ``carriers.customs.CONTENTS``.

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
    def value_cents(self) -> int:
        return sum(line.value_cents * line.quantity for line in self.lines)


@dataclass(frozen=True, slots=True)
class Consignment:
    """A parcel to register; ``reference`` is our own id and comes back unchanged."""

    reference: str
    recipient: Address
    sender: Address
    choice: ParcelChoice
    weight: int
    description: str = ""
    customs: CustomsDeclaration | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """The barcode of a consignment, and the link with which the recipient follows it.

    ``price_cents`` is, None when the price is unknown.
    """

    reference: str
    barcode: str
    tracking_url: str = ""
    external_id: str = ""
    price_cents: int | None = None


@dataclass(frozen=True, slots=True)
class RegistrationRejected:
    """``reason`` is a message (perhaps lazy) for the merchant."""

    reference: str
    reason: object


@dataclass(frozen=True, slots=True)
class PrintedLabel:
    """What is drawn: the consignment and its barcode.

    ``parcel_number`` of ``parcel_count`` tells the parcels of one address apart. ``return_of`` is the barcode of the
    parcel that comes back. ``forms`` names the documents that go with it ("cn22", "cn23", "invoice"), dated ``day``.
    """

    consignment: Consignment
    barcode: str
    parcel_number: int = 1
    parcel_count: int = 1
    return_of: str = ""
    forms: tuple[str, ...] = ()
    day: date | None = None
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class PackedItem:
    """What a picker takes from the shelf: ``variant`` is the chosen size or color, as text."""

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
