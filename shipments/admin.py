"""Read-only admin pages of shipments."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from shipments.models import BarcodeBlock, CustomsItem, Shipment, ShipmentEvent
from ui.admin import ReadOnlyAdmin, ReadOnlyInline


class CustomsItemInline(ReadOnlyInline):
    model = CustomsItem


class ShipmentEventInline(ReadOnlyInline):
    model = ShipmentEvent


@admin.register(Shipment)
class ShipmentAdmin(ReadOnlyAdmin):
    list_display = (
        "reference",
        "shop",
        "status",
        "blocked_by",
        "carrier",
        "country",
        "barcode",
        "push_state",
        "created_at",
    )
    list_filter = ("status", "blocked_by", "carrier", "fulfillment__state")
    list_select_related = ("shop", "fulfillment")
    search_fields = ("reference", "barcode", "search_text")
    date_hierarchy = "created_at"
    inlines = (CustomsItemInline, ShipmentEventInline)
    show_full_result_count = False

    @admin.display(description=_("shop updated"))
    def push_state(self, shipment: Shipment) -> str:
        return str(shipment.fulfillment.get_state_display()) if shipment.fulfillment else "–"


@admin.register(BarcodeBlock)
class BarcodeBlockAdmin(ReadOnlyAdmin):
    list_display = ("series", "shop", "first", "last", "next")
    list_select_related = ("shop",)
