"""Read-only admin pages of jobs."""

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from jobs.models import Job, JobItem
from jobs.registry import job_kinds
from ui.admin import ReadOnlyAdmin, known_values


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("kind_label", "shop", "state", "total", "refused", "created_at", "finished_at", "attempts")
    list_filter = (known_values("kind", _("kind"), job_kinds), "state")
    list_select_related = ("shop",)
    search_fields = ("public_id__exact",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        items = Job._meta.get_field("items").related_model._default_manager
        failed = items.filter(job=OuterRef("pk"), state=JobItem.State.FAILED).order_by().values("job")
        counted = Subquery(failed.annotate(number=Count("pk")).values("number"))
        # Counted for the listed jobs only; a join would count the items of every job.
        rows: QuerySet[Job] = super().get_queryset(request).annotate(refused_count=Coalesce(counted, 0))
        return rows

    @admin.display(description=_("rejected"))
    def refused(self, job: Job) -> int:
        return int(getattr(job, "refused_count", 0))
