"""What the merchant works on: shipments, their labels and customs lines, and the long jobs that make them."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import PackagePreferences
from accounts.tenancy import ShopOwned
from carriers.customs import CONTENTS
from carriers.parcels import (
    Address,
    Consignment,
    CustomsDeclaration,
    CustomsLine,
    Destination,
    ParcelChoice,
)
from integrations.models import ExternalOrder, Fulfillment
from lib.languages import in_my_language
from lib.work import Work, WorkQuerySet
from shipments.states import UNDERWAY, Blocker, ShipmentStatus


class ShipmentQuerySet(models.QuerySet["Shipment"]):
    def concepts(self) -> Self:
        return self.filter(status__in=[ShipmentStatus.CONCEPT, ShipmentStatus.REGISTERING])

    def to_print(self) -> Self:
        return self.filter(status=ShipmentStatus.REGISTERED)

    def underway(self) -> Self:
        return self.filter(status__in=UNDERWAY)

    def delivered(self) -> Self:
        return self.filter(status=ShipmentStatus.DELIVERED)

    def needing_attention(self) -> Self:
        """Concepts that miss something, parcels that came back, and orders the shop was not told about."""
        return self.filter(
            (Q(status=ShipmentStatus.CONCEPT) & ~Q(blocked_by=Blocker.NONE))
            | Q(status=ShipmentStatus.RETURNED)
            | Q(fulfillment__state=Fulfillment.State.NEEDS_ATTENTION)
        )

    def for_rows(self) -> Self:
        """Everything a list row shows, in one query."""
        return self.select_related("order__connection", "fulfillment")


class Shipment(ShopOwned):
    """One parcel: a concept until its label is made."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.ForeignKey(ExternalOrder, null=True, blank=True, on_delete=models.PROTECT, related_name="shipments")
    parcel_no = models.PositiveSmallIntegerField(_("parcel"), default=1)
    status = models.CharField(
        _("status"), max_length=20, choices=ShipmentStatus.choices, default=ShipmentStatus.CONCEPT
    )
    status_at = models.DateTimeField(_("in this status since"), default=timezone.now)
    blocked_by = models.CharField(_("misses"), max_length=10, choices=Blocker.choices, blank=True, default="")
    problems = models.JSONField(_("problems"), default=list, blank=True)
    """What stands in the way of a label: [{"field", "code", "text": {language: sentence}}]."""
    notes = models.JSONField(_("notes"), default=list, blank=True)
    """What we changed or repaired on import, and worth reading: the same shape as problems."""
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    """Rises with every edit: two people who edit the same concept notice each other."""

    reference = models.CharField(_("reference"), max_length=50)
    description = models.CharField(_("label description"), max_length=45, blank=True)
    person = models.CharField(_("name"), max_length=50, blank=True)
    company = models.CharField(_("company"), max_length=50, blank=True)
    street = models.CharField(_("street"), max_length=40, blank=True)
    number = models.CharField(_("house number"), max_length=8, blank=True)
    suffix = models.CharField(_("addition"), max_length=6, blank=True)
    box = models.CharField(_("box"), max_length=8, blank=True)
    extra = models.CharField(_("extra address line"), max_length=50, blank=True)
    postal_code = models.CharField(_("postcode"), max_length=10, blank=True)
    city = models.CharField(_("town"), max_length=35, blank=True)
    region = models.CharField(_("region"), max_length=35, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    email = models.CharField(_("e-mail address"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=25, blank=True)

    carrier = models.CharField(_("carrier"), max_length=20)
    package_type = models.CharField(_("package type"), max_length=20)
    delivery_type = models.CharField(_("delivery"), max_length=20, default="standard")
    signature = models.BooleanField(_("signature on delivery"), default=False)
    only_recipient = models.BooleanField(_("recipient only"), default=False)
    return_to_sender = models.BooleanField(_("return at once if nobody is home"), default=False)
    age_check = models.BooleanField(_("age check 18+"), default=False)
    large_format = models.BooleanField(_("large format"), default=False)
    insurance = models.PositiveIntegerField(_("insurance"), default=0)
    weight = models.PositiveIntegerField(_("weight"), help_text=_("Grams."))
    contents = models.CharField(
        _("contents"), max_length=20, choices=[(key, key) for key in CONTENTS], default="commercial_goods"
    )
    invoice = models.CharField(_("invoice number"), max_length=50, blank=True)

    order_lines = models.JSONField(_("pieces"), default=list, blank=True)
    """The order's lines in this parcel: [{"id", "pieces", "name", "sku"}]."""
    value = models.DecimalField(_("value"), max_digits=12, decimal_places=2, default=0)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")

    barcode = models.CharField(_("barcode"), max_length=40, null=True, blank=True, unique=True)
    tracking_url = models.CharField(_("tracking link"), max_length=500, blank=True)
    registered_at = models.DateTimeField(_("label made"), null=True, blank=True)
    printed_at = models.DateTimeField(_("downloaded"), null=True, blank=True)
    fulfillment = models.OneToOneField(
        Fulfillment, null=True, blank=True, on_delete=models.SET_NULL, related_name="shipment"
    )
    search_text = models.TextField(blank=True, editable=False)

    objects = ShipmentQuerySet.as_manager()

    ADDRESS_FIELDS = (
        "person",
        "company",
        "street",
        "number",
        "suffix",
        "box",
        "extra",
        "postal_code",
        "city",
        "region",
        "country",
        "email",
        "phone",
    )
    CHOICE_FIELDS = PackagePreferences.CHOICE_FIELDS

    class Meta:
        verbose_name, verbose_name_plural = _("shipment"), _("shipments")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "parcel_no"], name="shipment_once_per_order"),
            models.CheckConstraint(condition=Q(weight__gte=1), name="shipment_weight"),
        ]
        indexes = [
            models.Index(fields=["shop", "status", "-created_at"], name="shipment_tab"),
            models.Index(fields=["shop", "-created_at"], name="shipment_list"),
        ]

    def __str__(self) -> str:
        return f"#{self.reference}"

    @property
    def recipient(self) -> Address:
        return Address(**{name: getattr(self, name) for name in self.ADDRESS_FIELDS})

    @property
    def choice(self) -> ParcelChoice:
        return ParcelChoice(**{name: getattr(self, name) for name in self.CHOICE_FIELDS})

    @property
    def destination(self) -> Destination:
        return Destination(self.country, self.postal_code, self.region)

    @property
    def is_concept(self) -> bool:
        return self.status == ShipmentStatus.CONCEPT

    @property
    def has_label(self) -> bool:
        return self.barcode is not None and self.status != ShipmentStatus.CANCELLED

    def consignment(self, customs: CustomsDeclaration | None) -> Consignment:
        """What a label gateway is told; the sender is the shop's address now (needs ``shop`` loaded)."""
        return Consignment(
            reference=str(self.public_id),
            recipient=self.recipient,
            sender=self.shop.sender,
            choice=self.choice,
            weight=self.weight,
            description=self.description,
            customs=customs,
        )

    def declaration(self) -> CustomsDeclaration:
        """The customs form as filled in so far; reads ``customs_items`` (prefetch them in bulk)."""
        lines = tuple(item.line for item in self.customs_items.all())
        return CustomsDeclaration(contents=self.contents, invoice=self.invoice, lines=lines)

    def make_search_text(self) -> str:
        parts = (
            self.reference,
            self.person,
            self.company,
            self.postal_code,
            self.city,
            self.barcode or "",
            self.email,
        )
        return " ".join(part for part in parts if part).casefold()


