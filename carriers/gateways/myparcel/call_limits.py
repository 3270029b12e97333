"""Rate limits of MyParcel per kind of call, shared by all processes."""

from django.conf import settings

from lib import rate_limit

WINDOW_SECONDS = 300
# Calls in any five minutes, as MyParcel documents them; rejected calls count too.
LIMITS = {
    "GET /shipments": 500,
    "POST /shipments": 500,
    "DELETE /shipments/ids": 300,
    "GET /shipments/ids": 1000,
    "GET /shipment_labels/ids": 500,
    "GET /tracktraces/ids": 300,
    "GET /webhook_subscriptions": 150,
    "POST /webhook_subscriptions": 30,
    "DELETE /webhook_subscriptions/ids": 30,
    "GET /delivery_options": 60,
}
# MyParcel lists both with one limit: count them together.
SHARED = {"GET /pickup_locations": "GET /delivery_options"}
# Windows other than five minutes, in seconds.
WINDOWS = {"GET /delivery_options": 60}
DEFAULT_LIMIT = 300


def acquire(account: str, kind: str) -> None:
    """Count a call of this account before it is sent. Raises ApiUnavailable with status 429, as not sent.

    Other programs of the merchant share the account, so we use MYPARCEL_LIMIT_PERCENT of each limit.
    """
    kind = SHARED.get(kind, kind)
    limit = int(LIMITS.get(kind, DEFAULT_LIMIT) * settings.MYPARCEL_LIMIT_PERCENT / 100)
    rate_limit.acquire(limit, WINDOWS.get(kind, WINDOW_SECONDS), "myparcel", account, kind)
