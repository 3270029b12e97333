"""Sending a draft as one shipment of several parcels, beside splitting it into several shipments."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from carriers.multi_collo import parcel_count_problem
from carriers.problems import Problem
from lib.stored_messages import in_all_languages
from shipments.models import Shipment, ShipmentEvent
from shipments.services.drafts.save import EditConflict, NotADraft, save_content
from shipments.services.drafts.split import MAX_PARCELS, PARCEL_COUNT_MESSAGE, SplitError


def together_problem(shipment: Shipment, count: int) -> Problem | None:
    """Why this draft cannot be one shipment of so many parcels. Reads ``shop``."""
    return parcel_count_problem(count, shipment.choice, shipment.destination, shipment.shop.capabilities)


def send_together(shipment: Shipment, *, by: User, version: int, count: int) -> Shipment:
    """Make the draft one shipment of ``count`` parcels; 1 makes it a single parcel again.

    ``version`` is the version the page loaded; asking again for what is there changes nothing. Raises SplitError,
    EditConflict or NotADraft.
    """
    if shipment.parcel_count == count:
        return shipment
    if not 1 <= count <= MAX_PARCELS:
        raise SplitError(PARCEL_COUNT_MESSAGE)
    if problem := together_problem(shipment, count):
        raise SplitError(problem.text)
    before, shipment.parcel_count = shipment.parcel_count, count
    text = in_all_languages(format_lazy(_("Number of parcels: {old} → {new}"), old=before, new=count))
    event = ShipmentEvent(kind=ShipmentEvent.Kind.EDITED, actor=by, text=text)
    try:
        save_content(shipment, shipment.content, expected_version=version, event=event, also={"parcel_count": count})
    except (EditConflict, NotADraft):
        shipment.parcel_count = before
        raise
    return shipment
