"""How often MyParcel may be asked: a bucket for each kind of call, shared by everything in this process."""

import threading
import time
from collections import deque
from collections.abc import Callable

from lib.http import ApiUnreachable

WINDOW = 300.0
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
}
"""Calls in any five minutes, as MyParcel documents them; refused calls count too."""
LEFT_FOR_OTHERS = 0.9
"""Other programs of the merchant share the account."""


class Budget:
    """Refuses a call before MyParcel would; ``spend`` says after how many seconds it can be made."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._calls: dict[tuple[str, str], deque[float]] = {}

    def spend(self, account: str, family: str) -> None:
        """Count a call of this account. Raises ApiUnreachable with status 429, as not sent."""
        limit, now = int(LIMITS.get(family, 300) * LEFT_FOR_OTHERS), self._clock()
        with self._lock:
            calls = self._calls.setdefault((account, family), deque())
            while calls and calls[0] <= now - WINDOW:
                calls.popleft()
            if len(calls) >= limit:
                wait = calls[0] + WINDOW - now
                raise ApiUnreachable("our own limit", sent=False, retry_after=wait, status=429)
            calls.append(now)
