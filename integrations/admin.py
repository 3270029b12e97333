"""Support's reading room: what is connected, what came in, what was told. Buttons call services."""

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from integrations.models import (
    Connection,
    ErasedOrder,
    ExternalOrder,
    Fulfillment,
    Installation,
    SyncRun,
    UnreadableOrder,
    WebhookEvent,
)
from integrations.services import checking, inbox, syncing, telling
from ui.admin import ReadOnlyAdmin


@admin.register(Connection)
class ConnectionAdmin(ReadOnlyAdmin):
    list_display = (
        "site_name",
        "shop",
        "platform",
        "state",
        "connected_at",
        "synced_at",
        "webhook_at",
        "auto_import",
        "failures",
        "open_orders",
    )
    list_filter = ("state", "platform")
    list_select_related = ("shop",)
    search_fields = ("site_name", "site_url", "external_id", "shop__name")
    exclude = ("token_encrypted", "token_expires_at", "minting_until", "probing_until", "outcomes")
    actions = ("synchronise", "check_now")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Connection]:
        open_orders = Count("orders", filter=Q(orders__verdict="open"))
        rows: QuerySet[Connection] = super().get_queryset(request).annotate(open_count=open_orders)
        return rows

    @admin.display(description=_("open orders"), ordering="open_count")
    def open_orders(self, connection: Connection) -> int:
        return int(getattr(connection, "open_count", 0))

    @admin.action(description=_("Synchronise now"), permissions=["view"])
    def synchronise(self, request: HttpRequest, queryset: QuerySet[Connection]) -> None:
        active = [connection for connection in queryset if connection.is_active]
        for connection in active:
            syncing.request_sync(connection)
        said = ngettext("%(n)d synchronisation queued.", "%(n)d synchronisations queued.", len(active))
        messages.success(request, said % {"n": len(active)})

    @admin.action(description=_("Check connection"), permissions=["view"])
    def check_now(self, request: HttpRequest, queryset: QuerySet[Connection]) -> None:
        well = sum(checking.check(connection, insisting=True) for connection in queryset)
        said = ngettext("%(n)d connection is all right.", "%(n)d connections are all right.", well)
        messages.success(request, said % {"n": well})


@admin.register(Installation)
class InstallationAdmin(ReadOnlyAdmin):
    list_display = ("external_id", "platform", "state", "state_since", "first_seen_at", "origin_installation")
    list_filter = ("state", "platform")
    search_fields = ("external_id",)


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdmin):
    list_display = ("type", "installation", "order_id", "state", "reason", "tries", "received_at", "happened_at")
    list_filter = ("state", "kind", "reason")
    search_fields = ("event_id", "installation", "order_id")
    actions = ("apply_again",)
    show_full_result_count = False

    @admin.action(description=_("Apply again"), permissions=["view"])
    def apply_again(self, request: HttpRequest, queryset: QuerySet[WebhookEvent]) -> None:
        again = inbox.retry(queryset)
        said = ngettext("%(n)d webhook is applied again.", "%(n)d webhooks are applied again.", again)
        messages.success(request, said % {"n": again})


@admin.register(ErasedOrder)
class ErasedOrderAdmin(ReadOnlyAdmin):
    list_display = ("connection", "fingerprint", "erased_at")
    list_select_related = ("connection",)


@admin.register(ExternalOrder)
class ExternalOrderAdmin(ReadOnlyAdmin):
    list_display = (
        "number",
        "shop",
        "connection",
        "verdict",
        "country",
        "total",
        "currency",
        "placed_at",
        "read_at",
    )
    list_filter = ("verdict", "connection__platform", "country")
    list_select_related = ("shop", "connection")
    search_fields = ("number", "external_id", "search_text")
    date_hierarchy = "placed_at"
    show_full_result_count = False


@admin.register(Fulfillment)
class FulfillmentAdmin(ReadOnlyAdmin):
    list_display = (
        "tracking_number",
        "order",
        "shop",
        "state",
        "tries",
        "promised_at",
        "next_at",
        "told_at",
        "why",
    )
    list_filter = ("state", "connection__platform")
    list_select_related = ("order", "shop")
    search_fields = ("tracking_number", "order__number", "external_id")
    actions = ("tell_again",)
    show_full_result_count = False

    @admin.display(description=_("reason"))
    def why(self, row: Fulfillment) -> str:
        return row.last_error_message

    @admin.action(description=_("Try again"), permissions=["view"])
    def tell_again(self, request: HttpRequest, queryset: QuerySet[Fulfillment]) -> None:
        again = telling.retry(queryset)
        said = ngettext("%(n)d is tried again.", "%(n)d are tried again.", again)
        messages.success(request, said % {"n": again})


@admin.register(SyncRun)
class SyncRunAdmin(ReadOnlyAdmin):
    list_display = (
        "connection",
        "state",
        "started_at",
        "finished_at",
        "seen",
        "created",
        "updated",
        "rejected",
    )
    list_filter = ("state",)
    list_select_related = ("connection",)


@admin.register(UnreadableOrder)
class UnreadableOrderAdmin(ReadOnlyAdmin):
    list_display = ("number", "connection", "reason", "seen_at")
    list_select_related = ("connection",)