class CustomsItem(models.Model):
    """One kind of article on the customs form of a shipment; weight and value are per piece."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="customs_items")
    description = models.CharField(_("description"), max_length=50, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    weight = models.PositiveIntegerField(_("grams each"), default=0)
    value = models.PositiveIntegerField(_("value each"), default=0, help_text=_("Cents."))
    hs_code = models.CharField(_("HS code"), max_length=10, blank=True)
    origin = models.CharField(_("origin"), max_length=2, blank=True)
    sku = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("customs item"), _("customs items")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(quantity__gte=1), name="customs_item_quantity")]

    def __str__(self) -> str:
        return f"{self.quantity}× {self.description}"

    @property
    def line(self) -> CustomsLine:
        return CustomsLine(self.description, self.quantity, self.weight, self.value, self.hs_code, self.origin)


class BarcodeBlock(ShopOwned):
    """A piece of a barcode series reserved for one shop: numbers ``first`` to ``last``, ``next`` comes next."""

    series = models.CharField(max_length=20)
    first = models.PositiveBigIntegerField()
    last = models.PositiveBigIntegerField()
    next = models.PositiveBigIntegerField()

    class Meta:
        verbose_name, verbose_name_plural = _("barcode block"), _("barcode blocks")
        constraints = [
            models.UniqueConstraint(fields=["series", "first"], name="barcode_block_once"),
            models.CheckConstraint(
                condition=Q(next__lte=models.F("last") + 1) & Q(next__gte=models.F("first")),
                name="barcode_block_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.first}–{self.last}"


class ShipmentEvent(models.Model):
    """What happened to a shipment, here or at the carrier; rows are added, never changed."""

    class Kind(models.TextChoices):
        IMPORTED = "imported", _("Imported from the shop")
        CREATED = "created", _("Draft created")
        EDITED = "edited", _("Draft edited")
        LABEL = "label", _("Label created")
        PRINTED = "printed", _("Label downloaded")
        TOLD = "told", _("Shop updated")
        TELL_FAILED = "tell_failed", _("Shop not updated")
        ORDER_CHANGED = "order_changed", _("Order changed in the shop")
        CARRIER = "carrier", _("At the carrier")

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("event"), _("events")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_kind_display()}"

    @property
    def sentence(self) -> str:
        return in_my_language(self.text)


class JobQuerySet(WorkQuerySet["Job"]):
    def unfinished(self) -> Self:
        return self.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])


class Job(Work, ShopOwned):
    """A long piece of work a merchant started: an import or a batch of labels; its items say what it is about."""

    class Kind(models.TextChoices):
        IMPORT = "import", _("Import")
        LABELS = "labels", _("Labels")

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Failed")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    idempotency_key = models.CharField(max_length=64)
    total = models.PositiveIntegerField(_("items"), default=0)
    stop_requested = models.BooleanField(default=False)
    created_at = models.DateTimeField(_("started"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    layout = models.CharField(max_length=2, blank=True)
    start = models.PositiveSmallIntegerField(default=1)
    file = models.CharField(max_length=200, blank=True)
    """Name of the finished file below FILES_DIR; empty when there is none (any more)."""

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("job"), _("jobs")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["shop", "idempotency_key"], name="job_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def is_finished(self) -> bool:
        return self.state in {self.State.DONE, self.State.CANCELLED, self.State.FAILED}


class JobItemQuerySet(models.QuerySet["JobItem"]):
    def counts(self) -> dict[str, int]:
        """How many items are in each state, in one query."""
        return dict(self.order_by().values_list("state").annotate(models.Count("pk")))


class JobItem(models.Model):
    """One order or shipment in a job, and how it ended."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        WORKING = "working", _("Working")
        OK = "ok", _("Done")
        ALREADY = "already", _("Already there")
        REFUSED = "refused", _("Refused")
        STOPPED = "stopped", _("Stopped")

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="items")
    order = models.ForeignKey(ExternalOrder, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    shipment = models.ForeignKey(Shipment, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    position = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    code = models.CharField(max_length=40, blank=True)
    reason = models.JSONField(default=dict, blank=True)
    retryable = models.BooleanField(default=False)

    objects = JobItemQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["job", "order"], name="job_item_order_once"),
            models.UniqueConstraint(fields=["job", "shipment"], name="job_item_shipment_once"),
        ]
        indexes = [models.Index(fields=["job", "state"], name="job_item_state")]

    def __str__(self) -> str:
        return f"{self.job_id}/{self.position} {self.state}"

    @property
    def sentence(self) -> str:
        return in_my_language(self.reason)
