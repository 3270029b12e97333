"""What an order is to us, whatever shop system it came from: frozen values without Django.

Money is Decimal plus an ISO 4217 code, weights are whole grams per piece, times are aware.
A provider turns its foreign JSON into these; nothing behind it ever sees that JSON.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class OrderStatus(StrEnum):
    APPROVED = "approved"
    PENDING = "pending"
    REJECTED = "rejected"
    CANCELED = "canceled"
    UNKNOWN = "unknown"


class PaymentStatus(StrEnum):
    PAID = "paid"
    NOT_PAID = "not_paid"
    PENDING = "pending"
    PARTIALLY_PAID = "partially_paid"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    CANCELED = "canceled"
    UNKNOWN = "unknown"


class FulfillmentStatus(StrEnum):
    NOT_FULFILLED = "not_fulfilled"
    PARTIALLY_FULFILLED = "partially_fulfilled"
    FULFILLED = "fulfilled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of an order; ``id`` is unique inside its order only."""

    id: str
    name: str
    quantity: int
    sku: str = ""
    refunded: int = 0
    fulfilled: int = 0
    shippable: bool = True
    third_party_fulfilled: bool = False
    weight: int | None = None
    unit_value: Decimal | None = None

    @property
    def quantity_to_ship(self) -> int:
        """Pieces the merchant still has to send."""
        if not self.shippable or self.third_party_fulfilled:
            return 0
        return max(0, self.quantity - self.refunded - self.fulfilled)


@dataclass(frozen=True, slots=True)
class OrderAddress:
    """The destination as the shop gave it, not yet split or repaired."""

    first_name: str = ""
    last_name: str = ""
    company: str = ""
    street: str = ""
    number: str = ""
    line1: str = ""
    line2: str = ""
    postal_code: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    phone: str = ""

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part)


@dataclass(frozen=True, slots=True)
class OrderData:
    """A shop's order, read and cleaned; ``updated_at`` is the shop's own clock."""

    external_id: str
    number: str
    created_at: datetime
    updated_at: datetime
    status: OrderStatus
    payment: PaymentStatus
    fulfillment: FulfillmentStatus
    lines: tuple[OrderLine, ...] = ()
    address: OrderAddress = OrderAddress()
    email: str = ""
    currency: str = "EUR"
    total: Decimal = Decimal(0)
    archived: bool = False
    pickup: bool = False
    imported: bool = False
    shipping_method: str = ""
    buyer_note: str = ""
    instructions: str = ""
    buyer_language: str = ""
    warnings: tuple[str, ...] = ()
    checkout_answers: tuple[tuple[str, str], ...] = ()
    """The shop's own questions at checkout and the buyer's answers: VAT numbers and references are found here."""
    delivery_slot: str = ""
    """The moment the buyer chose for a delivery around the corner; empty for ordinary shipping."""
    is_manual: bool = False
    """The merchant made this order by hand."""
    buyer_mail_times: tuple[datetime, ...] = ()
    """When the shop mailed the buyer that something was sent."""
    paid_at: datetime | None = None
    """When the order was paid in full, as far as its history says."""

    @property
    def lines_to_ship(self) -> tuple[OrderLine, ...]:
        return tuple(line for line in self.lines if line.quantity_to_ship)


class ImportEligibility(StrEnum):
    """Whether an order is offered for import, and if not, why not."""

    OPEN = "open"
    NOT_APPROVED = "not_approved"
    CANCELED = "canceled"
    NOT_PAID = "not_paid"
    PARTIALLY_REFUNDED = "partially_refunded"
    FULFILLED = "fulfilled"
    ARCHIVED = "archived"
    PICKUP = "pickup"
    NOTHING_TO_SHIP = "nothing_to_ship"
    IMPORTED = "imported"
    ERASED = "erased"
    """The buyer was erased from it at the shop's request; ``import_eligibility`` never says so, and nothing undoes it."""


