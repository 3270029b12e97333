"""Keeps the further parcels of shipments that were registered as several."""

from collections.abc import Iterable, Mapping

from carriers.parcels import Registration
from carriers.tracking_status import TrackingStatus
from shipments.models import FurtherParcel, Shipment


def store(registered: Iterable[tuple[Shipment, Registration]]) -> None:
    """Must run in the transaction that stores the barcodes. May be repeated."""
    several = [(shipment, answer) for shipment, answer in registered if answer.further]
    if not several:
        return
    FurtherParcel.objects.filter(shipment__in=[shipment.pk for shipment, _answer in several]).delete()
    FurtherParcel.objects.bulk_create(
        [
            FurtherParcel(shipment=shipment, number=number, barcode=parcel.barcode, external_id=parcel.external_id)
            for shipment, answer in several
            for number, parcel in enumerate(answer.further, 2)
        ]
    )


def record_statuses(shipment: Shipment, statuses: Mapping[str, TrackingStatus]) -> None:
    """``statuses`` by the gateway's id of each further parcel. May be repeated."""
    for external_id, status in statuses.items():
        rows = FurtherParcel.objects.filter(shipment=shipment.pk, external_id=external_id)
        rows.exclude(tracking_status=status).update(tracking_status=status)
