"""One shipment of several parcels: one recipient, one choice, and a barcode and label for each parcel.

Only package type Parcel, and only within the Netherlands and to Belgium; docs/fidelity.md names the source. How many is
said by the capability data and the account.
"""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.capabilities import DEFAULT_CAPABILITIES, Capabilities
from carriers.capability_rules import PICKUP
from carriers.choices import CARRIER_NAMES
from carriers.parcels import Destination, ParcelChoice
from carriers.problems import Problem
from carriers.territories import zone

ZONES = frozenset({"NL", "BE"})
PACKAGE_TYPE = "package"
FIELD = "parcels"


def max_parcels(
    choice: ParcelChoice, destination: Destination, capabilities: Capabilities = DEFAULT_CAPABILITIES
) -> int:
    """How many parcels one shipment may have; 1 where several are not possible."""
    if choice.package_type != PACKAGE_TYPE or not destination.country or zone(destination) not in ZONES:
        return 1
    collected = choice.delivery_type == PICKUP
    row = capabilities.account.row_for(choice.carrier, choice.package_type, destination, collected=collected)
    return int(row["multi_collo_max"]) if row else 1


def parcel_count_problem(
    count: int, choice: ParcelChoice, destination: Destination, capabilities: Capabilities = DEFAULT_CAPABILITIES
) -> Problem | None:
    """Why this choice cannot be one shipment of ``count`` parcels."""
    most = max_parcels(choice, destination, capabilities)
    if count <= most:
        return None
    carrier = CARRIER_NAMES.get(choice.carrier, choice.carrier)
    if choice.package_type != PACKAGE_TYPE or (destination.country and zone(destination) not in ZONES):
        text = _(
            "One shipment of several parcels is only possible as Parcel to the Netherlands and Belgium. Split it into "
            "shipments of their own."
        )
        return Problem(FIELD, "multi_collo", text)
    if most > 1:
        text = _("{carrier} takes at most {most} parcels as one shipment. Choose fewer parcels.")
        return Problem(FIELD, "multi_collo_max", format_lazy(text, carrier=carrier, most=most))
    text = _("{carrier} does not take several parcels as one shipment. Split it into shipments of their own.")
    return Problem(FIELD, "multi_collo", format_lazy(text, carrier=carrier))
