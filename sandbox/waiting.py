"""Delays a call for as long as a switch says."""

import time
from collections.abc import Callable

# How often the switch is read, in seconds.
POLL_SECONDS = 0.05


def wait(milliseconds: Callable[[], int]) -> None:
    """Sleep until ``milliseconds`` have passed; resetting the switch ends the wait at once."""
    began = time.monotonic()
    while (left := began + milliseconds() / 1000 - time.monotonic()) > 0:
        time.sleep(min(left, POLL_SECONDS))
