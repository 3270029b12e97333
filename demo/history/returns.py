"""Return labels of parcels that arrived: some on their way back, most of them back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from carriers.gateways import DEFAULT_GATEWAY
from carriers.parcels import ParcelChoice
from carriers.tracking_status import TrackingStatus as T
from demo.history.parcels import barcode_of, link_of
from demo.history.timelines import CODES, Scan
from lib.stored_messages import in_all_languages
from shipments.models import Shipment, ShipmentEvent
from shipments.states import STATUS_OF_TRACKING, ShipmentStatus, next_poll_time
from shops.models import Shop

RETURNS = 9
# What the carrier said, by hours after the return label was made.
STEPS = {26: T.HANDED_OVER, 31: T.SORTED, 47: T.OUT_FOR_DELIVERY, 52: T.DELIVERED}
Kind = ShipmentEvent.Kind


def make_returns(shop: Shop, user: User, shipments: Sequence[Shipment], now: datetime) -> None:
    """Every few parcels that arrived in the Netherlands, and the one that arrived last."""
    arrived = [
        shipment for shipment in shipments if shipment.status == ShipmentStatus.DELIVERED and shipment.country == "NL"
    ]
    arrived.sort(key=lambda shipment: shipment.status_at)
    recent, older = arrived[-20:], arrived[:-20]
    chosen = older[:: len(older) // (RETURNS - 3)][: RETURNS - 3] + recent[::-6][:3]
    made = [_return_of(shop, user, shipment, now) for shipment in chosen]
    Shipment.objects.bulk_create([shipment for shipment, _events in made])
    ShipmentEvent.objects.bulk_create([event for _shipment, events in made for event in events])


def _return_of(shop: Shop, user: User, parent: Shipment, now: datetime) -> tuple[Shipment, list[ShipmentEvent]]:
    at = min(parent.status_at + timedelta(hours=20), now - timedelta(hours=2))
    barcode = barcode_of(shop.pk, parent.carrier, 500_000 + int(parent.reference))
    made = Shipment(
        shop=shop,
        parent=parent,
        created_by=user,
        created_at=at,
        reference=parent.reference,
        barcode=barcode,
        tracking_url=link_of(barcode),
        gateway=DEFAULT_GATEWAY,
        external_id=f"8{shop.pk:04d}{parent.reference}",
        price=parent.price,
        registered_at=at,
    )
    moments = {at + timedelta(hours=hours): status for hours, status in STEPS.items()}
    scans = [Scan(moment, status, *CODES[status]) for moment, status in moments.items() if moment <= now]
    status, since = ShipmentStatus.REGISTERED, at
    for scan in scans:
        made.tracking_status, made.carrier_status_code = scan.status, scan.number
        if status != STATUS_OF_TRACKING[scan.status]:
            status, since = STATUS_OF_TRACKING[scan.status], scan.at
    made.move_to(status)
    made.status_at, made.next_poll_at = since, next_poll_time(status, since, now)
    made.delivered_at = since if status == ShipmentStatus.DELIVERED else None
    content = replace(
        parent.content,
        recipient=shop.sender,
        choice=ParcelChoice(carrier=parent.carrier),
        description=f"Retour {parent.reference}",
        customs=None,
    )
    made.apply_content(content, problems=())
    text = in_all_languages(format_lazy(_("Return label created: {barcode}"), barcode=barcode))
    return made, [
        ShipmentEvent(shipment=parent, kind=Kind.RETURN, at=at, actor=user, text=text),
        ShipmentEvent(shipment=made, kind=Kind.LABEL, at=at, actor=user),
        *(
            ShipmentEvent(shipment=made, kind=Kind.CARRIER, at=scan.at, code=scan.code, tracking_status=scan.status)
            for scan in scans
        ),
    ]
