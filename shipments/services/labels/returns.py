"""Return labels. A return is a shipment whose ``parent`` is the outgoing shipment."""

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from carriers.capability_rules import load_data
from carriers.gateways import LOCAL, gateway_display_name
from carriers.gateways.base import ReturnRequest
from carriers.parcels import Address, ParcelChoice, Registration, RegistrationRejected
from lib.cache_counters import cache_lock
from lib.http import ApiError, ApiUnauthorized
from lib.stored_messages import in_all_languages
from shipments.models import Shipment, ShipmentEvent
from shipments.services.labels.gateway import open_gateway
from shipments.services.labels.needs import label_needs
from shipments.states import ShipmentStatus, next_poll_time
from shops.services import practice
from shops.services.gateway_accounts import key_rejected_message, record_failure

NO_PARCEL_MESSAGE = _("Only a parcel with a label can be returned.")
TEST_LABEL_MESSAGE = _("This shipment has a test label, so no parcel can come back. Create its real label first.")
PRACTICE_MESSAGE = _(
    "You are practising, and this parcel is real: a return label for it would be real too. Stop practising first, then "
    "create it."
)
NO_RETURNS_MESSAGE = _(
    "{gateway} cannot create return labels for this country. Ask the buyer to send the parcel back by post."
)
ERASED_MESSAGE = _("The recipient's details were erased, so no return label can be created.")
UNAVAILABLE_MESSAGE = _(
    "{gateway} isn't responding. No return label was created; try again later. It is never created twice."
)
BUSY_MESSAGE = _("The return label is already being created.")
BUSY_SECONDS = 120


class ReturnError(Exception):
    """No return label was created; ``message`` says why and what to do."""

    def __init__(self, message: Any) -> None:
        super().__init__(str(message))
        self.message = message


def return_blocker(shipment: Shipment) -> Any:
    """Why no return label is possible, else None. Reads ``shop``."""
    if not shipment.has_label or shipment.parent_id:
        return NO_PARCEL_MESSAGE
    if shipment.is_test:
        return TEST_LABEL_MESSAGE
    if shipment.recipient_erased_at is not None:
        return ERASED_MESSAGE
    if practice.is_on(shipment.shop_id):
        return PRACTICE_MESSAGE
    if shipment.country not in load_data()["return_shipments"]["countries"]:
        return format_lazy(NO_RETURNS_MESSAGE, gateway=gateway_display_name(shipment.gateway or LOCAL))
    return next((need.message for need in label_needs(shipment.shop)), None)


def create_return(shipment: Shipment, *, by: User) -> Shipment:
    """The existing return label, else a new one. Raises ReturnError. May be repeated."""
    existing = _existing_return(shipment)
    if existing is not None:
        return existing
    if reason := return_blocker(shipment):
        raise ReturnError(reason)
    with cache_lock(f"return:{shipment.pk}", BUSY_SECONDS) as is_free:
        if not is_free:
            raise ReturnError(BUSY_MESSAGE)
        return _record(shipment, _register_return(shipment), by)


def _existing_return(shipment: Shipment) -> Shipment | None:
    return shipment.returns.exclude(status=ShipmentStatus.CANCELED).first()


def _register_return(shipment: Shipment) -> Registration:
    """Runs outside a transaction. The gateway returns the same label again after a lost response."""
    order = ReturnRequest(
        reference=f"return-{shipment.public_id}",
        parent_id=shipment.external_id,
        sender=shipment.recipient,
        recipient=shipment.shop.sender,
        choice=ParcelChoice(carrier=shipment.carrier),
        weight=shipment.weight,
    )
    gateway = shipment.gateway or LOCAL
    try:
        answer = open_gateway(shipment.shop_id, gateway).register_return(order)
    except ApiError as error:
        record_failure(shipment.shop_id, error)
        raise ReturnError(_error_message(error, gateway)) from error
    if isinstance(answer, RegistrationRejected):
        raise ReturnError(answer.reason)
    return answer


def _error_message(error: ApiError, gateway: str) -> Any:
    if isinstance(error, ApiUnauthorized):
        return key_rejected_message(gateway, error)
    return format_lazy(UNAVAILABLE_MESSAGE, gateway=gateway_display_name(gateway))


def _record(shipment: Shipment, answer: Registration, by: User) -> Shipment:
    """Locks the outgoing shipment and reads it again; returns a return that was created concurrently.

    A gateway may keep one return label per parcel, so a canceled return can become valid again.
    """
    recipient = answer.recipient or shipment.shop.sender
    with transaction.atomic():
        shipment = Shipment.objects.select_for_update(of=("self",)).select_related("shop").get(pk=shipment.pk)
        existing = _existing_return(shipment)
        if existing is not None:
            return existing
        return_shipment = shipment.returns.filter(barcode=answer.barcode).first()
        return_shipment = return_shipment or _build_return(shipment, answer, recipient, by)
        return_shipment.move_to(ShipmentStatus.REGISTERED)
        return_shipment.registered_at = now = return_shipment.status_at
        return_shipment.next_poll_at = next_poll_time(return_shipment.status, now, now) if answer.external_id else None
        return_shipment.save()
        text = in_all_languages(format_lazy(_("Return label created: {barcode}"), barcode=answer.barcode))
        ShipmentEvent.objects.bulk_create(
            [
                ShipmentEvent(shipment=shipment, kind=ShipmentEvent.Kind.RETURN, actor=by, text=text),
                ShipmentEvent(shipment=return_shipment, kind=ShipmentEvent.Kind.LABEL, actor=by),
            ]
        )
    return return_shipment


def _build_return(shipment: Shipment, answer: Registration, recipient: Address, by: User) -> Shipment:
    """``recipient`` is who the label was made for, whatever the shop's address is by now."""
    return_shipment = Shipment(
        shop=shipment.shop,
        parent=shipment,
        reference=shipment.reference,
        created_by=by,
        barcode=answer.barcode,
        tracking_url=answer.tracking_url,
        gateway=shipment.gateway,
        external_id=answer.external_id,
        price=answer.price_cents,
    )
    content = replace(
        shipment.content,
        recipient=recipient,
        choice=ParcelChoice(carrier=shipment.carrier),
        description=f"Retour {shipment.reference}"[:45],
        customs=None,
        pickup=None,
        delivery_day=None,
    )
    return_shipment.apply_content(content, problems=())
    return return_shipment
