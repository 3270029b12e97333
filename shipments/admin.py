"""Read-only admin pages of shipments."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from carriers.choices import CARRIER_NAMES
from integrations.models import Fulfillment
from shipments.models import BarcodeBlock, CustomsItem, Shipment, ShipmentEvent
from ui.admin import ReadOnlyAdmin, ReadOnlyInline, known_values, newest_rows


class CustomsItemInline(ReadOnlyInline):
    model = CustomsItem


class ShipmentEventInline(ReadOnlyInline):
    model = ShipmentEvent

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShipmentEvent]:
        rows: QuerySet[ShipmentEvent] = super().get_queryset(request).select_related("actor")
        return rows


class FulfillmentState(admin.SimpleListFilter):
    """Of the newest fulfillments: a join with all of them would read them all."""

    title, parameter_name = _("shop updated"), "fulfillment__state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Fulfillment.State.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Shipment]) -> QuerySet[Shipment]:
        if not self.value():
            return queryset
        newest = newest_rows(Fulfillment.objects.order_by()).filter(state=self.value())
        return queryset.filter(fulfillment__in=newest.values("pk"))


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
        FulfillmentState,
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
