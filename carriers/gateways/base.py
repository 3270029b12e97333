"""The contract of a label gateway, in words."""

from collections.abc import Callable, Sequence
from typing import Protocol

from carriers.barcodes import Series
from carriers.parcels import Consignment, PrintedLabel, Registration, RegistrationRefused

Allocate = Callable[[Series, int], list[int]]
"""Gives that many numbers of a series which nobody else gets."""


class LabelGateway(Protocol):
    """Network calls may raise the four errors of ``lib.http``."""

    def register(self, consignments: Sequence[Consignment]) -> list[Registration | RegistrationRefused]:
        """Announce parcels; one answer for each, in order. Before repeating it for a reference, ask ``find``."""

    def find(self, references: Sequence[str]) -> dict[str, Registration]:
        """Registrations made earlier under these references. May be repeated."""

    def draw(self, labels: Sequence[PrintedLabel], layout: str, start: int) -> bytes:
        """One PDF of these labels: ``layout`` "a6" or "a4"; ``start`` 1-4 is the first free place on an A4."""
