import uuid
from collections.abc import Iterator
from functools import cached_property
from typing import Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import TypeAdapter

from integrations.messages import unreadable_message
from integrations.models.connections import Connection
from integrations.models.zones import zone_column
from integrations.order_ranges import fault_of
from integrations.orders import (
    FulfillmentStatus,
    ImportEligibility,
    OrderData,
    OrderStatus,
    PaymentStatus,
    Unread,
)
from lib.row_counters import CounterRow, Measure, RowCounter, counter_constraint, ledger_index
from shops.tenancy import ShopOwned

ORDER_ADAPTER = TypeAdapter(OrderData)
WAITING = models.Q(eligibility=ImportEligibility.OPEN.value, is_imported=False)
OFFERED = WAITING | models.Q(is_imported=True)


def _list_indexes() -> Iterator[models.Index]:
    """One for each way to narrow and sort the import page: its waiting orders, and with those that were imported."""
    for zone in ((), ("zone",)):
        for sort, column in (("date", "listed_at"), ("name", "customer"), ("total", "total")):
            name = "_".join(("order_waiting", *zone, sort))
            yield models.Index(fields=["connection", *zone, column, "id"], condition=WAITING, name=name)
        name = "_".join(("order_offered", *zone, "date"))
        yield models.Index(fields=["connection", *zone, "listed_at", "id"], condition=OFFERED, name=name)


class ExternalOrderQuerySet(models.QuerySet["ExternalOrder"]):
    def open(self) -> Self:
        """Importable orders of active connections."""
        return self.filter(eligibility=ImportEligibility.OPEN, connection__state=Connection.State.ACTIVE)

    def waiting(self) -> Self:
        """Open orders without a shipment, including those whose draft was deleted."""
        return self.open().filter(WAITING)

    def waiting_at(self, connection: Connection) -> Self:
        """The same of one connection, which the caller knows to be active."""
        return self.filter(WAITING, connection=connection)


