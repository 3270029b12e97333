"""What the registration of a parcel changes: the shipment, its fulfillment at the platform, and its log."""

from collections.abc import Iterable, Mapping, Sequence

from carriers.gateways import LOCAL
from carriers.parcels import Registration, RegistrationRejected
from carriers.tracking_links import carrier_display_name
from integrations.services import fulfillments
from lib.bulk import bulk_update_columns
from lib.stored_messages import in_all_languages
from shipments.content import ADDRESS_PROBLEM_FIELDS
from shipments.models import Shipment, ShipmentEvent
from shipments.services import delivery_moments
from shipments.services.labels import further_parcels
from shipments.services.labels.preflight import units_to_report
from shipments.states import Blocker, ShipmentStatus, next_poll_time

REGISTRATION_FIELDS = [
    "delivery_type",
    "delivery_day",
    "status",
    "status_at",
    "barcode",
    "tracking_url",
    "registered_at",
    "search_text",
    "fulfillment",
    "gateway",
    "external_id",
    "price",
    "tracking_status",
    "carrier_status_code",
    "next_poll_at",
]
Kind = ShipmentEvent.Kind


def apply_registration(shipment: Shipment, answer: Registration) -> None:
    """Set the columns of a shipment that is REGISTERING, without saving. Raises IllegalMove."""
    is_test = shipment.gateway == LOCAL
    shipment.move_to(ShipmentStatus.TEST if is_test else ShipmentStatus.REGISTERED)
    shipment.registered_at = now = shipment.status_at
    shipment.barcode, shipment.tracking_url = answer.barcode, answer.tracking_url
    shipment.external_id, shipment.price = answer.external_id, answer.price_cents
    is_polled = not is_test and answer.external_id and answer.tracking_url
    shipment.next_poll_at = next_poll_time(shipment.status, now, now) if is_polled else None
    shipment.search_text = shipment.make_search_text(*(parcel.barcode for parcel in answer.further))


def store(shipments: Sequence[Shipment], answers: Mapping[int, Registration], actor_id: int | None) -> None:
    """Write registered and released shipments in the caller's transaction, which holds their row locks.

    ``answers`` are the registrations by shipment id.
    A real label is queued for its platform; a test label is told to nobody.
    """
    labeled = [shipment for shipment in shipments if shipment.pk in answers]
    texts = {
        shipment.pk: delivery_moments.record_standard(
            shipment, shipment.gateway, is_taken_back=answers[shipment.pk].is_standard
        )
        for shipment in labeled
    }
    _enqueue_fulfillments([shipment for shipment in shipments if shipment.status == ShipmentStatus.REGISTERED])
    bulk_update_columns(shipments, REGISTRATION_FIELDS)
    further_parcels.store((shipment, answers[shipment.pk]) for shipment in labeled)
    kinds = {ShipmentStatus.REGISTERED: Kind.LABEL, ShipmentStatus.TEST: Kind.TEST_LABEL}
    events = [
        ShipmentEvent(
            shipment=shipment,
            kind=kinds[ShipmentStatus(shipment.status)],
            actor_id=actor_id,
            text=texts[shipment.pk],
        )
        for shipment in labeled
    ]
    ShipmentEvent.objects.bulk_create(events, batch_size=500)


def block_refused(refused: Iterable[tuple[Shipment, RegistrationRejected]]) -> None:
    """Say at the draft what of its address the gateway does not take, so that it stands among the incomplete ones until
    somebody saves it again. In the caller's transaction, after ``store``.

    The address of a pick-up point is nobody's here to correct.
    """
    blocked = []
    for shipment, answer in refused:
        if answer.field in ADDRESS_PROBLEM_FIELDS and shipment.pickup is None:
            text = in_all_languages(answer.reason)
            shipment.problems = [{"field": answer.field, "code": "refused", "text": text}]
            shipment.blocked_by = Blocker.ADDRESS
            blocked.append(shipment)
    if blocked:
        bulk_update_columns(blocked, ["problems", "blocked_by"])


def _enqueue_fulfillments(shipments: Sequence[Shipment]) -> None:
    new = [_fulfillment(shipment) for shipment in shipments if shipment.order and not shipment.fulfillment_id]
    stored = fulfillments.enqueue(new)
    for shipment in shipments:
        if shipment.public_id in stored:
            shipment.fulfillment = stored[shipment.public_id]
    for shipment in shipments:
        # Told of a test label by a release that still did so: the platform gets the real code in its place.
        if shipment.fulfillment_id and shipment.public_id not in stored:
            fulfillments.update_tracking(
                shipment.public_id,
                tracking_number=shipment.barcode or "",
                carrier=carrier_display_name(shipment.carrier),
                tracking_url=shipment.tracking_url,
            )


def _fulfillment(shipment: Shipment) -> fulfillments.NewFulfillment:
    assert shipment.order is not None  # noqa: S101 - the caller passes shipments of an order only
    return fulfillments.NewFulfillment(
        order=shipment.order,
        source_id=shipment.public_id,
        tracking_number=shipment.barcode or "",
        carrier=carrier_display_name(shipment.carrier),
        tracking_url=shipment.tracking_url,
        lines=units_to_report(shipment),
    )
