"""Long work that a merchant started, and how each item of it ended."""

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


class JobQuerySet(LeasedQuerySet["Job"]):
    def unfinished(self) -> Self:
        return self.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])

    def to_display(self, kind: str) -> Self:
        """What the list it is about shows: the runs going on, and results nobody closed; the newest first."""
        return self.filter(kind=kind, dismissed_at=None).order_by("-pk")


class Job(LeasedRow, ShopOwned):
    """A long piece of work that a merchant started. ``jobs.registry`` says what its kind does with its items.

    The items are rows of another app, a subclass of ``JobItem``; ``job.items`` reaches them.
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
    created_at = models.DateTimeField(_("started"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    max_crashes = 10
    """A restart in the middle counts as one; a merchant's hundreds of parcels are worth some patience."""
    payload = models.JSONField(default=dict, blank=True)
    """What this kind of job needs to know beyond its items, as plain JSON; nothing secret."""
    layout = models.CharField(max_length=2, blank=True)
    start = models.PositiveSmallIntegerField(default=1)
    file = models.CharField(max_length=200, blank=True)
    """Name of the finished file below FILES_DIR; empty when there is none (any more)."""
    dismissed_at = models.DateTimeField(_("result dismissed"), null=True, blank=True)
    """When somebody closed the result; until then it stands above the list it is about."""

    objects = JobQuerySet.as_manager()

    class Meta:
        db_table = "shipments_job"
        verbose_name, verbose_name_plural = _("job"), _("jobs")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["shop", "idempotency_key"], name="job_once")]

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
        """Why nothing happens now, in a sentence; empty while somebody works at it."""
        is_postponed = self.lease_until is None and self.next_at is not None and self.next_at > timezone.now()
        return localized(self.payload.get("waiting")) if is_postponed else ""

    @property
    def seconds(self) -> int:
        """How long it took, in whole seconds."""
        return round(((self.finished_at or timezone.now()) - self.created_at).total_seconds())


class JobItemQuerySet(models.QuerySet[Any]):
    """Rows of a subclass of ``JobItem``."""

    def extra_counts(self) -> dict[str, models.Count]:
        """More that ``counts`` counts, by name."""
        return {}

    def for_work(self) -> Self:
        """With the related rows that the handlers read."""
        return self

    def counts(self) -> dict[str, int]:
        """How many items are in each state, ``retryable`` among the failed, and ``extra_counts``. One query."""
        every = {state: models.Count("pk", filter=models.Q(state=state)) for state in JobItem.State.values}
        retryable = models.Count("pk", filter=models.Q(state=JobItem.State.FAILED, retryable=True))
        counted: dict[str, int] = self.order_by().aggregate(**every, retryable=retryable, **self.extra_counts())
        return counted


class JobItem(models.Model):
    """One thing that a job is about, and how it ended."""

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
    payload = models.JSONField(default=dict, blank=True)
    """What this item needs beyond its columns, as plain JSON."""

    RECORDED_FIELDS: ClassVar[tuple[str, ...]] = ("state", "code", "reason", "retryable", "payload")
    """The columns that handlers change."""
    SUBJECT_FIELDS: ClassVar[tuple[str, ...]] = ("payload",)
    """The columns that say what the item is about; a retry copies them."""

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.job_id}/{self.position} {self.state}"

    @property
    def message(self) -> str:
        return localized(self.reason)

    def copy(self) -> Self:
        """A new, unsaved item about the same thing."""
        return type(self)(**{name: getattr(self, name) for name in self.SUBJECT_FIELDS})
