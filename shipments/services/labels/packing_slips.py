"""Packing slips."""

from collections.abc import Iterable, Sequence

from django.utils import timezone
from django.utils.translation import override

from carriers.parcels import PackedItem, PackingSlip
from jobs.models import Job
from shipments.models import JobItem, Shipment


def job_packing_slips(job: Job) -> bytes:
    """One PDF in the order of the labels. Raises FileNotFoundError when the job has no labels."""
    ids = list(job.items.filter(state=JobItem.State.OK).values_list("shipment_id", flat=True))
    rows = _with_contents(ids)
    shipments = [rows[pk] for pk in ids if pk in rows]
    if not shipments:
        raise FileNotFoundError(f"no slips for job {job.pk}")
    return render_packing_slips(shipments)


def shipment_packing_slip(shipment: Shipment) -> bytes:
    return render_packing_slips(_with_contents([shipment.pk]).values())


def render_packing_slips(shipments: Iterable[Shipment]) -> bytes:
    """One PDF; reads ``shop``, ``order`` and ``customs_items``."""
    from carriers.documents.packing_slip import draw_packing_slips  # noqa: PLC0415 - ReportLab only where it draws

    return draw_packing_slips([_slip(shipment) for shipment in shipments])


def _with_contents(ids: Sequence[int | None]) -> dict[int, Shipment]:
    rows = Shipment.objects.select_related("order").prefetch_related("shop", "customs_items")
    return rows.in_bulk([pk for pk in ids if pk])


def _slip(shipment: Shipment) -> PackingSlip:
    order = shipment.order.order if shipment.order else None
    return PackingSlip(
        shop=shipment.shop.name,
        sender=shipment.shop.sender,
        recipient=shipment.recipient,
        order=f"#{shipment.reference}",
        ordered_on=timezone.localdate(order.created_at) if order else None,
        items=tuple(_items(shipment)),
        note=order.buyer_note if order else "",
        language=shipment.buyer_language,
        barcode=shipment.reference,
        pickup=shipment.pickup,
    )


def _items(shipment: Shipment) -> Iterable[PackedItem]:
    if shipment.order_lines:
        with override(shipment.buyer_language):
            return [
                PackedItem(line.name, line.quantity, line.sku, line.chosen, line.sold if line.amount else "")
                for line in shipment.lines
            ]
    return [PackedItem(item.description, item.quantity, item.sku) for item in shipment.customs_items.all()]
