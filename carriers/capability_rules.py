"""Reads the capability data: the row that applies, the values it allows, and what its implications require.

The messages for merchants are in ``carriers.capabilities``.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from carriers.account_terms import AccountTerms, CarrierTerms, restrict
from carriers.choices import CONTRACT_CARRIERS
from carriers.parcels import Destination, ParcelChoice
from carriers.territories import ZONES, zone

# A row of the capability data.
CapabilityRow = dict[str, Any]
# Our names of options by which the data names differently: ``return`` is a Python keyword.
TO_DATA_NAME = {"return_to_sender": "return"}
FROM_DATA_NAME = {theirs: ours for ours, theirs in TO_DATA_NAME.items()}
PICKUP = "pickup"
INCLUDED = "included"


@cache
def load_data() -> dict[str, Any]:
    text = (Path(__file__).parent / "data" / "capabilities.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@cache
def capability_rows() -> dict[tuple[str, str, str], tuple[CapabilityRow, ...]]:
    """By carrier, package type and zone; rows that need a contract come first."""
    found: dict[tuple[str, str, str], list[CapabilityRow]] = {}
    for row in load_data()["capabilities"]:
        found.setdefault((row["carrier"], row["package_type"], row["destination_group"]), []).append(row)
    return {key: tuple(sorted(some, key=lambda row: row["contract"] == INCLUDED)) for key, some in found.items()}


@dataclass(frozen=True, slots=True)
class AccountCapabilities:
    """``contracts`` are the carriers with which the shop has its own contract or subscription.

    ``terms`` is what the shop's account at its gateway says, None when it said nothing: then the data alone decides.
    """

    contracts: frozenset[str] = frozenset()
    terms: AccountTerms | None = None

    def row_for_zone(self, carrier: str, package_type: str, group: str) -> CapabilityRow | None:
        """A row with a contract comes first, and exists only for shops with that contract.

        The row holds only what both the data and the terms allow.
        """
        for index, row in enumerate(capability_rows().get((carrier, package_type, group), ())):
            if row["contract"] != INCLUDED and carrier not in self.contracts:
                continue
            if self.terms is None:
                return row
            terms = self.terms.of(carrier)
            if terms and (left := _restricted_row(carrier, package_type, group, index, terms)):
                return left
        return None

    def has_carrier(self, carrier: str) -> bool:
        if self.terms is not None:
            return self.terms.of(carrier) is not None
        return carrier not in CONTRACT_CARRIERS or carrier in self.contracts

    @property
    def without_terms(self) -> "AccountCapabilities":
        """What the data alone allows, to tell whose the restriction is."""
        return AccountCapabilities(self.contracts)

    def row_for(
        self, carrier: str, package_type: str, destination: Destination, *, collected: bool = False
    ) -> CapabilityRow | None:
        """None when the combination does not exist.

        A country that is served only from pick-up points counts only when the parcel is ``collected``.
        """
        row = self.row_for_zone(carrier, package_type, zone(destination))
        if row is None:
            return None
        possible = delivery_types(row, destination)
        return row if any(collected == (name == PICKUP) for name in possible) else None

    def row_for_choice(self, choice: ParcelChoice, destination: Destination) -> CapabilityRow | None:
        """For a delivery to a pick-up point: the row that has them there, else that of deliveries to the door."""
        service = choice.carrier, choice.package_type, destination
        collected = self.row_for(*service, collected=True) if choice.delivery_type == PICKUP else None
        return collected or self.row_for(*service)

    def rows_by_zone(self, carrier: str, package_type: str) -> dict[str, CapabilityRow]:
        found = ((group, self.row_for_zone(carrier, package_type, group)) for group in ZONES)
        return {group: row for group, row in found if row}


EVERY_ACCOUNT = AccountCapabilities()


def account_with(terms: AccountTerms | None) -> AccountCapabilities:
    """The account of these terms; the one that the data describes without them."""
    if terms is None:
        return EVERY_ACCOUNT
    listed = {one.carrier for one in terms.carriers if one.carrier in CONTRACT_CARRIERS}
    return AccountCapabilities(frozenset(listed) | (terms.own_contracts or frozenset()), terms)


# A page asks for the same rows hundreds of times.
@lru_cache(maxsize=4096)
def _restricted_row(
    carrier: str, package_type: str, group: str, index: int, terms: CarrierTerms
) -> CapabilityRow | None:
    return restrict(capability_rows()[carrier, package_type, group][index], terms)


row_for = EVERY_ACCOUNT.row_for


def delivery_types(row: CapabilityRow, destination: Destination | None = None) -> tuple[str, ...]:
    """With a destination: only those offered in its country."""
    known: list[str] = row["delivery_types"]
    if destination is None:
        return tuple(known)
    if row["countries"] is None and not row["pickup_countries"]:
        return tuple(known)
    country = destination.country.upper()
    to_the_door = row["countries"] is None or country in row["countries"]
    collected = country in row["pickup_countries"] if row["pickup_countries"] else to_the_door
    return tuple(name for name in known if (collected if name == PICKUP else to_the_door))


def allowed_values(row: CapabilityRow, option: str, delivery_type: str) -> tuple[int, ...]:
    """(0,), (1,) or (0, 1). An option that the row does not name is off."""
    name = TO_DATA_NAME.get(option, option)
    by_delivery = row["options_by_delivery_type"].get(delivery_type, {})
    return tuple(by_delivery.get(name, row["options"].get(name, [0])))


def max_weight(row: CapabilityRow, is_large: bool) -> int:
    """Grams."""
    limits = row["weight_grams"]
    return int(limits.get("max_with_large_format", limits["max"]) if is_large else limits["max"])


@cache
def option_names() -> tuple[str, ...]:
    known = {name for row in load_data()["capabilities"] for name in row["options"]}
    return tuple(sorted(FROM_DATA_NAME.get(name, name) for name in known))


def is_selected(choice: ParcelChoice, option: str) -> bool:
    """Includes the ``extras``, which no form offers."""
    return bool(getattr(choice, option, option in choice.extras))


@dataclass(frozen=True, slots=True)
class Requirement:
    """What other choices require of a field: ``value`` is 0 or 1, for insurance 1 when there must be any."""

    field: str
    value: int
    rule: CapabilityRow


def requirements(choice: ParcelChoice, row: CapabilityRow) -> Iterator[Requirement]:
    """What the implications require of this choice. Requirements that the row cannot meet are left out."""
    for rule in implications(row["carrier"], row["package_type"], row["destination_group"]):
        if not _applies(rule, choice):
            continue
        for name, wanted in rule["then"].items():
            field, value = FROM_DATA_NAME.get(name, name), int(wanted not in (0, "0"))
            if field == "insurance":
                possible = any(bool(step) == bool(value) for step in row["insurance_cents"])
            else:
                possible = value in allowed_values(row, field, choice.delivery_type)
            if possible:
                yield Requirement(field, value, rule)


@cache
def implications(carrier: str, package_type: str, group: str) -> tuple[CapabilityRow, ...]:
    return tuple(
        rule
        for rule in load_data()["implications"]
        if rule["carrier"] in (None, carrier)
        and carrier not in rule.get("except_carriers", ())
        and (rule["package_types"] is None or package_type in rule["package_types"])
        and group in rule["groups"]
    )


def _applies(rule: CapabilityRow, choice: ParcelChoice) -> bool:
    excused = any(_holds(choice, name, wanted) for name, wanted in rule.get("unless", {}).items())
    return not excused and all(_holds(choice, name, wanted) for name, wanted in rule["when"].items())


def _holds(choice: ParcelChoice, name: str, wanted: Any) -> bool:
    if name == "delivery_type":
        return choice.delivery_type in wanted
    if name == "insurance":
        return choice.insurance > 0 if wanted == ">0" else choice.insurance == wanted
    return is_selected(choice, FROM_DATA_NAME.get(name, name)) == int(wanted)
