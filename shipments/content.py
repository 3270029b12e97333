"""What a shipment contains: one value that import, edit, split, copy, refresh, upload, return and undo hand around."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Protocol, Self

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.addresses import address_problems
from carriers.capabilities import validate_parcel
from carriers.customs import customs_problems
from carriers.parcels import Address, CustomsDeclaration, Destination, ParcelChoice
from carriers.problems import Problem
from carriers.territories import zone
from lib.stored_messages import in_all_languages
from shipments.draft_diff import LazyText, choice_changes
from shipments.states import Blocker

ADDRESS_FIELDS = tuple(field.name for field in fields(Address) if field.name not in {"eori", "vat"})
"""A shop has customs numbers, a recipient has none."""
CHOICE_FIELDS = tuple(field.name for field in fields(ParcelChoice) if field.name != "extras")
ADDRESS_PROBLEM_FIELDS = frozenset({*ADDRESS_FIELDS, "name"})
"""Fields of problems that are about the address."""
ORDER_FIELD = "order"
"""The field of a problem with the order itself: only ``order_changes`` puts it on a draft and takes it off."""


@dataclass(frozen=True, slots=True)
class ShipmentLine:
    """One line of an order, as far as it is in this parcel; ``quantity`` is in units."""

    id: str
    quantity: int
    name: str = ""
    sku: str = ""

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Self:
        return cls(row["id"], int(row["pieces"]), row.get("name", ""), row.get("sku", ""))

    def to_json(self) -> dict[str, object]:
        return {"id": self.id, "pieces": self.quantity, "name": self.name, "sku": self.sku}


@dataclass(frozen=True, slots=True)
class ShipmentContent:
    """``weight`` is grams. ``customs`` None keeps the form that is stored; inside the EU there is none."""

    recipient: Address
    choice: ParcelChoice
    weight: int
    description: str = ""
    customs: CustomsDeclaration | None = None
    lines: tuple[ShipmentLine, ...] = ()
    value: Decimal = Decimal(0)
    currency: str = "EUR"

    @property
    def destination(self) -> Destination:
        return Destination(self.recipient.country, self.recipient.postal_code, self.recipient.region)

    @property
    def needs_customs(self) -> bool:
        return needs_customs(self.destination)

    def problems(self) -> tuple[Problem, ...]:
        """Everything that stands between this parcel and its label, addresses first."""
        return find_problems(self.recipient, self.choice, self.weight, self.customs, description=self.description)

    def changes_since(self, before: "ShipmentContent") -> list[LazyText]:
        """What a merchant changed, for the log; empty when both say the same."""
        changes: list[Promise | str] = []
        if self.recipient != before.recipient:
            changes.append(_("Recipient changed"))
        changes += choice_changes(before.choice, self.choice)
        if self.weight != before.weight:
            changes.append(format_lazy(_("Weight: {old} → {new} g"), old=before.weight, new=self.weight))
        if self.description != before.description:
            changes.append(_("Text on the label changed"))
        return changes

    def has_same_content(self, stored: "ShipmentContent") -> bool:
        """Whether saving this would change nothing a form shows; a customs form that is not given is not compared."""
        same = (self.recipient, self.choice, self.weight, self.description) == (
            stored.recipient,
            stored.choice,
            stored.weight,
            stored.description,
        )
        return same and (self.customs is None or self.customs == stored.customs)

    def columns(self) -> dict[str, Any]:
        """The values by column of a shipment; the lines of the customs form are rows of their own."""
        columns: dict[str, Any] = {name: getattr(self.recipient, name) for name in ADDRESS_FIELDS}
        columns |= {name: getattr(self.choice, name) for name in CHOICE_FIELDS}
        columns |= {
            "weight": self.weight,
            "description": self.description,
            "order_lines": [line.to_json() for line in self.lines],
            "value": self.value,
            "currency": self.currency,
        }
        customs = self.customs if self.needs_customs else CustomsDeclaration()
        if customs is not None:
            columns |= {
                "contents": customs.contents,
                "invoice": customs.invoice,
                "customs_currency": customs.currency,
            }
        return columns


def needs_customs(destination: Destination) -> bool:
    """Outside the EU, or in a part of it that lies outside the customs or VAT area."""
    return bool(destination.country) and zone(destination) == "ROW"


def find_problems(
    recipient: Address,
    choice: ParcelChoice,
    weight: int,
    customs: CustomsDeclaration | None,
    *,
    description: str = "",
) -> tuple[Problem, ...]:
    """The same for content that is still being typed."""
    destination = Destination(recipient.country, recipient.postal_code, recipient.region)
    problems = list(address_problems(recipient))
    if not recipient.country:
        return tuple(problems)
    problems += validate_parcel(choice, destination, weight, recipient)
    if needs_customs(destination):
        problems += customs_problems(customs or CustomsDeclaration(), destination, weight, choice.carrier)
    return tuple(dict.fromkeys(problems))


def blocker_for(problems: Sequence[Problem]) -> Blocker:
    """What the merchant has to mend first: the address, then the parcel, then the customs form."""
    fields = {problem.field for problem in problems}
    if fields & ADDRESS_PROBLEM_FIELDS:
        return Blocker.ADDRESS
    if any(not field.startswith("customs") for field in fields):
        return Blocker.PARCEL
    return Blocker.CUSTOMS if fields else Blocker.NONE


class ProblemOrNote(Protocol):
    """A problem or a note."""

    @property
    def field(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def text(self) -> Promise | str: ...


def serialize_problems(problems: Iterable[ProblemOrNote]) -> list[dict[str, object]]:
    """Problems or notes as a shipment keeps them: with their text in every language."""
    return [
        {"field": problem.field, "code": problem.code, "text": in_all_languages(problem.text)} for problem in problems
    ]
