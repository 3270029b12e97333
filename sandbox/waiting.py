"""A call that takes as long as a knob says."""

import time
from collections.abc import Callable

GLANCE = 0.05
"""Seconds between two looks at the knob."""


def wait(milliseconds: Callable[[], int]) -> None:
    """Until the call has taken this long. Turning the knob back lets a call that waits go on at once."""
    began = time.monotonic()
    while (left := began + milliseconds() / 1000 - time.monotonic()) > 0:
        time.sleep(min(left, GLANCE))
