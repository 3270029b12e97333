from django.contrib import admin

from privacy.models import PersonErasure, ShopExport
from shops.retention import Retention
from ui.admin import ReadOnlyAdmin

BY_SHOP = ("shop__public_id__exact", "shop__name__startswith")


@admin.register(PersonErasure)
class PersonErasureAdmin(ReadOnlyAdmin):
    """Requests to erase a person and their receipts; not whom."""

    list_display = ("requested_at", "shop", "source", "requested_by", "tries", "finished_at")
    list_filter = ("source",)
    list_select_related = ("shop", "requested_by")
    search_fields = BY_SHOP
    fields = ("shop", "source", "requested_by", "requested_at", "tries", "next_at", "finished_at", "counts")


@admin.register(ShopExport)
class ShopExportAdmin(ReadOnlyAdmin):
    """Files of whole shops, and whether they were made; not the files."""

    list_display = ("requested_at", "shop", "requested_by", "has_failed", "tries", "finished_at")
    list_filter = ("has_failed",)
    list_select_related = ("shop", "requested_by")
    search_fields = BY_SHOP
    fields = ("shop", "requested_by", "requested_at", "has_failed", "tries", "next_at", "finished_at")


@admin.register(Retention)
class RetentionAdmin(ReadOnlyAdmin):
    """For how long shops keep what, and what went the last time."""

    list_display = ("shop", "tidied_at", "tidy_at", "recipient_days", "order_days")
    list_select_related = ("shop",)
    search_fields = BY_SHOP
