"""How much to insure an order for. All amounts are euro cents."""

from carriers.capability_rules import NO_CONTRACTS, Contracts, row_for
from carriers.parcels import Destination, ParcelChoice


def insured_amounts(
    choice: ParcelChoice, destination: Destination, contracts: Contracts = NO_CONTRACTS
) -> tuple[int, ...]:
    """The insured amounts this choice can have there, lowest first; empty when it does not go there."""
    row = row_for(choice.carrier, choice.package_type, destination, contracts)
    return tuple(sorted(row["insurance_cents"])) if row else ()


def suggest_amount(
    value_cents: int,
    percent: int,
    choice: ParcelChoice,
    destination: Destination,
    contracts: Contracts = NO_CONTRACTS,
) -> int:
    """The lowest step that covers ``percent`` (0-100) of the order's value, or the highest there is.

    0 when nothing needs to be covered, unless the carrier insures every parcel. ValueError for another percentage.
    """
    if not 0 <= percent <= 100:
        raise ValueError(f"{percent} is not a percentage from 0 to 100")
    ladder = insured_amounts(choice, destination, contracts)
    if not ladder:
        return 0
    wanted = -(-max(0, value_cents) * percent // 100)
    return next((step for step in ladder if step >= wanted), ladder[-1])
