"""The optional e-mail to the buyer when the carrier has the parcel. One per shipment."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import OutgoingMail
from accounts.services.outbox import Values, enqueue_mail
from carriers.tracking_links import carrier_display_name
from shipments.models import Shipment, ShipmentEvent

MAIL_KINDS = (ShipmentEvent.Kind.MAILED, ShipmentEvent.Kind.OWN_MAIL)
HANDOVER_TEMPLATE = "tracking/mail/handed_over"


def send_handover_mail(shipment: Shipment) -> bool:
    """Put one mail in the outbox, at most once; needs ``shop`` and ``order`` loaded. Returns whether one was put there.

    The event is stored with it; a mail that is given up is told by a second event. A buyer whom the shop system mailed
    gets none from here.
    """
    if not shipment.shop.mails_buyer or not shipment.email or shipment.parent_id:
        return False
    with transaction.atomic():
        locked = Shipment.objects.select_for_update().filter(pk=shipment.pk)
        locked.get()
        if ShipmentEvent.objects.filter(shipment=shipment, kind__in=MAIL_KINDS).exists():
            return False
        ShipmentEvent.objects.create(shipment=shipment, kind=ShipmentEvent.Kind.OWN_MAIL)
        context: Values = {
            "shipment": shipment.pk,
            "shop": shipment.shop.name,
            "order": shipment.reference,
            "carrier": carrier_display_name(shipment.carrier),
            "link": tracking_link(shipment),
        }
        enqueue_mail(shipment.email, shipment.buyer_language, HANDOVER_TEMPLATE, context, reply_to=shipment.shop.email)
    return True


def record_failure(mail: OutgoingMail) -> None:
    """Tell on the shipment's page that the buyer was not mailed. May be repeated."""
    shipment = Shipment.objects.filter(pk=mail.context.get("shipment")).first()
    if shipment is not None:
        ShipmentEvent.objects.get_or_create(shipment=shipment, kind=ShipmentEvent.Kind.OWN_MAIL_FAILED)


def tracking_link(shipment: Shipment) -> str:
    """The shop's tracking page when it has one, else the carrier's."""
    if shipment.shop.tracking_page:
        return str(settings.BASE_URL) + reverse("tracking_page", args=[shipment.public_id])
    return shipment.tracking_link
