"""The content of a shipment as one value, used by import, edit, split, copy, refresh, file import, returns and undo."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, Protocol, Self

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.addresses import address_problems
from carriers.capabilities import DEFAULT_CAPABILITIES, Capabilities
from carriers.customs import customs_problems
from carriers.legibility import illegible_problems
from carriers.parcels import Address, CustomsDeclaration, Destination, ParcelChoice, PickupPoint
from carriers.pickup_points import OWN_ADDRESS_FIELDS, has_own_address, kept_point, label_recipient, pickup_problems
from carriers.problems import Problem
from carriers.territories import zone
from integrations.orders import OrderLine
from lib.stored_messages import all_in_all_languages
from shipments.draft_diff import LazyText, choice_changes
from shipments.states import Blocker

# Only a sender has EORI and VAT numbers.
ADDRESS_FIELDS = tuple(field.name for field in fields(Address) if field.name not in {"eori", "vat"})
CHOICE_FIELDS = tuple(field.name for field in fields(ParcelChoice) if field.name != "extras")
# Columns of the pick-up point, by field.
POINT_COLUMNS = {field.name: f"pickup_{field.name}" for field in fields(PickupPoint)}
# Fields of problems with the address.
ADDRESS_PROBLEM_FIELDS = frozenset({*ADDRESS_FIELDS, "name"})
# The field of a problem with the order itself, which only ``order_changes`` sets and clears.
ORDER_FIELD = "order"


@dataclass(frozen=True, slots=True)
class ShipmentLine:
    """The part of an order line in this parcel; ``quantity`` is in units.

    ``choices`` are what the buyer chose, as in the order. ``amount`` is what was sold by measure, as a number with its
    unit, and empty for pieces. ``weight`` is grams per unit as it was counted, 0 when nothing was known.
    """

    id: str
    quantity: int
    name: str = ""
    sku: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    amount: tuple[str, str] | tuple[()] = ()
    weight: int = 0

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Self:
        chosen = tuple((name, value) for name, value in row.get("choices", ()))
        value, unit = row.get("amount") or ("", "")
        amount = (value, unit) if value else ()
        names = row.get("name", ""), row.get("sku", "")
        return cls(row["id"], int(row["pieces"]), *names, chosen, amount, int(row.get("weight", 0)))

    def to_json(self) -> dict[str, object]:
        """What the line does not have is left out, as in rows that are older than it."""
        row: dict[str, object] = {"id": self.id, "pieces": self.quantity, "name": self.name, "sku": self.sku}
        chosen = [list(choice) for choice in self.choices]
        more = {"choices": chosen, "amount": list(self.amount), "weight": self.weight}
        return row | {name: value for name, value in more.items() if value}

    @classmethod
    def of_order(cls, line: OrderLine, quantity: int, weight: int = 0) -> Self:
        """``quantity`` units of an order line, of ``weight`` grams each."""
        amount, choices = line.amount, line.choices
        if amount is None:
            return cls(line.id, quantity, line.name, line.sku, choices, (), weight)
        shown = (f"{amount.value.normalize():f}", amount.unit)
        if amount.words and amount.words != " ".join(shown).strip():
            choices = (*choices, ("", amount.words))
        return cls(line.id, quantity, line.name, line.sku, choices, shown, weight)

    @property
    def sold(self) -> str:
        """What was sold, in the current language: "2×", or "2.5 m"."""
        if not self.amount:
            return f"{self.quantity}×"
        value, unit = self.amount
        measured = f"{number_format(Decimal(value))} {unit}".strip()
        return measured if self.quantity == 1 else f"{self.quantity}× {measured}"

    @property
    def text(self) -> str:
        """The whole line, like "2× Sweater (Size: M, Color: Green)"."""
        chosen = f" ({', '.join(self.chosen)})" if self.choices else ""
        return f"{self.sold} {self.name}{chosen}"

    @property
    def chosen(self) -> tuple[str, ...]:
        """Each choice as text, like "Size: M"."""
        return tuple(f"{name}: {value}" if name else value for name, value in self.choices)


@dataclass(frozen=True, slots=True)
class ShipmentContent:
    """``weight`` is in grams. ``customs`` None keeps the stored form; a destination inside the EU has no form.

    ``pickup`` is the chosen pick-up point; a delivery to the door has none. ``delivery_day`` is the day for which the
    carrier offered the delivery type.
    """

    recipient: Address
    choice: ParcelChoice
    weight: int
    description: str = ""
    customs: CustomsDeclaration | None = None
    lines: tuple[ShipmentLine, ...] = ()
    value: Decimal = Decimal(0)
    currency: str = "EUR"
    pickup: PickupPoint | None = None
    delivery_day: date | None = None

    @property
    def destination(self) -> Destination:
        return Destination(self.recipient.country, self.recipient.postal_code, self.recipient.region)

    @property
    def needs_customs(self) -> bool:
        return needs_customs(self.destination)

    def problems(self, capabilities: Capabilities = DEFAULT_CAPABILITIES) -> tuple[Problem, ...]:
        """Everything that blocks the label, addresses first. ``capabilities`` are those of the shop."""
        return find_problems(
            self.recipient,
            self.choice,
            self.weight,
            self.customs,
            pickup=self.pickup,
            description=self.description,
            capabilities=capabilities,
        )

    def changes_since(self, before: "ShipmentContent") -> list[LazyText]:
        """What a merchant changed, for the activity log; empty without a difference."""
        changes: list[Promise | str] = []
        if self.recipient != before.recipient:
            changes.append(_("Recipient changed"))
        changes += choice_changes(before.choice, self.choice)
        if self.pickup != before.pickup:
            name = self.pickup.name if self.pickup else _("none")
            changes.append(format_lazy(_("Pick-up point: {name}"), name=name))
        if self.weight != before.weight:
            changes.append(format_lazy(_("Weight: {old} → {new} g"), old=before.weight, new=self.weight))
        if self.description != before.description:
            changes.append(_("Text on the label changed"))
        return changes

    def has_same_content(self, stored: "ShipmentContent") -> bool:
        """Compares what the form shows. A customs form is compared only when this content has one."""
        same = (self.recipient, self.choice, self.weight, self.description, self.pickup) == (
            stored.recipient,
            stored.choice,
            stored.weight,
            stored.description,
            stored.pickup,
        )
        return same and (self.customs is None or self.customs == stored.customs)

    def columns(self) -> dict[str, Any]:
        """Values by column of ``Shipment``, without the customs items, which are separate rows."""
        columns: dict[str, Any] = {name: getattr(self.recipient, name) for name in ADDRESS_FIELDS}
        columns |= {name: getattr(self.choice, name) for name in CHOICE_FIELDS}
        columns |= {
            "weight": self.weight,
            "description": self.description,
            "order_lines": [line.to_json() for line in self.lines],
            "value": self.value,
            "currency": self.currency,
            "delivery_day": self.delivery_day,
        }
        point = kept_point(self.pickup, self.choice, self.recipient.country) or PickupPoint()
        columns |= {column: getattr(point, name) for name, column in POINT_COLUMNS.items()}
        customs = self.customs if self.needs_customs else CustomsDeclaration()
        if customs is not None:
            columns |= {
                "contents": customs.contents,
                "invoice": customs.invoice,
                "customs_currency": customs.currency,
            }
        return columns


def needs_customs(destination: Destination) -> bool:
    """Also true for territories of the EU outside its customs or VAT area."""
    return bool(destination.country) and zone(destination) == "ROW"


def find_problems(
    recipient: Address,
    choice: ParcelChoice,
    weight: int,
    customs: CustomsDeclaration | None,
    *,
    pickup: PickupPoint | None = None,
    description: str = "",
    capabilities: Capabilities = DEFAULT_CAPABILITIES,
) -> tuple[Problem, ...]:
    own, recipient = recipient, label_recipient(recipient, kept_point(pickup, choice, recipient.country))
    destination = Destination(recipient.country, recipient.postal_code, recipient.region)
    problems = [*address_problems(recipient), *illegible_problems(own)]
    if missing_point := list(pickup_problems(choice, pickup, own)):
        if not has_own_address(recipient):
            problems = [problem for problem in problems if problem.field not in OWN_ADDRESS_FIELDS]
        problems += missing_point
    if not recipient.country:
        return tuple(problems)
    problems += capabilities.validate_parcel(choice, destination, weight, recipient)
    if needs_customs(destination):
        problems += customs_problems(customs or CustomsDeclaration(), destination, weight, choice.carrier)
    return tuple(dict.fromkeys(problems))


def blocker_for(problems: Sequence[Problem]) -> Blocker:
    """What to correct first: the address, then the parcel, then the customs form."""
    fields = {problem.field for problem in problems}
    if fields & ADDRESS_PROBLEM_FIELDS:
        return Blocker.ADDRESS
    if any(not field.startswith("customs") for field in fields):
        return Blocker.PARCEL
    return Blocker.CUSTOMS if fields else Blocker.NONE


class ProblemOrNote(Protocol):
    @property
    def field(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def text(self) -> Promise | str: ...


def serialize_problems(problems: Iterable[ProblemOrNote]) -> list[dict[str, object]]:
    """Problems or notes as JSON for a shipment, with their text in every language."""
    problems = tuple(problems)
    texts = all_in_all_languages([problem.text for problem in problems])
    return [
        {"field": problem.field, "code": problem.code, "text": text}
        for problem, text in zip(problems, texts, strict=True)
    ]
