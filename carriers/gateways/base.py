"""The protocols of label gateways and the values they return."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import IO, Protocol, runtime_checkable

from django.utils.functional import Promise

from carriers.account_terms import AccountTerms
from carriers.barcodes import Series
from carriers.delivery_days import ANY_DAY, ShippingHabits
from carriers.delivery_options import DeliveryOptions
from carriers.parcels import (
    Address,
    Consignment,
    Destination,
    ParcelChoice,
    PrintedLabel,
    Registration,
    RegistrationRejected,
)
from carriers.pickup_points import OfferedPoint
from carriers.tracking_status import TrackingStatus

# Returns that many numbers of a series, each handed out once.
Allocate = Callable[[Series, int], list[int]]
# Waits so many seconds and renews the caller's lease.
Sleep = Callable[[float], None]
RegistrationResult = Registration | RegistrationRejected


@dataclass(frozen=True, slots=True)
class TrackingEvent:
    """``code`` and ``description`` are the carrier's own."""

    status: TrackingStatus
    code: str
    at: datetime
    description: str = ""


@dataclass(frozen=True, slots=True)
class Tracking:
    """The status of a parcel and its tracking events, oldest first.

    ``is_final``: no further events are expected, also where the status is not final. ``code`` is the gateway's own
    number for the status, kept for support. ``further`` are the statuses of the other parcels of a shipment of several,
    by their external id.
    """

    external_id: str
    status: TrackingStatus
    is_final: bool
    delayed: bool = False
    scans: tuple[TrackingEvent, ...] = ()
    code: int | None = None
    further: Mapping[str, TrackingStatus] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReturnRequest:
    """``parent_id`` is the gateway's id of the parcel that comes back."""

    reference: str
    parent_id: str
    sender: Address
    recipient: Address
    choice: ParcelChoice
    weight: int


@dataclass(frozen=True, slots=True)
class PriceQuestion:
    """A parcel before its label is made; ``weight`` is in grams."""

    choice: ParcelChoice
    destination: Destination
    weight: int


@dataclass(frozen=True, slots=True)
class Price:
    """Without VAT, in hundredths of ``currency``; ``amount_with_vat`` is None when it is unknown."""

    amount: int
    currency: str
    amount_with_vat: int | None = None

    @property
    def value(self) -> Decimal:
        """Without VAT, in units of the currency."""
        return Decimal(self.amount) / 100


class AlreadyScanned(Exception):
    """The carrier has this parcel: its label can no longer be canceled."""


class InvalidWebhook(Exception):
    """The message was not sent for this account."""


@dataclass(frozen=True, slots=True)
class AccountIdentity:
    """The shop at the gateway that a key belongs to; empty where the gateway did not say.

    ``senders`` are the different sender addresses of the newest parcels there, newest first.
    """

    shop_id: str = ""
    senders: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True)
class WebhookSubscription:
    """Whichever program made it. ``hook`` is the kind of message."""

    id: int
    hook: str
    url: str


class SenderPolicy(Protocol):
    """Whether a shop's own sender is sent with its parcels, and what the gateway made of it."""

    def is_sent(self) -> bool:
        """False while the gateway is known to refuse senders for this key."""

    def record(self, *, accepted: bool | None, printed: Address | None = None) -> None:
        """``accepted`` is None when none was sent; ``printed`` is what the label bears. May be repeated."""


@dataclass
class UnrecordedSender:
    """A SenderPolicy for one opened gateway, forgotten afterwards."""

    accepted: bool | None = None
    printed: Address | None = None

    def is_sent(self) -> bool:
        return self.accepted is not False

    def record(self, *, accepted: bool | None, printed: Address | None = None) -> None:
        self.accepted = self.accepted if accepted is None else accepted
        self.printed = printed or self.printed


@dataclass(frozen=True, slots=True)
class AccountMessages:
    """What only the gateway can say about its API keys."""

    # Why a text that cannot be a key was not saved, and where to find the key.
    invalid_key: Promise
    # Where to find the key.
    key_hint: Promise


class LabelGateway(Protocol):
    """A gateway opened for one shop. Network calls may raise the four errors of ``lib.http``."""

    def register(self, consignments: Sequence[Consignment]) -> list[RegistrationResult]:
        """Register consignments as parcels; returns the results in the order of the consignments.

        A consignment that is missing from the results may still have been registered, also a while later: call
        ``find_registrations`` before registering it again. An error says that no result is known. One consignment may
        be the cause of an error, so register fewer at a time when you try again.
        """

    def find_registrations(self, consignments: Sequence[Consignment]) -> dict[str, Registration | None]:
        """Earlier registrations of these, by reference; None where one exists and is not ready yet.

        A consignment that is missing may be registered (again). May be repeated; removes incomplete registrations.
        """

    def render_labels(self, labels: Sequence[PrintedLabel], layout: str, start: int) -> bytes:
        """One PDF of these labels in order: ``layout`` "a6" or "a4"; ``start`` 1-4 is the first free slot on an A4.

        Includes the documents in a label's ``forms``, unless the gateway's own PDF has them. May be repeated.
        """

    def sheet_slots(self, labels: Sequence[PrintedLabel]) -> int:
        """How many of these take a slot on an A4 of four; the others have sheets of their own."""

    def cancel(self, external_id: str) -> None:
        """Cancel a label that was not scanned. Raises AlreadyScanned. May be repeated."""

    def track(self, external_ids: Sequence[str]) -> dict[str, Tracking]:
        """Tracking by external id; unknown parcels are left out. May be repeated."""

    def register_return(self, order: ReturnRequest) -> RegistrationResult:
        """Register a return; a second call for the same parent returns the first label."""