UNSHIPPABLE = frozenset(
    {ImportEligibility.ERASED, ImportEligibility.CANCELED, ImportEligibility.NOT_APPROVED, ImportEligibility.NOT_PAID}
)
"""Decisions with which no parcel leaves, whatever was imported earlier."""
ONLY_ON_REQUEST = frozenset({ImportEligibility.PARTIALLY_REFUNDED, ImportEligibility.IMPORTED})
"""Orders that are never offered by themselves, but become a parcel when the merchant asks for exactly that."""


def import_eligibility(order: OrderData) -> ImportEligibility:
    """The import decision, first hit wins; whether it was imported before is not asked here."""
    if order.status is OrderStatus.CANCELED:
        return ImportEligibility.CANCELED
    if order.status is not OrderStatus.APPROVED:
        return ImportEligibility.NOT_APPROVED
    if order.payment not in {PaymentStatus.PAID, PaymentStatus.PARTIALLY_REFUNDED}:
        return ImportEligibility.NOT_PAID
    eligibility = _shipping_eligibility(order)
    if eligibility is not ImportEligibility.OPEN:
        return eligibility
    if order.payment is PaymentStatus.PARTIALLY_REFUNDED:
        return ImportEligibility.PARTIALLY_REFUNDED
    return ImportEligibility.IMPORTED if order.imported else ImportEligibility.OPEN


def _shipping_eligibility(order: OrderData) -> ImportEligibility:
    if order.fulfillment is FulfillmentStatus.FULFILLED:
        return ImportEligibility.FULFILLED
    if order.archived:
        return ImportEligibility.ARCHIVED
    if order.pickup:
        return ImportEligibility.PICKUP
    return ImportEligibility.OPEN if order.lines_to_ship else ImportEligibility.NOTHING_TO_SHIP


@dataclass(frozen=True, slots=True)
class RejectedOrder:
    """An order that could not be read; ``reason`` holds no personal data."""

    external_id: str
    number: str
    reason: str


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page of a synchronisation; ``next_cursor`` is empty on the last page."""

    orders: tuple[OrderData, ...]
    rejected: tuple[RejectedOrder, ...] = ()
    next_cursor: str = ""


@dataclass(frozen=True, slots=True)
class RemoteFulfillment:
    """What a shop has written down as sent: its own id, the number and carrier (empty when typed without), pieces."""

    id: str
    tracking_number: str = ""
    carrier: str = ""
    lines: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class FulfillmentUpdate:
    """What the shop should know: these pieces of this order left under this code, or did not leave after all.

    ``reference`` is our own id and comes back in the outcome. ``lines`` are (line id, pieces). ``previous_numbers`` are
    the numbers this parcel had before, ``remote_id`` is the shop's id of its record as far as we heard,
    ``changed`` says that an earlier version may have been told, ``is_deletion`` that nothing may be left of it.
    """

    reference: str
    order_id: str
    tracking_number: str
    carrier: str
    tracking_url: str
    lines: tuple[tuple[str, int], ...]
    previous_numbers: tuple[str, ...] = ()
    remote_id: str = ""
    changed: bool = False
    is_deletion: bool = False

    @property
    def numbers(self) -> frozenset[str]:
        """Every number under which this parcel can be known."""
        return frozenset((self.tracking_number, *self.previous_numbers))


class PushStatus(StrEnum):
    """How telling the shop ended."""

    DONE = "done"
    """The shop has it: created now, or found under our tracking number."""
    NOT_SENT = "not_sent"
    """Provably not sent; try again later."""
    UNCONFIRMED = "unconfirmed"
    """It may have arrived; look before sending again."""
    REJECTED = "rejected"
    """The shop refuses, and looking did not find it; a person must look."""


@dataclass(frozen=True, slots=True)
class PushResult:
    """The outcome of one notice. ``code`` is ours (see base.REJECTION_CODES), ``text`` the shop's own words."""

    reference: str
    status: PushStatus
    external_id: str = ""
    code: str = ""
    text: str = ""
