"""The indexes of shipments that carry look-ups and claims; those of the lists are in ``listing`` and ``attention``."""

from django.db import models
from django.db.models import Q

LOOKUP_INDEXES = (
    # The search by order number, also that of the admin, which knows no shop.
    models.Index(fields=["reference", "shop"], name="shipment_reference"),
    models.Index(fields=["deleted_at"], condition=~Q(deleted_at=None), name="shipment_gone"),
    # The polls and look-ups that are due; most shipments are no longer polled.
    models.Index(fields=["next_poll_at"], condition=~Q(next_poll_at=None), name="shipment_poll"),
    models.Index(fields=["next_poll_at"], condition=Q(status="registering"), name="shipment_unanswered"),
    # The webhooks of gateways.
    models.Index(fields=["external_id"], condition=~Q(external_id=""), name="shipment_external_id"),
    # The recipients that the nightly tidying erases: those that still have one, the longest in their status first.
    models.Index(fields=["shop", "status_at"], condition=Q(recipient_erased_at=None), name="shipment_to_erase"),
    # Labels that no carrier scanned: those printed today, and those that wait for days.
    models.Index(
        fields=["shop", "printed_at", "id"],
        condition=Q(tab="printed", deleted_at=None),
        name="shipment_unscanned",
    ),
    # The page that lists the latter, newest first.
    models.Index(
        fields=["shop", "listed_at", "id", "printed_at"],
        condition=Q(tab="printed", deleted_at=None),
        name="shipment_unscanned_list",
    ),
    # The nightly comparison of one day's figures.
    models.Index(fields=["shop", "registered_at"], condition=~Q(registered_at=None), name="shipment_registered"),
    # What was sent to a postcode before, for the suggestions beside an incomplete address.
    models.Index(
        fields=["shop", "postal_code", "-registered_at"],
        condition=~Q(registered_at=None) & Q(deleted_at=None),
        name="shipment_sent_to",
    ),
)
