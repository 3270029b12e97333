"""Scans at the packing table: each makes one job of one label, however often it is sent."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from accounts.models import User
from integrations.models import ExternalOrder
from jobs.models import Job
from shipments.job_kinds import JobKind
from shipments.models import JobItem, Shipment
from shipments.queries import search
from shipments.queries.filters import waiting_orders
from shipments.services.labels.register import start_labels
from shipments.states import ShipmentStatus
from shops.models import Shop


class Refusal(StrEnum):
    """Why a scan prints nothing."""

    UNKNOWN = "unknown"
    SEVERAL = "several"
    NOT_IMPORTED = "not_imported"
    CANCELED = "canceled"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Scan:
    """``job`` makes and prints the label; ``is_repeat``: it was printed before or is being made, so nothing started.

    ``order`` is the one that waits to be imported.
    """

    code: str
    shipment: Shipment | None = None
    job: Job | None = None
    refusal: Refusal | None = None
    is_repeat: bool = False
    order: ExternalOrder | None = None


def take_scan(shop: Shop, user: User, *, code: str, key: str, again: bool = False) -> Scan:
    """The same key and shipment give the same job. ``again`` prints what was printed before."""
    text = search.parse_query(code).text
    shipment, refusal = _find(shop, text)
    if shipment is None:
        order = _order_to_import(shop, text) if refusal == Refusal.UNKNOWN else None
        return Scan(text, refusal=Refusal.NOT_IMPORTED if order else refusal, order=order)
    digest = hashlib.sha256(f"{key}\n{shipment.public_id}".encode()).hexdigest()
    job = shop.jobs.filter(idempotency_key=digest).first()
    refusal = None if job else _refusal(shipment)
    if refusal:
        return Scan(text, shipment, refusal=refusal)
    if job is None and not again and (shipment.printed_at or _is_being_made(shipment)):
        return Scan(text, shipment, is_repeat=True)
    selection = shop.shipments.filter(pk=shipment.pk)
    job = job or start_labels(shop, user, shipments=selection, layout=shop.label_layout, start=1, key=digest)
    return Scan(text, shipment, job)


def _find(shop: Shop, text: str) -> tuple[Shipment | None, Refusal | None]:
    """A number names the parcel that goes out: not its return, and not a label that was canceled and made anew."""
    rows = search.find_all_exact(shop, text)
    if len(rows) > 1:
        rows = [row for row in rows if row.status != ShipmentStatus.CANCELED and not row.is_return] or rows
    if len(rows) == 1:
        return rows[0], None
    return None, Refusal.SEVERAL if rows else Refusal.UNKNOWN


def _order_to_import(shop: Shop, text: str) -> ExternalOrder | None:
    number = text.strip().lstrip("#")
    orders = waiting_orders().filter(shop=shop, number=number) if number else ExternalOrder.objects.none()
    return orders.select_related("connection").order_by("pk").first()


def _refusal(shipment: Shipment) -> Refusal | None:
    if shipment.status == ShipmentStatus.CANCELED:
        return Refusal.CANCELED
    return Refusal.INCOMPLETE if shipment.is_draft and shipment.blocked_by else None


def _is_being_made(shipment: Shipment) -> bool:
    """Whether another scan or selection prints this label now."""
    return JobItem.objects.filter(shipment=shipment, job__kind=JobKind.LABELS, job__finished_at=None).exists()
