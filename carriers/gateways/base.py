"""The contract of a label gateway, in words, and the values it answers with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from carriers.barcodes import Series
from carriers.parcels import Address, Consignment, ParcelChoice, PrintedLabel, Registration, RegistrationRefused
from carriers.tracking_status import TrackingStatus

Allocate = Callable[[Series, int], list[int]]
"""Gives that many numbers of a series which nobody else gets."""
Sleep = Callable[[float], None]
"""Waits so many seconds, and keeps what the caller holds while it does."""
RegistrationResult = Registration | RegistrationRefused


@dataclass(frozen=True, slots=True)
class TrackingEvent:
    """One step of a parcel's journey; ``code`` and ``words`` are the carrier's own."""

    status: TrackingStatus
    code: str
    at: datetime
    words: str = ""


@dataclass(frozen=True, slots=True)
class Tracking:
    """Where a parcel is now, and how it got there (oldest scan first).

    ``is_final``: nothing more is expected, also where the status alone does not say so. ``code`` is the gateway's own
    number for the status, kept for support.
    """

    external_id: str
    status: TrackingStatus
    is_final: bool
    delayed: bool = False
    scans: tuple[TrackingEvent, ...] = ()
    code: int | None = None


@dataclass(frozen=True, slots=True)
class ReturnRequest:
    """A label with which a recipient sends a parcel back; ``parent_id`` is the gateway's id of what went out."""

    reference: str
    parent_id: str
    sender: Address
    recipient: Address
    choice: ParcelChoice
    weight: int


class AlreadyScanned(Exception):
    """The carrier has this parcel: its label can no longer be cancelled."""


class LabelGateway(Protocol):
    """Network calls may raise the four errors of ``lib.http``."""

    def register(self, consignments: Sequence[Consignment]) -> list[RegistrationResult]:
        """Announce parcels; the answers in the order asked.

        A consignment without an answer may have been announced all the same: ask ``find`` before repeating it.
        """

    def find(self, consignments: Sequence[Consignment]) -> dict[str, Registration | None]:
        """What an earlier try announced for these, by reference; None where it exists and is not ready yet.

        What is not in it may be announced (again). May be repeated; removes what an earlier try left half made.
        """

    def draw(self, labels: Sequence[PrintedLabel], layout: str, start: int) -> bytes:
        """One PDF of these labels in order: ``layout`` "a6" or "a4"; ``start`` 1-4 is the first free place on an A4.

        The papers that a label names in ``forms`` come with it, as far as the gateway's own PDF has not got them.
        May be repeated.
        """

    def places(self, labels: Sequence[PrintedLabel]) -> int:
        """How many of these take a place on an A4 of four; the others bring a sheet of their own."""

    def cancel(self, external_id: str) -> None:
        """Give up a label nobody scanned. Raises AlreadyScanned. May be repeated."""

    def track(self, external_ids: Sequence[str]) -> dict[str, Tracking]:
        """Where these parcels are; a parcel nobody knows is left out. May be repeated."""

    def register_return(self, order: ReturnRequest) -> RegistrationResult:
        """Announce a return; a second call for the same parent answers the first one's label."""
