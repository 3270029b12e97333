"""How much Hypothesis generates: a little in the suite, the same each time, and thousands with ``script/poison``."""

import os
from typing import Any

from hypothesis import settings

EXAMPLES = int(os.environ.get("POISON_EXAMPLES", "0"))


def generated(few: int, **more: Any) -> settings:
    """``few`` is the number of examples in the suite, where a failure must never come by chance."""
    return settings(max_examples=EXAMPLES or few, derandomize=not EXAMPLES, deadline=None, database=None, **more)
