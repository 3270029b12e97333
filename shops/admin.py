from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin import UserAdmin
from shops.models import Invitation, Membership, PackagePreferences, Shop


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ("user", "shop")


class PreferencesInline(admin.StackedInline):
    model = PackagePreferences


@admin.register(Shop)
class ShopAdmin(admin.ModelAdmin):
    list_display = ("name", "city", "members", "connections", "created_at")
    search_fields = ("name", "public_id", "memberships__user__email")
    readonly_fields = ("public_id", "created_at")
    inlines = (PreferencesInline, MembershipInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Shop]:
        counts = {"member_count": Count("memberships", distinct=True)}
        counts["connection_count"] = Count("connections", distinct=True)
        rows: QuerySet[Shop] = super().get_queryset(request).annotate(**counts)
        return rows

    @admin.display(description=_("members"), ordering="member_count")
    def members(self, shop: Shop) -> int:
        return int(getattr(shop, "member_count", 0))

    @admin.display(description=_("connections"), ordering="connection_count")
    def connections(self, shop: Shop) -> int:
        return int(getattr(shop, "connection_count", 0))


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin):
    list_display = ("email", "shop", "role", "invited_at", "expires_at", "accepted_at")
    search_fields = ("email", "shop__name")
    exclude = ("token_hash",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False


UserAdmin.inlines = (*UserAdmin.inlines, MembershipInline)