class ExternalOrder(ShopOwned):
    """The mirror of a platform's order: columns for filtering and sorting, ``data`` for the order itself."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="orders")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    external_id = models.CharField(_("order ID"), max_length=64)
    number = models.CharField(_("order number"), max_length=50)
    eligibility = models.CharField(
        _("import decision"),
        max_length=20,
        choices=[(eligibility.value, eligibility.value) for eligibility in ImportEligibility],
    )
    placed_at = models.DateTimeField(_("placed"))
    # From the order's history at the platform, if it says.
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changed in the webshop"))
    # What "newest" means in lists. Computed by the database like ``zone``, so read it from a stored row.
    listed_at = models.GeneratedField(
        expression=Coalesce("paid_at", "placed_at"), output_field=models.DateTimeField(), db_persist=True
    )
    zone = zone_column()
    read_at = models.DateTimeField(_("read"), default=timezone.now)
    customer = models.CharField(_("customer"), max_length=200, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    total = models.DecimalField(_("total"), max_digits=12, decimal_places=2, default=0)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    search_text = models.TextField(blank=True, editable=False)
    # It changed at the platform and the changes are not applied to its parcels yet.
    changes_pending = models.BooleanField(_("changes not applied yet"), default=False, editable=False)
    # Whether there is a shipment of it that was not deleted. Triggers on the shipments keep it.
    is_imported = models.BooleanField(_("imported"), default=False, editable=False)
    data = models.JSONField(encoder=DjangoJSONEncoder)
    # When the buyer was erased, on request or because the time was over; no personal data is left.
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)
    # Erased, and its shipments and links may not be yet.
    erasure_pending = models.BooleanField(_("erasure pending"), default=False, editable=False)

    objects = ExternalOrderQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("external order"), _("external orders")
        ordering = ["-placed_at", "-pk"]
        constraints = [
            # The id first: the admin searches it without knowing the site.
            models.UniqueConstraint(fields=["external_id", "connection"], name="external_order_once"),
            models.CheckConstraint(condition=models.Q(total__gte=0), name="external_order_total"),
        ]
        indexes = [
            models.Index(fields=["connection", "eligibility", "-placed_at"], name="external_order_open"),
            models.Index(fields=["id"], condition=models.Q(changes_pending=True), name="external_order_unfollowed"),
            models.Index(fields=["number", "connection"], name="external_order_number"),
            *_list_indexes(),
            models.Index(fields=["connection", "-changed_at"], condition=WAITING, name="external_order_news"),
            models.Index(fields=["id"], condition=models.Q(erasure_pending=True), name="external_order_erasing"),
            # What the nightly tidying empties, and what of it is deleted because nothing was sent of it.
            models.Index(
                fields=["shop", "changed_at"], condition=models.Q(erased_at=None), name="external_order_to_empty"
            ),
            models.Index(
                fields=["shop", "changed_at"],
                condition=~models.Q(erased_at=None) & models.Q(is_imported=False),
                name="external_order_to_delete",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"

    @cached_property
    def order(self) -> OrderData:
        """In name only when what an earlier version stored cannot be used; reading the order again mends that."""
        try:
            order = ORDER_ADAPTER.validate_python(self.data)
            if fault_of(order) is None:
                return order
        except (ValueError, TypeError, ArithmeticError):
            pass
        return OrderData(
            external_id=self.external_id,
            number=self.number,
            created_at=self.placed_at,
            updated_at=self.changed_at,
            status=OrderStatus.UNKNOWN,
            payment=PaymentStatus.UNKNOWN,
            fulfillment=FulfillmentStatus.UNKNOWN,
            unread=(Unread.EVERYTHING,),
        )


class OpenOrderCount(CounterRow):
    """How many orders of a connection are open, by zone and whether they were imported; whatever its state."""

    # Rows outlive their shop until the nightly comparison: its orders may be deleted after them.
    shop = models.ForeignKey("shops.Shop", on_delete=models.CASCADE, db_constraint=False, related_name="+")
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, db_constraint=False, related_name="+")
    zone = models.CharField(_("zone"), max_length=5, blank=True, default="")
    is_imported = models.BooleanField(_("imported"), default=False)

    class Meta:
        verbose_name, verbose_name_plural = _("count of open orders"), _("counts of open orders")
        constraints = [counter_constraint("shop", "connection", "zone", "is_imported", name="open_order_total")]
        indexes = [ledger_index("open_order_ledger")]

    def __str__(self) -> str:
        return f"{self.connection_id} {self.zone}: {self.number}"


OPEN_ORDERS = RowCounter(
    table="integrations_openordercount",
    columns=("shop_id", "connection_id", "zone", "is_imported"),
    source="integrations_externalorder",
    watched=("shop_id", "connection_id", "zone", "is_imported", "eligibility"),
    measures=lambda _seconds: (
        Measure(
            f"{{row}}.eligibility = '{ImportEligibility.OPEN.value}'",
            ("{row}.shop_id", "{row}.connection_id", "{row}.zone", "{row}.is_imported"),
        ),
    ),
)


class UnreadableOrder(ShopOwned):
    """An order that could not be stored, without personal data. Deleted as soon as it can be read."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="unreadable_orders")
    external_id = models.CharField(_("order ID"), max_length=64)
    number = models.CharField(_("order number"), max_length=50, blank=True)
    # An ``UnreadableReason``; a text in rows of earlier versions.
    reason = models.CharField(_("reason"), max_length=500)
    seen_at = models.DateTimeField(_("last seen"), default=timezone.now)

    class Meta:
        verbose_name, verbose_name_plural = _("unreadable order"), _("unreadable orders")
        constraints = [models.UniqueConstraint(fields=["connection", "external_id"], name="unreadable_order_once")]

    def __str__(self) -> str:
        return f"#{self.number}" if self.number else gettext("No number")

    @property
    def message(self) -> Promise | str:
        """What is wrong with the order and what to do about it."""
        return unreadable_message(self.connection.platform, self.reason, self.number)
