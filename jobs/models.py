"""Jobs and their items."""

import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jobs.registry import find_handler
from lib.leases import LeasedQuerySet, LeasedRow
from lib.stored_messages import localized
from shops.tenancy import ShopOwned

# The key of the payload with the phase of a long job, how many of its steps are done and how many there are.
PHASE_KEY = "phase"


class JobQuerySet(LeasedQuerySet["Job"]):
    def unfinished(self) -> Self:
        return self.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])

    def to_display(self, kind: str) -> Self:
        """Running jobs and results that were not dismissed, newest first."""
        return self.filter(kind=kind, dismissed_at=None).order_by("-pk")


class Job(LeasedRow, ShopOwned):
    """A job that a merchant or the automatic import started. ``jobs.registry`` has the handler of each kind.

    The items are rows of a subclass of ``JobItem`` in another app; ``job.items`` is the reverse relation.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        CANCELED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Failed")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    idempotency_key = models.CharField(max_length=64)
    total = models.PositiveIntegerField(_("items"), default=0)
    stop_requested = models.BooleanField(default=False)
    # Its items that succeeded and that failed, counted when it finished.
    ok_count = models.PositiveIntegerField(_("succeeded"), default=0)
    failed_count = models.PositiveIntegerField(_("rejected"), default=0)
    # Whether it made test labels.
    has_tests = models.BooleanField(_("test labels"), default=False)
    created_at = models.DateTimeField(_("started"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    # A restart of the worker also counts as a crash, so a long job gets more attempts than other rows.
    max_crashes = 10
    # Parameters of this kind of job, as JSON. Contains no secrets.
    payload = models.JSONField(default=dict, blank=True)
    layout = models.CharField(max_length=2, blank=True)
    start = models.PositiveSmallIntegerField(default=1)
    # Path below FILES_DIR; empty without a file, or after cleanup.
    file = models.CharField(max_length=200, blank=True)
    # The result stays above its list until it is dismissed.
    dismissed_at = models.DateTimeField(_("result dismissed"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        db_table = "shipments_job"
        verbose_name, verbose_name_plural = _("job"), _("jobs")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["shop", "idempotency_key"], name="job_once")]
        indexes = [
            # The claims, oldest first; nearly all jobs are finished.
            models.Index(fields=["id"], condition=models.Q(state__in=["queued", "running"]), name="job_unfinished"),
            # The downloads page, and the result above a list.
            models.Index(fields=["shop", "-created_at", "-id"], name="job_downloads"),
            models.Index(fields=["shop", "kind", "-id"], condition=models.Q(dismissed_at=None), name="job_displayed"),
            # Earlier uploads of a file.
            models.Index(fields=["shop", "kind", "-id"], name="job_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind_label} {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def kind_label(self) -> str:
        return str(find_handler(self.kind).label)

    @property
    def is_finished(self) -> bool:
        return self.state in {self.State.DONE, self.State.CANCELED, self.State.FAILED}

    @property
    def waiting_message(self) -> str:
        """Why the job is postponed, in the reader's language; empty when it is not."""
        is_postponed = self.lease_until is None and self.next_at is not None and self.next_at > timezone.now()
        return localized(self.payload.get("waiting")) if is_postponed else ""

    @property
    def phase(self) -> tuple[str, int, int] | None:
        """What it is doing, how many of the steps are done and how many there are; None while it waits or is over."""
        stored = self.payload.get(PHASE_KEY)
        if not stored or self.is_finished or self.waiting_message:
            return None
        name, done, total = stored
        return str(name), int(done), int(total)

    @property
    def seconds(self) -> int:
        """Duration in whole seconds, up to now for an unfinished job."""
        return round(((self.finished_at or timezone.now()) - self.created_at).total_seconds())


class JobItemQuerySet(models.QuerySet[Any]):
    def for_work(self) -> Self:
        return self

    def missing(self) -> models.Q:
        """Items that made a draft which is incomplete."""
        return models.Q(pk__in=[])

    def skipped(self) -> models.Q:
        """Failed items that nobody tried: something was missing or had changed before."""
        return models.Q(pk__in=[])

    def kept(self) -> models.Q:
        """Items that made a draft which was not deleted."""
        return models.Q(pk__in=[])

    def ready(self) -> models.Q:
        """Items that made a draft which can get its label now."""
        return models.Q(pk__in=[])

    def counts(self, *, with_missing: bool = False) -> dict[str, int]:
        """The number of items in each state, ``retryable``, ``missing``, ``kept`` and ``ready`` ones. One query.

        The last three are 0 unless they are asked for, because they read a row for each item.
        """
        by_state = {state: models.Count("pk", filter=models.Q(state=state)) for state in JobItem.State.values}
        retryable = models.Count("pk", filter=models.Q(state=JobItem.State.FAILED, retryable=True))
        skipped = models.Count("pk", filter=self.skipped())
        drafts = {"missing": self.missing(), "kept": self.kept(), "ready": self.ready()} if with_missing else {}
        missing = {name: models.Count("pk", filter=condition) for name, condition in drafts.items()}
        return {"missing": 0, "kept": 0, "ready": 0} | self.order_by().aggregate(
            **by_state, retryable=retryable, skipped=skipped, **missing
        )


class JobItem(models.Model):
    """The base of job items: one order, shipment or file line, and its result."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        IN_PROGRESS = "working", _("In progress")
        OK = "ok", _("Done")
        UNCHANGED = "already", _("Unchanged")
        FAILED = "refused", _("Rejected")
        STOPPED = "stopped", _("Stopped")

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    code = models.CharField(max_length=40, blank=True)
    reason = models.JSONField(default=dict, blank=True)
    retryable = models.BooleanField(default=False)
    # Parameters of this item, as JSON.
    payload = models.JSONField(default=dict, blank=True)

    # Columns that handlers change.
    RECORDED_FIELDS: ClassVar[tuple[str, ...]] = ("state", "code", "reason", "retryable", "payload")
    # Columns that identify the subject; a retry copies them.
    SUBJECT_FIELDS: ClassVar[tuple[str, ...]] = ("payload",)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.job_id}/{self.position} {self.state}"

    @property
    def message(self) -> str:
        return localized(self.reason)

    def copy(self) -> Self:
        return type(self)(**{name: getattr(self, name) for name in self.SUBJECT_FIELDS})
