"""Shipments. Each is one parcel."""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from carriers.contact_rules import with_usable_contact
from carriers.customs import CONTENTS
from carriers.multi_collo import parcel_count_problem
from carriers.parcels import Address, Consignment, CustomsDeclaration, Destination, ParcelChoice
from carriers.pickup_points import label_recipient
from carriers.problems import Problem
from carriers.tracking_status import TrackingStatus
from integrations.models import ExternalOrder, Fulfillment
from lib.links import web_link
from shipments.content import (
    ADDRESS_FIELDS,
    CHOICE_FIELDS,
    ORDER_FIELD,
    ShipmentContent,
    ShipmentLine,
    blocker_for,
    needs_customs,
    serialize_problems,
)
from shipments.models.attention import ATTENTION_INDEXES, AttentionColumns
from shipments.models.delivery import DeliveryColumns
from shipments.models.listing import ListColumns, list_indexes
from shipments.models.lookup_indexes import LOOKUP_INDEXES
from shipments.models.querysets import ShipmentManager, ShipmentQuerySet
from shipments.search_text import shipment_search_text
from shipments.states import (
    UNDERWAY,
    WITH_LABEL,
    Blocker,
    OrderAlert,
    ShipmentStatus,
    check_move,
)
from shops.tenancy import ShopOwned

# Creating a label takes seconds; after this time without an answer it is unknown whether there is one.
UNANSWERED_AFTER = timedelta(minutes=2)
DUTCH_SPEAKING = frozenset({"NL", "BE", "SR"})


