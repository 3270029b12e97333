"""Support's reading room for shipments and jobs: nothing is changed here."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from integrations.admin import ReadOnlyAdmin
from shipments.models import BarcodeBlock, CustomsItem, Job, JobItem, Shipment, ShipmentEvent


class ReadOnlyInline(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


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
        "told",
        "created_at",
    )
    list_filter = ("status", "blocked_by", "carrier", "fulfillment__state")
    list_select_related = ("shop", "fulfillment")
    search_fields = ("reference", "barcode", "search_text")
    date_hierarchy = "created_at"
    inlines = (CustomsItemInline, ShipmentEventInline)
    show_full_result_count = False

    @admin.display(description=_("shop told"))
    def told(self, shipment: Shipment) -> str:
        return str(shipment.fulfillment.get_state_display()) if shipment.fulfillment else "–"


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("kind", "shop", "state", "total", "refused", "created_at", "finished_at", "attempts")
    list_filter = ("kind", "state")
    list_select_related = ("shop",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        refused = Count("items", filter=Q(items__state=JobItem.State.REFUSED))
        rows: QuerySet[Job] = super().get_queryset(request).annotate(refused_count=refused)
        return rows

    @admin.display(description=_("refused"))
    def refused(self, job: Job) -> int:
        return int(getattr(job, "refused_count", 0))


@admin.register(BarcodeBlock)
class BarcodeBlockAdmin(ReadOnlyAdmin):
    list_display = ("series", "shop", "first", "last", "next")
    list_select_related = ("shop",)
