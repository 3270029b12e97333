"""The garbage collector of a program that works through rows: it looks at what is new, and still collects that."""

import gc
import weakref

from lib.collector import leave_out_what_is_loaded


class Node:
    """Refers to itself, so only the collector can free it."""

    def __init__(self) -> None:
        self.itself = self


def test_what_is_loaded_is_left_out_and_what_comes_later_is_collected():
    waiting = weakref.ref(Node())
    gc.unfreeze()
    leave_out_what_is_loaded.cache_clear()
    leave_out_what_is_loaded()
    assert gc.get_freeze_count() > 10_000
    assert waiting() is None, "garbage is not kept for ever"
    later = weakref.ref(Node())
    gc.collect()
    assert later() is None
