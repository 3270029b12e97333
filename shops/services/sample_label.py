"""A label to try the printer with: of the shop, to the shop, and of no carrier."""

from django.db import transaction
from django.utils import timezone

from audit import trail
from carriers.parcels import Address, Consignment, ParcelChoice, PrintedLabel
from shops.models import Shop

SAMPLE_CODE = "3STEST000000000"
# For a shop that has no address yet.
SAMPLE_ADDRESS = Address(
    company="MyParcel Backoffice", street="Voorbeeldstraat", number="1", postal_code="1234 AB", city="Voorbeeld"
)


def sample_label(shop: Shop, *, by: trail.Actor) -> bytes:
    """A PDF in the format of the shop, which has tried its paper from now on. May be repeated."""
    from carriers.labels import draw_labels  # noqa: PLC0415 - ReportLab only where something is drawn

    address = shop.sender if shop.has_sender else SAMPLE_ADDRESS
    sample = Consignment("TEST", address, address, ParcelChoice(), weight=1000)
    before = trail.field_values(shop, ["paper_tried_at"])
    shop.paper_tried_at = timezone.now()
    with transaction.atomic():
        shop.save(update_fields=["paper_tried_at"])
        trail.record_changes(shop, before, by=by, shop=shop)
    return draw_labels([PrintedLabel(sample, SAMPLE_CODE)], shop.label_layout, shop.label_start)
