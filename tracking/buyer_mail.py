"""The optional e-mail to the buyer when the carrier has the parcel. One per shipment."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from carriers.tracking_links import carrier_display_name
from shipments.models import Shipment, ShipmentEvent

log = logging.getLogger(__name__)
MAIL_KINDS = (ShipmentEvent.Kind.MAILED, ShipmentEvent.Kind.OWN_MAIL)


def send_handover_mail(shipment: Shipment) -> bool:
    """Mail the buyer at most once; needs ``shop`` and ``order`` loaded. Returns whether a mail was sent.

    The event is stored first, so that a mail whose delivery is uncertain is never sent twice; one that the mail server
    did not take is told by a second event. A buyer whom the shop system mailed gets none from here.
    """
    if not shipment.shop.mails_buyer or not shipment.email or shipment.parent_id:
        return False
    with transaction.atomic():
        locked = Shipment.objects.select_for_update().filter(pk=shipment.pk)
        locked.get()
        if ShipmentEvent.objects.filter(shipment=shipment, kind__in=MAIL_KINDS).exists():
            return False
        ShipmentEvent.objects.create(shipment=shipment, kind=ShipmentEvent.Kind.OWN_MAIL)
    try:
        _message(shipment).send()
    except (SMTPException, OSError, ValueError) as error:
        # ValueError: the e-mail address is invalid.
        log.warning("A buyer could not be mailed: %s", type(error).__name__)
        ShipmentEvent.objects.create(shipment=shipment, kind=ShipmentEvent.Kind.OWN_MAIL_FAILED)
        return False
    return True


def _message(shipment: Shipment) -> EmailMessage:
    with override(shipment.buyer_language):
        facts = {
            "shop": shipment.shop.name,
            "order": shipment.reference,
            "carrier": carrier_display_name(shipment.carrier),
            "link": tracking_link(shipment),
        }
        subject = _("%(shop)s: your parcel is on its way") % facts
        text = (
            _(
                "Your order %(order)s from %(shop)s has been handed over to %(carrier)s.\n\n"
                "Track your parcel: %(link)s\n\n"
                "Kind regards,\n"
                "%(shop)s\n"
            )
            % facts
        )
    reply_to = [shipment.shop.email] if shipment.shop.email else None
    return EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [shipment.email], reply_to=reply_to)


def tracking_link(shipment: Shipment) -> str:
    """The shop's tracking page when it has one, else the carrier's."""
    if shipment.shop.tracking_page:
        return str(settings.BASE_URL) + reverse("tracking_page", args=[shipment.public_id])
    return shipment.tracking_link
