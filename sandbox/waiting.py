"""A call that takes as long as a switch says."""

import time
from collections.abc import Callable

POLL_SECONDS = 0.05
"""Seconds between two looks at the switch."""


def wait(milliseconds: Callable[[], int]) -> None:
    """Until the call has taken this long. Turning the switch back lets a call that waits go on at once."""
    began = time.monotonic()
    while (left := began + milliseconds() / 1000 - time.monotonic()) > 0:
        time.sleep(min(left, POLL_SECONDS))