@runtime_checkable
class DeliveryAdvisor(Protocol):
    """What a LabelGateway may know of an address besides. Network calls may raise the four errors of ``lib.http``.

    ``carrier`` is a key of ``carriers.choices.CARRIER_NAMES``. None says that this gateway cannot know, an empty result
    that there is nothing. Every call may be repeated.
    """

    def delivery_options(
        self, carrier: str, address: Address, habits: ShippingHabits = ANY_DAY
    ) -> DeliveryOptions | None:
        """When the carrier delivers parcels at this address that a shop with these habits hands over."""

    def pickup_points(self, carrier: str, near: Address) -> tuple[OfferedPoint, ...] | None:
        """The carrier's pick-up points near this address, the nearest first; needs its country and postcode."""


@dataclass(frozen=True, slots=True)
class ListedLabel:
    """A label as its gateway lists it, of whichever program; ``barcode`` is empty for a concept."""

    external_id: str
    reference: str
    barcode: str


@runtime_checkable
class LabelLister(Protocol):
    """A LabelGateway that keeps labels, and so may have some that we do not know of."""

    def newest_labels(self, page: int, size: int) -> list[ListedLabel]:
        """A page of labels, the newest first; ``page`` counts from 1. Canceled ones have no reference.

        A page with fewer than ``size`` is the last one.
        """


@runtime_checkable
class RecentFinder(Protocol):
    """A LabelGateway that tells of many labels that were made just now in one call."""

    def find_recent(self, consignments: Sequence[Consignment]) -> dict[str, Registration | None]:
        """What ``find_registrations`` says of those that are among the newest labels, and nothing of the others.

        Removes nothing. May be repeated.
        """


@runtime_checkable
class LabelWriter(Protocol):
    """A LabelGateway that draws its labels here, and so needs only a few of them at a time."""

    def write_labels(self, target: IO[bytes], labels: Iterable[PrintedLabel], layout: str, start: int) -> int:
        """Write what ``render_labels`` returns, taking the labels one by one; returns their ``sheet_slots``."""


class GatewayProvider(Protocol):
    """A gateway before it is opened for a shop. Network calls may raise the four errors of ``lib.http``."""

    @property
    def name(self) -> Promise | str:
        """The name a merchant knows."""

    @property
    def account(self) -> AccountMessages | None:
        """None for a gateway that takes no API key: then only ``open`` is called, with an empty key."""

    @property
    def hooks(self) -> tuple[str, ...]:
        """The kinds of messages that tell us of a new status."""

    @property
    def is_sandbox(self) -> bool:
        """Whether our address of the gateway leads to a local imitation of it."""

    def sandbox_key(self) -> str:
        """The API key of the local imitation. May be repeated. Raises LookupError at the real gateway."""

    def open(self, key: str, *, allocate: Allocate, sleep: Sleep, sender: SenderPolicy) -> LabelGateway:
        """The gateway with a shop's key. Makes no call."""

    def check_credentials(self, key: str) -> AccountIdentity:
        """Whose key this is. May be repeated.

        Raises ApiUnauthorized when the key is not accepted, and ApiForbidden when it may not read shipments.
        """

    def read_terms(self, key: str) -> AccountTerms | None:
        """What the account of this key may do; None for a gateway whose accounts all may do the same.

        May be repeated.
        """

    def read_price(self, key: str, question: PriceQuestion) -> Price | None:
        """What this parcel would cost with the account of this key; None when that is not known. May be repeated."""

    def subscriptions(self, key: str) -> list[WebhookSubscription]:
        """Those of every program that uses this shop at the gateway. May be repeated."""

    def subscribe(self, key: str, urls: Mapping[str, str]) -> dict[str, int]:
        """Have messages sent to these https addresses, by kind; returns subscription ids by kind. May be repeated.

        Replaces the subscriptions of other programs: call ``subscriptions`` first.
        """

    def unsubscribe(self, key: str, ids: Sequence[str]) -> None:
        """End subscriptions."""

    def parse_webhook(self, headers: Mapping[str, str], body: bytes, key: str) -> list[str]:
        """The external ids a message names; empty when it cannot be read.

        Raises InvalidWebhook when it was not sent for the account of this key. ``headers`` are case-insensitive.
        """
