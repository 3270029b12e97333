"""Items of jobs on orders, shipments or lines of a CSV file."""

from typing import ClassVar

from django.db import models

from integrations.models import ExternalOrder
from jobs import models as jobs
from shipments.models.shipments import Shipment

# Codes of items that failed while they were done. All others were left out before, for a reason of their own.
TRIED_CODES = (
    *("carrier", "no_answer", "unknown", "gateway_key", "not_stored"),
    *("shop_unreachable", "shop_reconnect", "shop_permission"),
)


class JobItemQuerySet(jobs.JobItemQuerySet):
    def missing(self) -> models.Q:
        return models.Q(state="ok", shipment__status="draft", shipment__blocked_by__gt="")

    def skipped(self) -> models.Q:
        return models.Q(state="refused") & ~models.Q(code__in=TRIED_CODES)

    def kept(self) -> models.Q:
        return models.Q(state="ok", shipment__isnull=False, shipment__deleted_at=None)

    def ready(self) -> models.Q:
        return models.Q(state="ok", shipment__tab="drafts", shipment__blocked_by="", shipment__deleted_at=None)

    def for_work(self) -> "JobItemQuerySet":
        # The orders of a batch share their connection, so fetch it once.
        return self.select_related("order").prefetch_related("order__connection")


class JobItem(jobs.JobItem):
    order = models.ForeignKey(ExternalOrder, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    shipment = models.ForeignKey(Shipment, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    RECORDED_FIELDS: ClassVar[tuple[str, ...]] = (*jobs.JobItem.RECORDED_FIELDS, "shipment")
    SUBJECT_FIELDS: ClassVar[tuple[str, ...]] = ("order_id", "shipment_id", "payload")

    objects = JobItemQuerySet.as_manager()

    class Meta(jobs.JobItem.Meta):
        constraints = [
            models.UniqueConstraint(fields=["job", "order"], name="job_item_order_once"),
            models.UniqueConstraint(fields=["job", "shipment"], name="job_item_shipment_once"),
        ]
        # The next batch of a job in its order, whatever the number of its items.
        indexes = [models.Index(fields=["job", "state", "code", "position", "id"], name="job_item_queue")]
