from django.contrib import admin, messages
from django.db.models import QuerySet
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
from integrations.providers import PROVIDERS, platform_name
from integrations.services import connection_check, fulfillments, sync, webhook_inbox
from ui.admin import ReadOnlyAdmin, known_values


def of_platform(field: str) -> type[admin.SimpleListFilter]:
    return known_values(field, _("platform"), lambda: [(name, platform_name(name)) for name in PROVIDERS])


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
        "consecutive_failures",
    )
    list_filter = ("state", of_platform("platform"))
    list_select_related = ("shop",)
    search_fields = ("external_id__exact", "site_name__startswith", "shop__name__startswith")
    exclude = ("token_encrypted", "token_expires_at", "token_lease_until", "probe_lease_until", "recent_calls")
    actions = ("sync_now", "check_now")

    @admin.action(description=_("Synchronise now"), permissions=["view"])
    def sync_now(self, request: HttpRequest, queryset: QuerySet[Connection]) -> None:
        active = [connection for connection in queryset if connection.is_active]
        for connection in active:
            sync.request_sync(connection)
        message = ngettext("%(n)d sync queued.", "%(n)d syncs queued.", len(active))
        messages.success(request, message % {"n": len(active)})

    @admin.action(description=_("Check connection"), permissions=["view"])
    def check_now(self, request: HttpRequest, queryset: QuerySet[Connection]) -> None:
        healthy = sum(connection_check.run_check(connection, ignore_pause=True) for connection in queryset)
        message = ngettext("%(n)d connection is working.", "%(n)d connections are working.", healthy)
        messages.success(request, message % {"n": healthy})


@admin.register(Installation)
class InstallationAdmin(ReadOnlyAdmin):
    list_display = ("external_id", "platform", "state", "state_since", "first_seen_at", "origin_installation")
    list_filter = ("state", of_platform("platform"))
    search_fields = ("external_id__exact",)


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdmin):
    list_display = ("type", "installation", "order_id", "state", "reason", "tries", "received_at", "happened_at")
    list_filter = ("state", "kind")
    indexed_filters = {"state__exact": frozenset({"needs_attention"})}
    search_fields = ("event_id__exact", "order_id__exact")
    actions = ("apply_again",)

    @admin.action(description=_("Process again"), permissions=["view"])
    def apply_again(self, request: HttpRequest, queryset: QuerySet[WebhookEvent]) -> None:
        count = webhook_inbox.retry_failed(queryset)
        message = ngettext("%(n)d webhook will be processed again.", "%(n)d webhooks will be processed again.", count)
        messages.success(request, message % {"n": count})


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
        "eligibility",
        "country",
        "total",
        "currency",
        "placed_at",
        "read_at",
    )
    list_filter = ("eligibility", of_platform("connection__platform"))
    list_select_related = ("shop", "connection")
    search_fields = ("number__exact", "external_id__exact")


@admin.register(Fulfillment)
class FulfillmentAdmin(ReadOnlyAdmin):
    list_display = (
        "tracking_number",
        "order",
        "shop",
        "state",
        "tries",
        "queued_at",
        "next_at",
        "confirmed_at",
        "why",
    )
    list_filter = ("state", of_platform("connection__platform"))
    indexed_filters = {"state__exact": frozenset({"needs_attention"})}
    list_select_related = ("order", "shop")
    search_fields = ("tracking_number__exact", "order__number__exact")
    actions = ("retry_updates",)

    @admin.display(description=_("reason"))
    def why(self, row: Fulfillment) -> str:
        return row.last_error_message

    @admin.action(description=_("Try again"), permissions=["view"])
    def retry_updates(self, request: HttpRequest, queryset: QuerySet[Fulfillment]) -> None:
        count = fulfillments.retry_failed(queryset)
        message = ngettext("%(n)d will be tried again.", "%(n)d will be tried again.", count)
        messages.success(request, message % {"n": count})


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
