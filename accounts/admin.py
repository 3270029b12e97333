"""Who has an account, which shops there are, and how they want their parcels."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, Membership, PackagePreferences, Shop, User


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ("user", "shop")


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    ordering = ("email",)
    list_display = ("email", "name", "language", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "language")
    search_fields = ("email", "name")
    inlines = (MembershipInline,)
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "language")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")
    add_fieldsets = ((None, {"fields": ("email", "name", "password1", "password2")}),)


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
