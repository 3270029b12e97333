"""Read-only admin pages of jobs."""

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from jobs.models import Job, JobItem
from ui.admin import ReadOnlyAdmin


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("kind_label", "shop", "state", "total", "refused", "created_at", "finished_at", "attempts")
    list_filter = ("kind", "state")
    list_select_related = ("shop",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        refused = Count("items", filter=Q(items__state=JobItem.State.FAILED))
        rows: QuerySet[Job] = super().get_queryset(request).annotate(refused_count=refused)
        return rows

    @admin.display(description=_("rejected"))
    def refused(self, job: Job) -> int:
        return int(getattr(job, "refused_count", 0))
