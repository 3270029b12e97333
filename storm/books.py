"""What both sides know at the end: the books of Wix and MyParcel, and our tables, as values that can be compared."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

# MyParcel's statuses of a shipment that has no label (yet) and of one whose label is void.
CONCEPT, VOID = 1, frozenset({16, 17})
RETURN = 2
Units = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class WixOrder:
    """``ordered`` and ``refunded`` are units by line; only lines that are shipped."""

    id: str
    status: str
    payment: str
    fulfillment: str
    archived: bool = False
    ordered: Units = field(default_factory=dict)
    refunded: Units = field(default_factory=dict)
    house: str = ""

    @property
    def can_be_shipped(self) -> bool:
        """Paid, not canceled, and nothing was sent of it: the import page must offer it until it is imported."""
        is_paid = self.status == "APPROVED" and self.payment == "PAID"
        is_left = any(count > self.refunded.get(line, 0) for line, count in self.ordered.items())
        return is_paid and self.fulfillment == "NOT_FULFILLED" and not self.archived and is_left

    @property
    def takes_fulfillments(self) -> bool:
        return self.status == "APPROVED"


@dataclass(frozen=True, slots=True)
class WixFulfillment:
    order: str
    id: str
    number: str
    units: Units


@dataclass(frozen=True, slots=True)
class Label:
    """A shipment at MyParcel. ``reference`` is the id of ours; ``barcodes`` has one for each parcel, ``house`` street
    and number.
    """

    id: str
    reference: str
    status: int
    barcodes: tuple[str, ...]
    house: str = ""
    is_return: bool = False

    @property
    def is_void(self) -> bool:
        return self.status in VOID


@dataclass(frozen=True, slots=True)
class TheirBooks:
    """``placed`` are the ids of the orders of this run; the site has others, which nobody touches."""

    orders: Mapping[str, WixOrder]
    fulfillments: tuple[WixFulfillment, ...]
    labels: tuple[Label, ...]
    placed: frozenset[str]


@dataclass(frozen=True, slots=True)
class OurOrder:
    id: str
    eligibility: str
    imported: bool


@dataclass(frozen=True, slots=True)
class OurShipment:
    """``promise`` is the state of its fulfillment, empty without one; ``told`` is its tracking number there."""

    id: str
    order: str
    status: str
    barcodes: tuple[str, ...] = ()
    external_id: str = ""
    further_ids: tuple[str, ...] = ()
    parcel_count: int = 1
    units: Units = field(default_factory=dict)
    promise: str = ""
    told: str = ""
    withdraws: bool = False
    blocked: bool = False
    house: str = ""
    reference: str = ""

    @property
    def has_label(self) -> bool:
        return self.status not in {"draft", "registering", "test", "cancelled"}


@dataclass(frozen=True, slots=True)
class FailedItem:
    """A shipment or order of which a job said that it failed, in its newest job."""

    shipment: str
    order: str
    kind: str
    code: str


@dataclass(frozen=True, slots=True)
class OurBooks:
    """``overdue`` are rows that wait longer than they may, ``differences`` what a nightly comparison would repair."""

    orders: Mapping[str, OurOrder]
    shipments: tuple[OurShipment, ...]
    offered: frozenset[str] = frozenset()
    unreadable: tuple[str, ...] = ()
    refused_connections: tuple[str, ...] = ()
    failed_items: tuple[FailedItem, ...] = ()
    unfinished: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()


def read_theirs(wix: Mapping[str, Any], parcels: Iterable[Mapping[str, Any]], placed: Iterable[str]) -> TheirBooks:
    """From the sandbox's ``state.json`` of Wix, and the shipments of its MyParcel."""
    orders = {row["id"]: _wix_order(row) for row in wix["orders"]}
    fulfillments = tuple(_wix_fulfillment(row) for row in wix["fulfillments"])
    return TheirBooks(orders, fulfillments, tuple(map(_label, parcels)), frozenset(placed))


def _wix_order(row: Mapping[str, Any]) -> WixOrder:
    lines = [line for line in row.get("lineItems", []) if (line.get("physicalProperties") or {}).get("shippable")]
    place = ((row.get("shippingInfo") or {}).get("logistics") or {}).get("shippingDestination") or {}
    return WixOrder(
        id=row["id"],
        status=row.get("status", ""),
        payment=row.get("paymentStatus", ""),
        fulfillment=row.get("fulfillmentStatus", "NOT_FULFILLED"),
        archived=bool(row.get("archived")),
        ordered={line["id"]: line.get("quantity", 1) for line in lines},
        refunded={line["id"]: line["refundQuantity"] for line in lines if line.get("refundQuantity")},
        house=str((place.get("address") or {}).get("addressLine", "")),
    )


def _wix_fulfillment(row: Mapping[str, Any]) -> WixFulfillment:
    units: Counter[str] = Counter()
    for line in row["lineItems"]:
        units[line["id"]] += line["quantity"]
    number = (row.get("trackingInfo") or {}).get("trackingNumber", "")
    return WixFulfillment(row["orderId"], row["id"], number, dict(units))


def _label(row: Mapping[str, Any]) -> Label:
    pieces = [row, *row.get("secondary_shipments", [])]
    return Label(
        id=str(row["id"]),
        reference=row.get("reference_identifier") or "",
        status=row["status"],
        barcodes=tuple(piece["barcode"] for piece in pieces if piece.get("barcode")),
        house=_house(row.get("recipient") or {}),
        is_return=row.get("shipment_type") == RETURN,
    )


def _house(recipient: Mapping[str, Any]) -> str:
    """Street and number, which are one text abroad."""
    return f"{recipient.get('street') or ''} {recipient.get('number') or ''}".strip()
