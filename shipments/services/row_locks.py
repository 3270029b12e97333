"""Row locks on shipments."""

from collections.abc import Iterable

from shipments.models import Shipment


def lock_statuses(ids: Iterable[int]) -> dict[int, str]:
    """Lock these shipments until the transaction ends and return their statuses.

    Rows are locked in order of primary key, to avoid deadlocks.
    """
    rows = Shipment.objects.order_by("pk").select_for_update().filter(pk__in=list(ids))
    return dict(rows.values_list("pk", "status"))
