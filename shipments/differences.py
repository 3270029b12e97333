"""What changed in a concept, in words: the bulk edit shows it before, the log keeps it after."""

from dataclasses import dataclass
from typing import Any, Self

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.parcels import Address, ParcelChoice
from carriers.vocabulary import CARRIERS, OPTIONS, PACKAGE_TYPES
from shipments.models import Shipment

Words = Promise | str


@dataclass(frozen=True, slots=True)
class Version:
    """What a concept said at one moment; ``weight`` is grams."""

    recipient: Address
    choice: ParcelChoice
    weight: int
    description: str

    @classmethod
    def of(cls, shipment: Shipment) -> Self:
        return cls(shipment.recipient, shipment.choice, shipment.weight, shipment.description)

    def changes_to(self, other: "Version") -> list[Words]:
        """What somebody changed to come from this version to the other; empty when they say the same."""
        said: list[Words] = []
        if self.recipient != other.recipient:
            said.append(_("Recipient changed"))
        said += choice_changes(self.choice, other.choice)
        if self.weight != other.weight:
            said.append(format_lazy(_("Weight: {old} → {new} g"), old=self.weight, new=other.weight))
        if self.description != other.description:
            said.append(_("Text on the label changed"))
        return said


def choice_changes(old: ParcelChoice, new: ParcelChoice) -> list[Words]:
    """From one choice to another: carrier and type, each option, the insured amount."""
    said: list[Words] = []
    if (old.carrier, old.package_type) != (new.carrier, new.package_type):
        said.append(format_lazy("{} → {}", _service(old), _service(new)))
    for name, title in OPTIONS.items():
        if getattr(old, name) != getattr(new, name):
            said.append(format_lazy(_("{option} on") if getattr(new, name) else _("{option} off"), option=title))
    if old.insurance != new.insurance:
        said.append(format_lazy(_("Insured up to € {amount}"), amount=new.insurance // 100))
    return said


def in_one_line(changes: list[Words]) -> Any:
    """The changes as one lazy sentence."""
    return format_lazy("; ".join(["{}"] * len(changes)), *changes)


def _service(choice: ParcelChoice) -> Words:
    kind = PACKAGE_TYPES.get(choice.package_type, choice.package_type)
    return format_lazy("{} · {}", CARRIERS.get(choice.carrier, choice.carrier), kind)
