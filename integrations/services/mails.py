"""Whether the shop mailed the buyer: read from the orders' own history, never asked for by itself."""

from collections.abc import Sequence
from datetime import timedelta

from integrations.models import Connection, Fulfillment
from integrations.orders import OrderData
from lib.bulk import bulk_update_columns

CLOCKS_DIFFER = timedelta(minutes=2)
"""A shop's clock may be a little behind ours; a mail from before that was about something else."""


def note_mails(connection: Connection, orders: Sequence[OrderData]) -> None:
    """Keep when the buyer was mailed about a parcel: the first mail after we told the shop. May be repeated."""
    mailed = {order.external_id: order.mailed for order in orders if order.mailed}
    if not mailed:
        return
    told = connection.fulfillments.filter(state=Fulfillment.State.DONE, mailed_at=None, sent_at__isnull=False)
    mine = told.filter(order__external_id__in=mailed).select_related("order")
    rows = []
    for row in mine.order_by("pk").select_for_update(of=("self",)):
        begin = (row.sent_at or row.promised_at) - CLOCKS_DIFFER
        after = [moment for moment in mailed[row.order.external_id] if moment >= begin]
        if after:
            row.mailed_at = after[0]
            rows.append(row)
    bulk_update_columns(rows, ["mailed_at"])
