"""Suggests an insured amount. All amounts are euro cents."""

from collections.abc import Sequence


def suggest_amount(value_cents: int, percent: int, amounts: Sequence[int]) -> int:
    """The lowest of ``amounts`` that covers ``percent`` (0-100) of the order's value, else the highest.

    ``amounts`` are ascending and lack 0 when the carrier insures every parcel. Raises ValueError for another
    percentage.
    """
    if not 0 <= percent <= 100:
        raise ValueError(f"{percent} is not a percentage from 0 to 100")
    if not amounts:
        return 0
    wanted = -(-max(0, value_cents) * percent // 100)
    return next((amount for amount in amounts if amount >= wanted), amounts[-1])
