"""What is known of the shop system's email to the buyer: emailed, not known yet, or certainly not and why."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integrations.models import Fulfillment
from shipments.models import Shipment
from shipments.states import ShipmentStatus

EMAILED, UNKNOWN, NO = "emailed", "unknown", "no"
State = Fulfillment.State
NO_UPDATE = {State.NEEDS_ATTENTION, State.CANCELED}


@dataclass(frozen=True, slots=True)
class BuyerMail:
    """``state`` is emailed, unknown or no. ``at`` is the shop system's own time; ``reason`` belongs to no."""

    state: str
    at: datetime | None = None
    reason: Promise | str = ""


def buyer_mail(shipment: Shipment) -> BuyerMail | None:
    """None for a shipment that no shop system is told of. Needs ``fulfillment`` and ``order`` loaded.

    The only proof of an email is the order's own history. Without it we know that there was none when no update ever
    reached the shop system; in every other case we do not know.
    """
    fulfillment = shipment.fulfillment
    if fulfillment is None:
        return None
    if fulfillment.buyer_mailed_at:
        return BuyerMail(EMAILED, fulfillment.buyer_mailed_at)
    reason = _reason_for_none(shipment, fulfillment)
    return BuyerMail(NO, reason=reason) if reason else BuyerMail(UNKNOWN)


def _reason_for_none(shipment: Shipment, fulfillment: Fulfillment) -> Promise | str:
    may_have_arrived = fulfillment.confirmed_at is not None or fulfillment.unconfirmed
    if not may_have_arrived and fulfillment.state in NO_UPDATE:
        if shipment.status == ShipmentStatus.CANCELED or fulfillment.state == State.CANCELED:
            return _("the label was cancelled before the webshop was updated")
        return _("the webshop was not updated")
    if fulfillment.state == State.DONE and shipment.order and not shipment.order.data.get("email"):
        return _("the order has no email address")
    return ""
