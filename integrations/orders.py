"""What an order is to us, whatever shop system it came from: frozen values without Django.

Money is Decimal plus an ISO 4217 code, weights are whole grams per unit, times are aware. Orders are stored as JSON:
a renamed field keeps its old key as an alias, without which stored orders would silently read its default.
A provider turns its foreign JSON into these; nothing behind it ever sees that JSON.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import AliasChoices, Field


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


# Begins the made-up id of an order without a readable one.
NO_ID = "?"


class Unread(StrEnum):
    """What of an order was there and could not be read, as a merchant would name it. The order goes on without it."""

    # Nothing of what was stored can be used any more; the order is there in name only.
    EVERYTHING = "everything"
    ADDRESS = "address"
    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    COMPANY = "company"
    NUMBER = "number"
    PLACED_AT = "placed_at"
    CHANGED_AT = "changed_at"
    STATUS = "status"
    PAYMENT = "payment"
    DELIVERY_MOMENT = "delivery_moment"
    PICKUP = "pickup"
    SHIPPING_METHOD = "shipping_method"
    REMARK = "remark"
    ANSWERS = "answers"
    CURRENCY = "currency"
    TOTAL = "total"
    ARTICLE = "article"
    ARTICLE_NAME = "article_name"
    ARTICLE_NUMBER = "article_number"
    WEIGHT = "weight"
    WEIGHT_UNIT = "weight_unit"
    PRICE = "price"
    REFUNDED_PIECES = "refunded_pieces"
    SHIPPABLE = "shippable"


class UnreadableReason(StrEnum):
    """Why an order could not be read at all. ``integrations.messages.unreadable_message`` has the sentences."""

    SHAPE = "shape"
    ID = "id"
    LINES = "lines"
    LINE_ID = "line_id"
    LINE_TWICE = "line_twice"
    TOO_MANY_LINES = "too_many_lines"
    PIECES = "pieces"
    SENT_PIECES = "sent_pieces"
    MOMENT = "moment"
    VALUE = "value"
    WEIGHT = "weight"
    # It was read and the database refused it.
    NOT_STORED = "not_stored"
    # An error of ours: the log has it.
    UNEXPECTED = "unexpected"
    # It was stored, but whether it may be sent could not be read.
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class SoldAmount:
    """An amount that is no number of pieces, such as 2.5 m. ``words`` are the shop's own for it, if it has any."""

    value: Decimal
    unit: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """``id`` is unique within its order only. ``weight`` is grams per unit, None when the shop does not know it."""

    id: str
    name: str
    quantity: int
    sku: str = ""
    refunded: int = 0
    fulfilled: int = 0
    shippable: bool = True
    third_party_fulfilled: Annotated[
        bool, Field(validation_alias=AliasChoices("third_party_fulfilled", "ships_elsewhere"))
    ] = False
    weight: int | None = None
    unit_value: Decimal | None = None
    # What the buyer chose, as (name, value) in the shop's words and order; the name may be empty.
    choices: tuple[tuple[str, str], ...] = ()
    # Set when something is sold by measure; the quantity, which is what the shop counts, is then 1.
    amount: SoldAmount | None = None

    @property
    def quantity_to_ship(self) -> int:
        if not self.shippable or self.third_party_fulfilled:
            return 0
        return max(0, self.quantity - self.refunded - self.fulfilled)


@dataclass(frozen=True, slots=True)
class OrderAddress:
    """The destination as the platform gave it, not yet parsed or corrected."""

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


NO_ADDRESS = OrderAddress()


