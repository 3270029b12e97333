from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from audit.actions import AuditKind
from audit.models import AuditEntry
from ui.admin import ReadOnlyAdmin, known_values


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """The trail of every shop, and of accounts without one."""

    list_display = ("at", "shop", "actor", "action", "target_type", "target_id")
    list_filter = (known_values("kind", _("subject"), lambda: AuditKind.choices),)
    # Both are joined: a shop or an account that is gone is shown as none.
    list_select_related = ("shop", "actor")
    search_fields = ("shop__public_id__exact", "shop__name__startswith")
    fields = ("at", "shop", "actor", "kind", "action", "target_type", "target_id", "changes")
