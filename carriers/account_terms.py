"""What one account at a label gateway may do, as the gateway itself says.

Everything is named as in the capability data; amounts are euro cents. None means that the gateway did not say: what it
does not say is never taken away.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self

INSURANCE = "insurance"
Names = frozenset[str] | None


@dataclass(frozen=True, slots=True)
class CarrierTerms:
    """What an account may do with one carrier. ``options`` includes "insurance"; ``required`` are always on.

    ``max_parcels`` is the number of parcels that one shipment may have.
    """

    carrier: str
    package_types: Names = None
    delivery_types: Names = None
    options: Names = None
    required: frozenset[str] = frozenset()
    min_insurance: int | None = None
    max_insurance: int | None = None
    max_parcels: int | None = None

    def united(self, other: Self) -> Self:
        """What either of two contracts with the same carrier allows."""
        return replace(
            self,
            package_types=_either(self.package_types, other.package_types),
            delivery_types=_either(self.delivery_types, other.delivery_types),
            options=_either(self.options, other.options),
            required=self.required & other.required,
            min_insurance=_known(min, self.min_insurance, other.min_insurance),
            max_insurance=_known(max, self.max_insurance, other.max_insurance),
            max_parcels=_known(max, self.max_parcels, other.max_parcels),
        )

    def allows_option(self, name: str) -> bool:
        return self.options is None or name in self.options

    def to_json(self) -> dict[str, Any]:
        values = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: sorted(value) if isinstance(value, frozenset) else value for name, value in values}

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Self:
        values = {field.name: row.get(field.name) for field in fields(cls)}
        known: dict[str, Any] = {
            name: frozenset(value) if isinstance(value, list) else value for name, value in values.items()
        }
        return cls(**known | {"required": known["required"] or frozenset()})


@dataclass(frozen=True, slots=True)
class AccountTerms:
    """``own_contracts`` are the carriers with which the merchant has a contract besides the gateway's."""

    carriers: tuple[CarrierTerms, ...]
    own_contracts: Names = None

    def of(self, carrier: str) -> CarrierTerms | None:
        """None when the account does not have this carrier."""
        return next((one for one in self.carriers if one.carrier == carrier), None)

    def to_json(self) -> dict[str, Any]:
        own = None if self.own_contracts is None else sorted(self.own_contracts)
        return {"carriers": [one.to_json() for one in self.carriers], "own_contracts": own}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self | None:
        """None for an empty value: the gateway has not said anything yet."""
        if not value.get("carriers"):
            return None
        own = value.get("own_contracts")
        rows = tuple(CarrierTerms.from_json(row) for row in value["carriers"])
        return cls(rows, None if own is None else frozenset(own))


def unite(terms: Iterable[CarrierTerms]) -> tuple[CarrierTerms, ...]:
    """One for each carrier, in the order of their first contract."""
    found: dict[str, CarrierTerms] = {}
    for one in terms:
        found[one.carrier] = found[one.carrier].united(one) if one.carrier in found else one
    return tuple(found.values())


def restrict(row: dict[str, Any], terms: CarrierTerms) -> dict[str, Any] | None:
    """A row of the capability data with only what these terms allow as well; None when nothing is left of it."""
    if terms.package_types is not None and row["package_type"] not in terms.package_types:
        return None
    moments = [name for name in row["delivery_types"] if terms.delivery_types is None or name in terms.delivery_types]
    if not moments:
        return None
    by_delivery = row["options_by_delivery_type"].items()
    return row | {
        "delivery_types": moments,
        "options": _options(row["options"], terms),
        "options_by_delivery_type": {moment: _options(options, terms) for moment, options in by_delivery},
        "insurance_cents": _insured_amounts(row["insurance_cents"], terms),
        "multi_collo_max": min(row["multi_collo_max"], terms.max_parcels or row["multi_collo_max"]),
    }


def _options(options: Mapping[str, list[int]], terms: CarrierTerms) -> dict[str, list[int]]:
    """Only a free choice can be narrowed: what a product always or never has is not for the account to say."""
    return {name: _values(name, values, terms) for name, values in options.items()}


def _values(name: str, values: list[int], terms: CarrierTerms) -> list[int]:
    if set(values) != {0, 1}:
        return values
    if not terms.allows_option(name):
        return [0]
    return [1] if name in terms.required else values


def _insured_amounts(steps: list[int], terms: CarrierTerms) -> list[int]:
    """The whole list when none of its amounts is left: then the two sources contradict each other."""
    if not terms.allows_option(INSURANCE):
        left = [step for step in steps if step == 0]
    else:
        low, high = terms.min_insurance or 0, terms.max_insurance
        may_be_uninsured = INSURANCE not in terms.required
        left = [
            step
            for step in steps
            if (step == 0 and may_be_uninsured) or (step and low <= step and (high is None or step <= high))
        ]
    return left or steps


def _either(one: Names, other: Names) -> Names:
    return None if one is None or other is None else one | other


def _known(pick: Any, one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else int(pick(one, other))