@dataclass(frozen=True, slots=True)
class OrderData:
    """``updated_at`` is by the platform's clock."""

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
    # (question, answer) pairs of the checkout; VAT numbers and references are found here.
    checkout_answers: Annotated[
        tuple[tuple[str, str], ...], Field(validation_alias=AliasChoices("checkout_answers", "extras"))
    ] = ()
    # The time the buyer chose for a local delivery; empty for ordinary shipping.
    delivery_slot: str = ""
    is_manual: Annotated[bool, Field(validation_alias=AliasChoices("is_manual", "manual"))] = False
    buyer_mail_times: Annotated[
        tuple[datetime, ...], Field(validation_alias=AliasChoices("buyer_mail_times", "mailed"))
    ] = ()
    # From the order's history, if it says.
    paid_at: datetime | None = None
    # The carrier's pick-up point that the buyer chose; ``address`` is then the buyer's own. An order that is collected
    # in the shop has ``pickup`` instead.
    pickup_point: OrderAddress = NO_ADDRESS
    # The fields that came with HTML entities (``&eacute;``), which were read as the characters they stand for.
    decoded: tuple[str, ...] = ()
    # What was there and could not be read, for the merchant to check.
    unread: tuple[Unread, ...] = ()
    # The buyer collects it at a point, also when the platform does not say where that is.
    is_for_pickup_point: bool = False
    # It is collected, but the platform does not say in words we know whether in the shop or at a point.
    is_pickup_unclear: bool = False
    # What one euro was in ``currency`` when the order was placed, if the platform says; None for an order in euros.
    euro_rate: Decimal | None = None

    @property
    def goes_to_pickup_point(self) -> bool:
        """Also when it is unclear where it is collected: until the merchant has chosen nothing else is sent."""
        return self.is_for_pickup_point or self.is_pickup_unclear or self.has_point_address

    @property
    def has_point_address(self) -> bool:
        return self.pickup_point is not NO_ADDRESS and self.pickup_point != NO_ADDRESS

    @property
    def destination(self) -> OrderAddress:
        """Where the parcel goes, with the buyer's name: the pick-up point where there is one."""
        if not self.has_point_address:
            return self.address
        own = self.address
        return replace(
            self.pickup_point,
            first_name=own.first_name,
            last_name=own.last_name,
            company=own.company,
            phone=own.phone,
            country=self.pickup_point.country or own.country,
        )

    @property
    def is_readable(self) -> bool:
        """False for an order that is there in name only, see ``Unread.EVERYTHING``."""
        return Unread.EVERYTHING not in self.unread

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
    # The buyer was erased at the shop's request. Never returned by ``import_eligibility``, and final.
    ERASED = "erased"
    # Nobody can tell whether it is approved and paid: its status is missing, unreadable or in words we do not know.
    UNKNOWN = "unknown"


# No parcel of these orders is sent, even when it was imported earlier.
UNSHIPPABLE = frozenset(
    {
        ImportEligibility.ERASED,
        ImportEligibility.CANCELED,
        ImportEligibility.NOT_APPROVED,
        ImportEligibility.NOT_PAID,
        ImportEligibility.UNKNOWN,
    }
)
# Not offered for import, but imported when the merchant asks for it.
ONLY_ON_REQUEST = frozenset({ImportEligibility.PARTIALLY_REFUNDED, ImportEligibility.IMPORTED})


def import_eligibility(order: OrderData) -> ImportEligibility:
    """The first rule that applies; earlier imports are not considered."""
    if not order.is_readable:
        return ImportEligibility.UNKNOWN
    if order.status is OrderStatus.CANCELED:
        return ImportEligibility.CANCELED
    if order.status not in {OrderStatus.APPROVED, OrderStatus.UNKNOWN}:
        return ImportEligibility.NOT_APPROVED
    if order.payment not in {PaymentStatus.PAID, PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.UNKNOWN}:
        return ImportEligibility.NOT_PAID
    eligibility = _shipping_eligibility(order)
    if eligibility is not ImportEligibility.OPEN:
        return eligibility
    if order.status is OrderStatus.UNKNOWN or order.payment is PaymentStatus.UNKNOWN:
        return ImportEligibility.UNKNOWN
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
    """An order that could not be read. Holds no personal data; ``reason`` is an ``UnreadableReason``.

    ``external_id`` begins with NO_ID when the order has no id by which it can be asked for again.
    """

    external_id: str
    number: str
    reason: str


@dataclass(frozen=True, slots=True)
class OrderPage:
    """``next_cursor`` is empty on the last page."""

    orders: tuple[OrderData, ...]
    rejected: tuple[RejectedOrder, ...] = ()
    next_cursor: str = ""


@dataclass(frozen=True, slots=True)
class RemoteFulfillment:
    """A fulfillment at the platform. Number and carrier are empty when it has none."""

    id: str
    tracking_number: str = ""
    carrier: str = ""
    lines: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class FulfillmentUpdate:
    """What the platform should record for a parcel: these units under this number, or a deletion.

    ``reference`` is our id and comes back in the result. ``lines`` are (line id, quantity). ``remote_id`` is the
    platform's id of the fulfillment, if known. ``changed``: an earlier version may have been sent.
    ``is_first``: nothing of this order was ever sent, and it was read a moment ago, when nothing of it was fulfilled.
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
    is_first: bool = False

    @property
    def numbers(self) -> frozenset[str]:
        """Every number under which the platform may know this parcel."""
        return frozenset((self.tracking_number, *self.previous_numbers))


class PushStatus(StrEnum):
    # Created now, or found under our tracking number.
    DONE = "done"
    # Certainly not sent; retry.
    NOT_SENT = "not_sent"
    # It may have arrived; look it up before sending again.
    UNCONFIRMED = "unconfirmed"
    # Rejected, and not found either; needs attention.
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class PushResult:
    """``code`` is one of base.REJECTION_CODES, ``text`` the platform's own message."""

    reference: str
    status: PushStatus
    external_id: str = ""
    code: str = ""
    text: str = ""
