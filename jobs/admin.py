"""Read-only admin pages of jobs."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from jobs.models import Job
from jobs.registry import job_kinds
from ui.admin import ReadOnlyAdmin, known_values


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("kind_label", "shop", "state", "total", "failed_count", "created_at", "finished_at", "attempts")
    list_filter = (known_values("kind", _("kind"), job_kinds), "state")
    list_select_related = ("shop",)
    search_fields = ("public_id__exact",)
