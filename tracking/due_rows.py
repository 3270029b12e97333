"""Rows that wait for a worker, for the health page."""

from lib.queues import FOLLOW
from shipments.models import Shipment
from shipments.states import ShipmentStatus
from sweeps import due_rows

due_rows.register(
    Shipment,
    FOLLOW,
    lambda _now: Shipment.objects.exclude(status=ShipmentStatus.REGISTERING),
    column="next_poll_at",
)
