from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin import UserAdmin
from shops.models import Exchange, Invitation, Membership, PackagePreferences, Shop
from ui.admin import BoundedAdmin, ReadOnlyAdmin


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ("user", "shop")


class PreferencesInline(admin.StackedInline):
    model = PackagePreferences


@admin.register(Shop)
class ShopAdmin(BoundedAdmin):
    list_display = ("name", "city", "members", "connections", "created_at")
    search_fields = ("public_id__exact", "name__startswith", "memberships__user__email__startswith")
    readonly_fields = ("public_id", "created_at", "practice_mode")
    inlines = (PreferencesInline, MembershipInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Shop]:
        # Counted for the listed shops only; joins would count those of every shop.
        counts = {"member_count": _count("memberships"), "connection_count": _count("connections")}
        rows: QuerySet[Shop] = super().get_queryset(request).annotate(**counts)
        return rows

    def save_model(self, request: HttpRequest, obj: Shop, form: Any, change: bool) -> None:
        """Only what was changed here: the shop may have begun to practice since the row was loaded."""
        obj.save(update_fields=form.changed_data if change else None)

    @admin.display(description=_("members"))
    def members(self, shop: Shop) -> int:
        return int(getattr(shop, "member_count", 0))

    @admin.display(description=_("connections"))
    def connections(self, shop: Shop) -> int:
        return int(getattr(shop, "connection_count", 0))


def _count(relation: str) -> Coalesce:
    related: Any = Shop._meta.get_field(relation).related_model
    rows = related._default_manager.filter(shop=OuterRef("pk")).order_by().values("shop")
    return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), 0)


@admin.register(Invitation)
class InvitationAdmin(BoundedAdmin):
    list_display = ("email", "shop", "role", "invited_at", "expires_at", "accepted_at")
    list_select_related = ("shop",)
    search_fields = ("email__startswith", "shop__name__startswith")
    exclude = ("token_hash",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False


UserAdmin.inlines = (*UserAdmin.inlines, MembershipInline)


@admin.register(Exchange)
class ExchangeAdmin(ReadOnlyAdmin):
    list_display = ("at", "code", "method", "path", "status", "milliseconds", "request_id", "shop")
    list_select_related = ("shop",)
    search_fields = ("code__exact",)
