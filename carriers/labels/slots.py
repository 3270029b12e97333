"""The places for labels on a sheet of four."""

SLOTS_PER_SHEET = 4


def sheet_plan(count: int, start: int) -> tuple[int, int]:
    """The number of A4 sheets for ``count`` labels from ``start``, and the first free position on the last one.

    The position is 1 when the last sheet is full, and ``start`` when ``count`` is 0.
    """
    if not count:
        return 0, start
    used = start - 1 + count
    return -(-used // SLOTS_PER_SHEET), used % SLOTS_PER_SHEET + 1
