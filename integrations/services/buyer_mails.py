"""Whether the platform mailed the buyer, read from the history of its orders."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Q

from integrations.models import Connection, Fulfillment
from integrations.orders import OrderData
from lib.bulk import bulk_update_columns

# By which the platform's clock may be behind ours. Earlier mails were about something else.
MAX_CLOCK_SKEW = timedelta(minutes=2)
State = Fulfillment.State
# A mail is proof whether or not we have the platform's answer already.
SENT_STATES = (State.DONE, State.SENDING, State.UNCONFIRMED)


def record_buyer_mails(connection: Connection, orders: Sequence[OrderData]) -> None:
    """Store the time of the first mail after a fulfillment was sent. May be repeated."""
    buyer_mail_times = {order.external_id: order.buyer_mail_times for order in orders if order.buyer_mail_times}
    if not buyer_mail_times:
        return
    sent = connection.fulfillments.filter(
        Q(state__in=SENT_STATES) | Q(state=State.CANCELED, confirmed_at__isnull=False),
        buyer_mailed_at=None,
        sent_at__isnull=False,
    )
    mailed_rows = sent.filter(order__external_id__in=buyer_mail_times).select_related("order")
    rows = []
    for row in mailed_rows.order_by("pk").select_for_update(of=("self",)):
        earliest = (row.sent_at or row.queued_at) - MAX_CLOCK_SKEW
        later_mails = [moment for moment in buyer_mail_times[row.order.external_id] if moment >= earliest]
        if later_mails:
            row.buyer_mailed_at = later_mails[0]
            rows.append(row)
    bulk_update_columns(rows, ["buyer_mailed_at"])
