"""Read-only admin pages of shipments."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from carriers.choices import CARRIER_NAMES
from shipments.models import BarcodeBlock, CustomsItem, Shipment, ShipmentEvent
from ui.admin import ReadOnlyAdmin, ReadOnlyInline, known_values


class CustomsItemInline(ReadOnlyInline):
    model = CustomsItem


class ShipmentEventInline(ReadOnlyInline):
    model = ShipmentEvent

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShipmentEvent]:
        rows: QuerySet[ShipmentEvent] = super().get_queryset(request).select_related("actor")
        return rows


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
    list_filter = (
        "status",
        "blocked_by",
        known_values("carrier", _("carrier"), CARRIER_NAMES.items),
        "fulfillment__state",
    )
    list_select_related = ("shop", "fulfillment")
    search_fields = ("reference__exact", "barcode__exact", "public_id__exact")
    inlines = (CustomsItemInline, ShipmentEventInline)

    @admin.display(description=_("shop updated"))
    def push_state(self, shipment: Shipment) -> str:
        return str(shipment.fulfillment.get_state_display()) if shipment.fulfillment else "–"


@admin.register(BarcodeBlock)
class BarcodeBlockAdmin(ReadOnlyAdmin):
    list_display = ("series", "shop", "first", "last", "next")
    list_select_related = ("shop",)