class Shipment(DeliveryColumns, AttentionColumns, ListColumns, ShopOwned):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.ForeignKey(ExternalOrder, null=True, blank=True, on_delete=models.PROTECT, related_name="shipments")
    parcel_number = models.PositiveSmallIntegerField(_("parcel"), default=1)
    # More than 1: one shipment of several parcels. The barcode is that of the first; see ``FurtherParcel``.
    parcel_count = models.PositiveSmallIntegerField(_("parcels in this shipment"), default=1)
    status = models.CharField(_("status"), max_length=20, choices=ShipmentStatus.choices, default=ShipmentStatus.DRAFT)
    status_at = models.DateTimeField(_("in this status since"), default=timezone.now)
    blocked_by = models.CharField(_("missing"), max_length=10, choices=Blocker.choices, blank=True, default="")
    # Problems that block the label: [{"field", "code", "text": {language: message}}].
    problems = models.JSONField(_("problems"), default=list, blank=True)
    # Corrections and adjustments made on import, in the same form as ``problems``.
    notes = models.JSONField(_("notes"), default=list, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    # Incremented by every edit, to detect concurrent edits.
    version = models.PositiveIntegerField(default=1)

    reference = models.CharField(_("reference"), max_length=50)
    description = models.CharField(_("label description"), max_length=45, blank=True)
    person = models.CharField(_("name"), max_length=50, blank=True)
    company = models.CharField(_("company"), max_length=50, blank=True)
    street = models.CharField(_("street"), max_length=150, blank=True)
    number = models.CharField(_("house number"), max_length=8, blank=True)
    suffix = models.CharField(_("suffix"), max_length=10, blank=True)
    house_number = models.CharField(_("house number as typed"), max_length=40, blank=True, default="")
    box = models.CharField(_("box number"), max_length=8, blank=True)
    extra = models.CharField(_("extra address line"), max_length=50, blank=True)
    postal_code = models.CharField(_("postcode"), max_length=10, blank=True)
    city = models.CharField(_("town"), max_length=35, blank=True)
    region = models.CharField(_("region"), max_length=35, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    email = models.CharField(_("email address"), max_length=254, blank=True)
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
    # The order's currency until a merchant enters the values, which are in euros.
    customs_currency = models.CharField(_("currency of the customs values"), max_length=3, default="EUR")

    # The order lines in this parcel, as ``ShipmentLine.to_json``.
    order_lines = models.JSONField(_("units"), default=list, blank=True)
    value = models.DecimalField(_("value"), max_digits=12, decimal_places=2, default=0)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")

    barcode = models.CharField(_("barcode"), max_length=40, null=True, blank=True, unique=True)
    tracking_url = models.CharField(_("tracking link"), max_length=500, blank=True)
    registered_at = models.DateTimeField(_("label created"), null=True, blank=True)
    printed_at = models.DateTimeField(_("downloaded"), null=True, blank=True)
    fulfillment = models.OneToOneField(
        Fulfillment, null=True, blank=True, on_delete=models.SET_NULL, related_name="shipment"
    )
    search_text = models.TextField(blank=True, editable=False)

    # A key of ``carriers.gateways.GATEWAYS``. A draft with a gateway may have been registered there, so the next
    # attempt queries that gateway first.
    gateway = models.CharField(_("gateway"), max_length=20, blank=True)
    external_id = models.CharField(_("ID at the gateway"), max_length=64, blank=True)
    # The outgoing shipment of a return; None for outgoing shipments.
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="returns", verbose_name=_("return of")
    )
    price = models.PositiveIntegerField(_("price"), null=True, blank=True, help_text=_("Euro cents."))
    # A ``TrackingStatus``; empty before the first poll.
    tracking_status = models.CharField(_("status at the carrier"), max_length=24, blank=True)
    # The gateway's code of that status, for support only.
    carrier_status_code = models.PositiveSmallIntegerField(_("status code from the gateway"), null=True, blank=True)
    delayed = models.BooleanField(_("delayed"), default=False)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    # None when the shipment is no longer polled.
    next_poll_at = models.DateTimeField(_("next tracking check"), null=True, blank=True)
    # A change of the order after its import that needs attention.
    order_alert = models.CharField(
        _("order changed"), max_length=10, choices=OrderAlert.choices, blank=True, default=""
    )
    # The fingerprint of the order that was applied last; see ``services.imports.order_changes``.
    order_fingerprint = models.JSONField(default=dict, blank=True, editable=False)
    # When the recipient was erased, on request or because the time was over; see ``services.erasure``.
    recipient_erased_at = models.DateTimeField(_("recipient erased"), null=True, blank=True, editable=False)
    # A deleted draft can be restored for ten minutes; after that the row is deleted.
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)

    objects = ShipmentManager()
    including_deleted = ShipmentQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("shipment"), _("shipments")
        ordering = ["-listed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "parcel_number"], condition=Q(deleted_at=None), name="shipment_once_per_order"
            ),
            models.CheckConstraint(condition=Q(weight__gte=1), name="shipment_weight"),
        ]
        indexes = [
            *list_indexes(),
            *ATTENTION_INDEXES,
            *LOOKUP_INDEXES,
        ]

    def __str__(self) -> str:
        return f"#{self.reference}"

    @property
    def tracking_link(self) -> str:
        """``tracking_url`` when it leads to a web page, else empty: gateways and old rows may hold anything."""
        return web_link(self.tracking_url)

    @property
    def recipient(self) -> Address:
        return Address(**{name: getattr(self, name) for name in ADDRESS_FIELDS})

    @property
    def choice(self) -> ParcelChoice:
        return ParcelChoice(**{name: getattr(self, name) for name in CHOICE_FIELDS})

    @property
    def destination(self) -> Destination:
        return Destination(self.country, self.postal_code, self.region)

    @property
    def content(self) -> ShipmentContent:
        """Reads ``customs_items`` when the destination is outside the EU, so do not use it for list rows."""
        return ShipmentContent(
            recipient=self.recipient,
            choice=self.choice,
            weight=self.weight,
            description=self.description,
            customs=self.declaration() if needs_customs(self.destination) else None,
            lines=self.lines,
            value=self.value,
            currency=self.currency,
            pickup=self.pickup,
            delivery_day=self.delivery_day,
        )

    @property
    def lines(self) -> tuple[ShipmentLine, ...]:
        return tuple(ShipmentLine.from_json(row) for row in self.order_lines)

    def apply_content(
        self, content: ShipmentContent, *, problems: Sequence[Problem] | None = None
    ) -> dict[str, object]:
        """Set the content and its problems without saving; returns the columns to write.

        Pass ``problems`` when they are known already. A problem with the order itself stays. ``services.drafts.save``
        writes the customs items, which are separate rows.
        """
        found = self._find_problems(content) if problems is None else problems
        of_order = [problem for problem in self.problems if problem["field"] == ORDER_FIELD]
        columns: dict[str, object] = content.columns()
        columns["problems"] = of_order + serialize_problems(found)
        columns["blocked_by"] = Blocker.ORDER if of_order else blocker_for(found)
        columns["recipient_erased_at"] = None
        for name, value in columns.items():
            setattr(self, name, value)
        self.search_text = self.make_search_text()
        return columns | {"search_text": self.search_text}

    def _find_problems(self, content: ShipmentContent) -> tuple[Problem, ...]:
        able = self.shop.capabilities
        too_many = parcel_count_problem(self.parcel_count, content.choice, content.destination, able)
        return (*content.problems(able), too_many) if too_many else content.problems(able)

    def move_to(self, target: ShipmentStatus, *, source: str = "") -> None:
        """Set the status without saving, for rows written in bulk under a lock. Raises IllegalMove.

        ``source`` is the status read under the lock, in case this object is older. An unsaved row may start in any
        state.
        """
        if not self._state.adding:
            check_move(source or self.status, target)
        self.status, self.status_at = target, timezone.now()

    @property
    def is_draft(self) -> bool:
        return self.status == ShipmentStatus.DRAFT

    @property
    def has_label(self) -> bool:
        """Also a test label; see ``is_test``."""
        return self.barcode is not None and self.status != ShipmentStatus.CANCELED

    @property
    def is_test(self) -> bool:
        """Its label is a test label: no carrier knows it, and nobody was told of it."""
        return self.status == ShipmentStatus.TEST

    @property
    def may_have_label(self) -> bool:
        """Whether a label may exist of which its gateway has not told us."""
        return self.status == ShipmentStatus.REGISTERING and self.status_at <= timezone.now() - UNANSWERED_AFTER

    @property
    def has_unknown_status(self) -> bool:
        """The gateway reports a status that is not known here; it is asked further."""
        is_unknown = self.tracking_status == TrackingStatus.UNKNOWN and self.carrier_status_code is not None
        return is_unknown and self.status in (*WITH_LABEL, *UNDERWAY)

    @property
    def can_cancel(self) -> bool:
        """Whether the label has no known scan."""
        return self.has_label and self.status in WITH_LABEL

    @property
    def is_return(self) -> bool:
        return self.parent_id is not None

    @property
    def buyer_language(self) -> str:
        """Either "nl" or "en", from the order or else from the country. Reads ``order``."""
        language = self.order.order.buyer_language[:2].lower() if self.order else ""
        if language:
            return "nl" if language == "nl" else "en"
        return "nl" if self.country in DUTCH_SPEAKING else "en"

    def consignment(self, customs: CustomsDeclaration | None) -> Consignment:
        """The data for a label gateway. The sender is the shop's current address. Needs ``shop``, its
        preferences and ``parent`` loaded.

        The sender of a return is the recipient of the outgoing shipment.
        """
        return Consignment(
            reference=str(self.public_id),
            recipient=with_usable_contact(label_recipient(self.recipient, self.pickup)),
            sender=self.parent.recipient if self.parent else self.shop.sender,
            choice=self.choice,
            weight=self.weight,
            description=self.description,
            customs=customs,
            parcel_count=self.parcel_count,
            pickup=self.pickup,
            delivery_day=self.delivery_day,
            sharing=self.shop.contact_sharing,
        )

    def declaration(self) -> CustomsDeclaration:
        """Possibly incomplete. Reads ``customs_items``; prefetch them for many shipments."""
        lines = tuple(item.line for item in self.customs_items.all())
        return CustomsDeclaration(
            contents=self.contents, invoice=self.invoice, lines=lines, currency=self.customs_currency
        )

    def make_search_text(self, *barcodes: str) -> str:
        """Call it wherever a column it reads is written; ``barcodes`` are those of further parcels."""
        return shipment_search_text(self, barcodes)
