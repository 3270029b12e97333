"""Writing two months of shipments: in bulk, with the columns, events and fulfillments that the services write."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User
from carriers.gateways import DEFAULT_GATEWAY
from carriers.parcels import CustomsLine
from carriers.tracking_links import carrier_display_name
from demo.history.drafts import OTHERS, make_others
from demo.history.parcels import SentParcel, barcode_of, link_of, plan_parcels
from demo.history.returns import RETURNS, make_returns
from demo.history.timelines import Fate, Timeline
from demo.history.words import ARTICLES
from integrations.models import Connection, ExternalOrder, Fulfillment
from integrations.services import mirror
from lib.bulk_insert import insert_rows
from shipments.models import CustomsItem, Shipment, ShipmentEvent
from shipments.services import figures
from shipments.services.counters import upkeep
from shipments.services.drafts.remembered_customs import find_remembered_customs, remember_customs
from shipments.services.drafts.save import customs_rows
from shipments.services.imports import order_changes
from shipments.services.imports.order_alerts import fingerprint
from shipments.states import ShipmentStatus, next_poll_time
from shops.models import Shop
from shops.services.preferences import get_preferences

SEED = 2026
SHIPMENTS = 600
# The orders that the sandbox has begin behind it.
LAST_NUMBER = 10_200
Kind = ShipmentEvent.Kind


def fill_history(connection: Connection, user: User, *, now: datetime, seed: int = SEED) -> None:
    """SHIPMENTS shipments of the last sixty days. The platform does not know their orders. Not repeatable."""
    shop = connection.shop
    preferences = get_preferences(shop)
    with transaction.atomic():
        remember_customs(shop.pk, _declared_articles())
        customs = find_remembered_customs(shop.pk, [article.sku for article in ARTICLES])
        count = SHIPMENTS - OTHERS - RETURNS
        parcels = plan_parcels(
            shop.public_id, preferences, customs, seed=seed, now=now, count=count, last_number=LAST_NUMBER
        )
        orders = _store_orders(connection, parcels)
        shipments = _store_shipments(shop, user, parcels, orders, now)
        make_returns(shop, user, shipments, now)
        make_others(connection, user, now=now, seed=seed)
        order_changes.apply_due()
    figures.fold_due()
    upkeep.keep_counters()


def _declared_articles() -> list[CustomsLine]:
    return [
        CustomsLine(article.description, 1, article.weight, article.cents, article.hs_code, "NL", article.sku)
        for article in ARTICLES
    ]


def _store_orders(connection: Connection, parcels: Sequence[SentParcel]) -> dict[str, ExternalOrder]:
    """By id at the platform. Only those that changed after their label was made are left to be compared."""
    mirror.store_orders(connection, [parcel.order_now for parcel in parcels])
    sent = {parcel.order.external_id: parcel for parcel in parcels}
    rows = {row.external_id: row for row in connection.orders.filter(external_id__in=sent).defer("data")}
    calm = [rows[own_id].pk for own_id, parcel in sent.items() if not parcel.changed_afterwards]
    ExternalOrder.objects.filter(pk__in=calm).update(changes_pending=False)
    return rows


def _store_shipments(
    shop: Shop, user: User, parcels: Sequence[SentParcel], orders: dict[str, ExternalOrder], now: datetime
) -> list[Shipment]:
    shipments = [_shipment(shop, user, parcel, orders[parcel.order.external_id], now) for parcel in parcels]
    pairs = list(zip(shipments, parcels, strict=True))
    Fulfillment.objects.bulk_create([_fulfillment(shipment, parcel) for shipment, parcel in pairs], batch_size=200)
    by_source = {
        row.source_id: row for row in Fulfillment.objects.filter(order__in=[row.pk for row in orders.values()])
    }
    for shipment in shipments:
        shipment.fulfillment = by_source[shipment.public_id]
    Shipment.objects.bulk_create(shipments, batch_size=200)
    insert_rows(CustomsItem, [row for shipment, parcel in pairs for row in customs_rows(shipment.pk, parcel.content)])
    insert_rows(ShipmentEvent, [row for shipment, parcel in pairs for row in _events(shipment, parcel.timeline, user)])
    return shipments


def _shipment(shop: Shop, user: User, parcel: SentParcel, order: ExternalOrder, now: datetime) -> Shipment:
    timeline, carrier = parcel.timeline, parcel.content.choice.carrier
    barcode = barcode_of(shop.pk, carrier, int(order.number))
    last = timeline.scans[-1] if timeline.scans else None
    shipment = Shipment(
        shop=shop,
        order=order,
        created_by=user,
        created_at=timeline.imported_at,
        reference=order.number,
        order_fingerprint=fingerprint(parcel.order),
        barcode=barcode,
        tracking_url=link_of(barcode),
        gateway=DEFAULT_GATEWAY,
        external_id=f"9{shop.pk:04d}{order.number}",
        price=parcel.price,
        registered_at=timeline.labeled_at,
        printed_at=timeline.printed_at,
        delivered_at=timeline.delivered_at,
        tracking_status=last.status if last else "",
        carrier_status_code=last.number if last else None,
    )
    shipment.move_to(timeline.status)
    shipment.status_at = timeline.status_at
    shipment.next_poll_at = next_poll_time(timeline.status, timeline.status_at, now)
    shipment.delayed = timeline.is_late and shipment.next_poll_at is not None
    shipment.apply_content(parcel.content, problems=())
    return shipment


def _fulfillment(shipment: Shipment, parcel: SentParcel) -> Fulfillment:
    """Without ``sent_at``: what was sent within thirty days is looked up at the platform, which has no such order."""
    assert shipment.order is not None  # noqa: S101 - every parcel of the history has one
    timeline, own_id = parcel.timeline, uuid.uuid5(shipment.public_id, "fulfillment")
    is_gone = timeline.fate is Fate.CANCELED
    return Fulfillment(
        shop=shipment.shop,
        order=shipment.order,
        connection_id=shipment.order.connection_id,
        source_id=shipment.public_id,
        tracking_number=shipment.barcode or "",
        carrier=carrier_display_name(shipment.carrier),
        tracking_url=shipment.tracking_url,
        action=Fulfillment.Action.DELETE if is_gone else Fulfillment.Action.UPSERT,
        revision=2 if is_gone else 1,
        lines=[[line.id, line.quantity] for line in parcel.content.lines],
        state=Fulfillment.State.CANCELED if is_gone else Fulfillment.State.DONE,
        tries=1,
        queued_at=timeline.labeled_at,
        confirmed_at=timeline.labeled_at + _answered_after(int(shipment.reference)),
        external_id=str(own_id),
    )


def _answered_after(number: int) -> timedelta:
    """Mostly within seconds; now and then the platform took its time."""
    return timedelta(minutes=7) if number % 29 == 0 else timedelta(seconds=2 + number % 9)


def _events(shipment: Shipment, timeline: Timeline, user: User) -> Iterator[dict[str, Any]]:
    """The values of their columns."""
    own = [
        (Kind.IMPORTED, timeline.imported_at),
        (Kind.LABEL, timeline.labeled_at),
        (Kind.PRINTED, timeline.printed_at),
    ]
    if timeline.status is ShipmentStatus.CANCELED:
        own.append((Kind.CANCELED, timeline.canceled_at))
    ours = {"shipment_id": shipment.pk, "actor_id": user.pk, "code": "", "tracking_status": ""}
    for kind, at in own:
        yield ours | {"kind": kind, "at": at}
    theirs = {"shipment_id": shipment.pk, "actor_id": None, "kind": Kind.CARRIER}
    for scan in timeline.scans:
        yield theirs | {"at": scan.at, "code": scan.code, "tracking_status": scan.status}
