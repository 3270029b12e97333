"""The querysets and the default manager of shipments."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils import timezone

from shipments.states import ShipmentStatus, sources_of

if TYPE_CHECKING:
    from shipments.models.shipments import Shipment  # noqa: F401 - names the model in annotations

# See ``shipments.presentation.shipment_rows``.
OVERVIEW_COLUMNS = (
    *("public_id", "shop_id", "order_id", "reference", "listed_at", "status", "status_at", "blocked_by", "problems"),
    *("person", "company", "postal_code", "city", "country", "pickup_code", "pickup_name", "pickup_city"),
    *("carrier", "package_type", "signature", "only_recipient", "insurance", "parcel_count", "barcode", "tracking_url"),
    *("fulfillment__state", "fulfillment__last_error", "order__paid_at"),
)


class ShipmentQuerySet(models.QuerySet["Shipment"]):
    def kept(self) -> Self:
        """Without deleted drafts, like the default manager."""
        return self.filter(deleted_at=None)

    # By the stored tab and not by status, because that is what the indexes of lists begin with.

    def drafts(self) -> Self:
        """Also those that a label is being made for."""
        return self.filter(tab="drafts")

    def editable_drafts(self) -> Self:
        return self.drafts().filter(status=ShipmentStatus.DRAFT)

    def to_print(self) -> Self:
        return self.filter(tab="to_print")

    def underway(self) -> Self:
        return self.filter(tab="in_transit")

    def printed(self) -> Self:
        """Downloaded, and not scanned by the carrier yet."""
        return self.filter(tab="printed")

    def tests(self) -> Self:
        return self.filter(tab="tests")

    def delivered(self) -> Self:
        return self.filter(tab="delivered")

    def needing_attention(self, kind: str = "") -> Self:
        """Of every kind, or of one of ``shipments.models.attention.ATTENTION_KINDS``."""
        # The first condition is that of the index, which a planner recognizes word by word.
        rows = self.exclude(attention="")
        return rows.filter(attention=kind) if kind else rows

    def move(self, target: ShipmentStatus, **columns: object) -> int:
        """Change the status of the rows whose move the state table allows; returns the number of rows.

        ``columns`` are set in the same UPDATE; ``status_at`` defaults to now.
        """
        changes = {"status_at": timezone.now()} | columns | {"status": target}
        return self.filter(status__in=sources_of(target)).update(**changes)

    def for_rows(self) -> Self:
        """With everything that a list row shows, in one query."""
        return self.select_related("order__connection", "fulfillment")

    def for_overview(self, *further: str) -> Self:
        """With the columns that a row of the overview shows, and ``further`` ones; reading another one costs a query
        for each row.
        """
        joined = {name.rpartition("__")[0] for name in further if "__" in name}
        return self.select_related("fulfillment", "order", *joined).only(*OVERVIEW_COLUMNS, *further)


_AnyShipments = models.Manager.from_queryset(ShipmentQuerySet)


class ShipmentManager(_AnyShipments["Shipment"]):
    """Excludes deleted drafts, also in ``shop.shipments`` and ``order.shipments``."""

    def get_queryset(self) -> ShipmentQuerySet:
        return ShipmentQuerySet(self.model, using=self._db).kept()
