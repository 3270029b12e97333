"""How much to insure an order for. All amounts are euro cents."""

from collections.abc import Sequence


def suggest_amount(value_cents: int, percent: int, amounts: Sequence[int]) -> int:
    """The lowest of ``amounts`` that covers ``percent`` (0-100) of the order's value, or the highest there is.

    ``amounts`` are what can be insured, lowest first: a carrier that insures every parcel has no 0. ValueError for
    another percentage.
    """
    if not 0 <= percent <= 100:
        raise ValueError(f"{percent} is not a percentage from 0 to 100")
    if not amounts:
        return 0
    wanted = -(-max(0, value_cents) * percent // 100)
    return next((amount for amount in amounts if amount >= wanted), amounts[-1])
