"""Numbers of shipments, kept by triggers; see ``lib.row_counters``. Read them through ``shipments.queries.counts``."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lib.row_counters import CounterRow, Measure, RowCounter, counter_constraint, ledger_index
from shipments.states import Blocker, ShipmentStatus

NOT_DELETED = "{row}.deleted_at IS NULL"
# Days of which hours are kept and compared.
DAYS_COUNTED = 40
FAST_DELIVERY_SECONDS = 2 * 24 * 3600


class ShopCounterRow(CounterRow):
    # Rows outlive their shop until the nightly comparison: its shipments may be deleted after them.
    shop = models.ForeignKey("shops.Shop", on_delete=models.CASCADE, db_constraint=False, related_name="+")

    class Meta:
        abstract = True


class ShipmentCount(ShopCounterRow):
    """How many shipments of a shop have this status, blocker and kind of attention, without deleted drafts."""

    status = models.CharField(_("status"), max_length=20, choices=ShipmentStatus.choices)
    blocked_by = models.CharField(_("missing"), max_length=10, choices=Blocker.choices, blank=True)
    attention = models.CharField(_("attention"), max_length=12, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("count of shipments"), _("counts of shipments")
        constraints = [counter_constraint("shop", "status", "blocked_by", "attention", name="shipment_count_total")]
        indexes = [ledger_index("shipment_count_ledger")]

    def __str__(self) -> str:
        return f"{self.shop_id} {self.status} {self.blocked_by} {self.attention}: {self.number}"


class ShipmentHour(ShopCounterRow):
    """What happened to the shipments of a shop in an hour of the last ``DAYS_COUNTED`` days."""

    class Measure(models.TextChoices):
        # By the hour in which the label was made; what is sent is what the statistics count.
        SENT = "sent", _("Label created")
        ARRIVED = "arrived", _("Delivered by now")
        ARRIVED_FAST = "fast", _("Delivered within two days")
        # By the hour in which it was delivered.
        DELIVERED = "delivered", _("Delivered")

    measure = models.CharField(_("measure"), max_length=10, choices=Measure.choices)
    # Hours since 1970, so that any time zone with whole hours can add up its days.
    hour = models.IntegerField(_("hour"))

    class Meta:
        verbose_name, verbose_name_plural = _("shipments in an hour"), _("shipments per hour")
        constraints = [counter_constraint("shop", "measure", "hour", name="shipment_hour_total")]
        indexes = [
            ledger_index("shipment_hour_ledger"),
            # Carries the dashboard's last weeks, from the index alone.
            models.Index(fields=["shop", "measure", "hour", "number"], name="shipment_hour_numbers"),
            # Carries the nightly deletion of old hours.
            models.Index(fields=["hour"], name="shipment_hour_old"),
        ]

    def __str__(self) -> str:
        return f"{self.shop_id} {self.measure} {self.hour}: {self.number}"


SHIPMENT_COUNTS = RowCounter(
    table="shipments_shipmentcount",
    columns=("shop_id", "status", "blocked_by", "attention"),
    source="shipments_shipment",
    watched=("shop_id", "status", "blocked_by", "attention", "deleted_at"),
    measures=lambda _seconds: (
        Measure(NOT_DELETED, ("{row}.shop_id", "{row}.status", "{row}.blocked_by", "{row}.attention")),
    ),
)


def _hours(seconds: str) -> tuple[Measure, ...]:
    labeled, delivered = (seconds.format(f"{{row}}.{column}") for column in ("registered_at", "delivered_at"))
    sent = f"{NOT_DELETED} AND {{row}}.registered_at IS NOT NULL"
    no_parcel = f"'{ShipmentStatus.CANCELED}', '{ShipmentStatus.TEST}'"
    outgoing = f"{sent} AND {{row}}.parent_id IS NULL AND {{row}}.status NOT IN ({no_parcel})"
    arrived = f"{sent} AND {{row}}.delivered_at IS NOT NULL"
    names = ShipmentHour.Measure
    return tuple(
        Measure(condition, ("{row}.shop_id", f"'{name}'", f"{seconds.format(f'{{row}}.{moment}')} / 3600"), moment)
        for name, moment, condition in (
            (names.SENT, "registered_at", outgoing),
            (names.ARRIVED, "registered_at", arrived),
            (names.ARRIVED_FAST, "registered_at", f"{arrived} AND {delivered} - {labeled} <= {FAST_DELIVERY_SECONDS}"),
            (names.DELIVERED, "status_at", f"{NOT_DELETED} AND {{row}}.status = '{ShipmentStatus.DELIVERED}'"),
        )
    )


SHIPMENT_HOURS = RowCounter(
    table="shipments_shipmenthour",
    columns=("shop_id", "measure", "hour"),
    source="shipments_shipment",
    watched=("shop_id", "status", "status_at", "registered_at", "delivered_at", "parent_id", "deleted_at"),
    measures=_hours,
)
