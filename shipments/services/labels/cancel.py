"""Canceling labels that were not scanned, and deleting their fulfillment."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from carriers.gateways import LOCAL, gateway_display_name
from carriers.gateways.base import AlreadyScanned
from integrations.services import fulfillments
from lib.http import ApiError, ApiUnauthorized
from lib.leases import wake_worker
from shipments.models import Shipment, ShipmentEvent
from shipments.services.labels.gateway import open_gateway
from shipments.states import WITH_LABEL, ShipmentStatus
from shops.services import practice
from shops.services.gateway_accounts import key_rejected_message, record_failure

NO_LABEL_MESSAGE = _(
    "There is no longer a label to cancel: the carrier has the parcel, or the label was cancelled before."
)
SCANNED_MESSAGE = _("The carrier already has this parcel, so its label can no longer be cancelled.")
PRACTICE_MESSAGE = _(
    "You are practising, and this label is real: it stays as it is. Stop practising first, then cancel the label."
)
POLL_TASK = "tracking.poll_due"
UNAVAILABLE_MESSAGE = _("{gateway} isn't responding. Nothing was cancelled; try again later.")


class CancelError(Exception):
    """Nothing was changed; ``message`` says why and what to do."""

    def __init__(self, message: Any) -> None:
        super().__init__(str(message))
        self.message = message


def cancel_blocker(shipment: Shipment) -> Any:
    """Why the label cannot be canceled by us, else None; its carrier may have another reason."""
    if shipment.status not in WITH_LABEL or not shipment.barcode:
        return NO_LABEL_MESSAGE
    return PRACTICE_MESSAGE if practice.is_on(shipment.shop_id) else None


def cancel_label(shipment: Shipment, *, by: User) -> None:
    """Cancel at the gateway, then here and at the platform. Raises CancelError. May be repeated."""
    if reason := cancel_blocker(shipment):
        raise CancelError(reason)
    gateway = shipment.gateway or LOCAL
    try:
        open_gateway(shipment.shop_id, gateway).cancel(shipment.external_id)
    except AlreadyScanned as scanned:
        Shipment.objects.filter(pk=shipment.pk).update(next_poll_at=timezone.now())
        wake_worker(POLL_TASK)
        raise CancelError(SCANNED_MESSAGE) from scanned
    except ApiError as error:
        record_failure(shipment.shop_id, error)
        raise CancelError(_error_message(error, gateway)) from error
    with transaction.atomic():
        # The fulfillment first: a result of the platform locks it and then its shipment.
        fulfillments.enqueue_deletion(shipment.public_id)
        if Shipment.objects.filter(pk=shipment.pk).move(ShipmentStatus.CANCELED, next_poll_at=None) != 1:
            raise CancelError(NO_LABEL_MESSAGE)
        ShipmentEvent.objects.create(shipment=shipment, kind=ShipmentEvent.Kind.CANCELED, actor=by)


def _error_message(error: ApiError, gateway: str) -> Any:
    if isinstance(error, ApiUnauthorized):
        return key_rejected_message(gateway, error)
    return format_lazy(UNAVAILABLE_MESSAGE, gateway=gateway_display_name(gateway))
