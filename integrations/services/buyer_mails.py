"""Whether the shop mailed the buyer: read from the orders' own history, never asked for by itself."""

from collections.abc import Sequence
from datetime import timedelta

from integrations.models import Connection, Fulfillment
from integrations.orders import OrderData
from lib.bulk import bulk_update_columns

MAX_CLOCK_SKEW = timedelta(minutes=2)
"""A shop's clock may be a little behind ours; a mail from before that was about something else."""


def record_buyer_mails(connection: Connection, orders: Sequence[OrderData]) -> None:
    """Keep when the buyer was mailed about a parcel: the first mail after we told the shop. May be repeated."""
    buyer_mail_times = {order.external_id: order.buyer_mail_times for order in orders if order.buyer_mail_times}
    if not buyer_mail_times:
        return
    confirmed = connection.fulfillments.filter(
        state=Fulfillment.State.DONE, buyer_mailed_at=None, sent_at__isnull=False
    )
    mailed_rows = confirmed.filter(order__external_id__in=buyer_mail_times).select_related("order")
    rows = []
    for row in mailed_rows.order_by("pk").select_for_update(of=("self",)):
        earliest = (row.sent_at or row.queued_at) - MAX_CLOCK_SKEW
        later_mails = [moment for moment in buyer_mail_times[row.order.external_id] if moment >= earliest]
        if later_mails:
            row.buyer_mailed_at = later_mails[0]
            rows.append(row)
    bulk_update_columns(rows, ["buyer_mailed_at"])
