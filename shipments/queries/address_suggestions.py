"""What an incomplete address probably is: from the addresses to which this shop sent parcels before, and from nothing
else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from carriers.parcels import Address
from lib.unions import union_all
from shipments.content import ADDRESS_FIELDS
from shipments.models import Shipment
from shipments.models.querysets import ShipmentQuerySet
from shipments.states import ShipmentStatus

# Parcels that are looked at for each postcode, the newest ones: a shop may have sent thousands to one of them.
MAX_LOOKED_AT = 20
# What a suggestion may fill in.
PLACE_FIELDS = ("street", "number", "suffix", "box", "city")
# Where a postcode is a part of one street.
STREET_BY_POSTCODE = frozenset({"NL"})
NOT_ARRIVED = (ShipmentStatus.TEST, ShipmentStatus.RETURNED, ShipmentStatus.CANCELED)


class Likeness(StrEnum):
    """What an earlier parcel has in common with the address."""

    HOUSE = "house"
    BUYER = "buyer"
    POSTCODE = "postcode"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``address`` is the whole address with the suggestion in it, ``source`` the newest parcel that it is from."""

    address: Address
    source: Shipment
    likeness: Likeness


def suggest_addresses(shipments: ShipmentQuerySet, wanted: Mapping[int, Address]) -> dict[int, Suggestion]:
    """By the keys of ``wanted``, which are incomplete addresses; one query. ``shipments`` are those of a shop."""
    askable = {key: address for key, address in wanted.items() if address.postal_code and address.country}
    codes = sorted({address.postal_code for address in askable.values()})
    if not codes:
        return {}
    sent = shipments.exclude(registered_at=None).filter(parent=None).exclude(status__in=NOT_ARRIVED)
    sent = sent.only("public_id", "reference", "registered_at", *ADDRESS_FIELDS)
    newest = [sent.filter(postal_code=code).order_by("-registered_at")[:MAX_LOOKED_AT] for code in codes]
    rows = sorted(union_all(newest), key=lambda row: (row.registered_at, row.pk), reverse=True)
    found = {key: suggest_address(address, rows) for key, address in askable.items()}
    return {key: suggestion for key, suggestion in found.items() if suggestion is not None}


def suggest_address(address: Address, sent: Iterable[Shipment]) -> Suggestion | None:
    """None unless all parcels that were sent to this house, buyer or postcode agree. ``sent`` are the newest first."""
    near = [row for row in sent if (row.postal_code, row.country) == (address.postal_code, address.country)]
    near = [row for row in near if row.street and row.city]
    for likeness, names in _likenesses(address):
        alike = [row for row in near if _is_alike(row, address, likeness)]
        if alike:
            is_one = len({tuple(getattr(row, name).casefold() for name in names) for row in alike}) == 1
            return _filled_in(address, alike[0], likeness, names) if is_one else None
    return None


def _likenesses(address: Address) -> Iterable[tuple[Likeness, tuple[str, ...]]]:
    """The best one first, each with the fields that such a parcel tells."""
    if address.number:
        yield Likeness.HOUSE, ("street", "city")
    else:
        yield Likeness.BUYER, PLACE_FIELDS
    if address.number or not address.street:
        yield Likeness.POSTCODE, ("street", "city") if address.country in STREET_BY_POSTCODE else ("city",)


def _is_alike(row: Shipment, address: Address, likeness: Likeness) -> bool:
    if likeness is Likeness.HOUSE:
        return row.number == address.number
    if likeness is Likeness.BUYER:
        if address.street and address.street.casefold() != row.street.casefold():
            return False
        same_mail = bool(address.email) and row.email.casefold() == address.email.casefold()
        return same_mail or bool(address.person) and row.person.casefold() == address.person.casefold()
    return True


def _filled_in(address: Address, row: Shipment, likeness: Likeness, names: tuple[str, ...]) -> Suggestion | None:
    """What is there stays, except for a street without a letter, which is none. None when nothing is filled in."""
    own = replace(address, street=address.street if any(map(str.isalpha, address.street)) else "")
    is_missing = {name for name in names if not getattr(own, name)}
    if not is_missing & {"street", "number", "city"}:
        return None
    known = {name: getattr(row, name) for name in is_missing}
    return Suggestion(replace(own, **known), row, likeness)
