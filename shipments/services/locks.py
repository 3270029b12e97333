"""Holding rows of shipments, always in one order."""

from collections.abc import Iterable

from shipments.models import Shipment


def lock_statuses(ids: Iterable[int]) -> dict[int, str]:
    """The statuses of these shipments, held until the transaction ends.

    Always in one order: who locks the same rows in another order waits for us while we wait for them.
    """
    rows = Shipment.objects.order_by("pk").select_for_update().filter(pk__in=list(ids))
    return dict(rows.values_list("pk", "status"))
