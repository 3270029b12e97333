"""Giving up a label nobody scanned: it costs nothing, and the shop's record of it is taken back."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from carriers.gateways import LOCAL, gateway_display_name
from carriers.gateways.base import AlreadyScanned
from integrations.services import telling
from lib.http import ApiError, ApiUnauthorized
from lib.leases import wake_worker
from shipments.models import Shipment, ShipmentEvent
from shipments.services.labels.gateway import open_gateway
from shipments.states import WITH_LABEL, ShipmentStatus
from shops.services.gateway_accounts import key_rejected_message, record_failure

NO_LABEL = _("There is no label to cancel any more: the carrier has the parcel, or it was cancelled before.")
SCANNED = _("The carrier has this parcel already, so its label can no longer be cancelled.")
POLL_TASK = "tracking.poll_due"
NOT_NOW = _("{gateway} does not answer now. Nothing was cancelled; try again later.")


class NotCancelled(Exception):
    """Nothing was changed; ``sentence`` says why and what to do."""

    def __init__(self, sentence: Any) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


def cancel_label(shipment: Shipment, *, by: User) -> None:
    """Cancel at the gateway first, then here and at the shop. Raises NotCancelled. May be repeated."""
    if shipment.status not in WITH_LABEL or not shipment.barcode:
        raise NotCancelled(NO_LABEL)
    gateway = shipment.gateway or LOCAL
    try:
        open_gateway(shipment.shop_id, gateway).cancel(shipment.external_id)
    except AlreadyScanned as scanned:
        Shipment.objects.filter(pk=shipment.pk).update(follow_at=timezone.now())
        wake_worker(POLL_TASK)
        raise NotCancelled(SCANNED) from scanned
    except ApiError as error:
        record_failure(shipment.shop_id, error)
        raise NotCancelled(_error_message(error, gateway)) from error
    changes = {"status": ShipmentStatus.CANCELLED, "status_at": timezone.now(), "follow_at": None}
    with transaction.atomic():
        if Shipment.objects.filter(pk=shipment.pk, status__in=WITH_LABEL).update(**changes) != 1:
            raise NotCancelled(NO_LABEL)
        ShipmentEvent.objects.create(shipment=shipment, kind=ShipmentEvent.Kind.CANCELLED, actor=by)
        telling.withdraw(shipment.public_id)


def _error_message(error: ApiError, gateway: str) -> Any:
    if isinstance(error, ApiUnauthorized):
        return key_rejected_message(gateway)
    return format_lazy(NOT_NOW, gateway=gateway_display_name(gateway))
