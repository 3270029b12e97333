"""Python's garbage collector in a program that works through many rows."""

import gc
from functools import cache

# New objects before the young ones are looked through: a page of orders has 30,000, of which none is garbage yet.
YOUNG_OBJECTS = 20_000


@cache
def leave_out_what_is_loaded() -> None:
    """Have full collections look only at what is made from now on, not at the modules, models and tables of rules.

    Those are half a million objects that stay as long as the program; looking through them took a fifth of an import.
    Once a program: later calls do nothing. What waits to be collected goes first, so nothing is kept by this.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, *gc.get_threshold()[1:])
