"""What keeps an order from being imported with the carrier of the shop's preferences."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.capabilities import DEFAULT_CAPABILITIES, Capabilities
from carriers.choices import CARRIER_NAMES, CONTRACT_CARRIERS
from carriers.parcels import Destination
from carriers.problems import Problem
from carriers.territories import zone


def import_blocker(
    carrier: str, destination: Destination, capabilities: Capabilities = DEFAULT_CAPABILITIES
) -> Problem | None:
    """Outside the EU only PostNL imports orders, and a carrier under contract that delivers there."""
    if not destination.country or zone(destination) != "ROW" or carrier == "postnl":
        return None
    if carrier in CONTRACT_CARRIERS and capabilities.serves(carrier, destination):
        return None
    text = format_lazy(
        _(
            "This order goes outside the EU, where {carrier} does not deliver. Choose PostNL as default "
            "carrier under Shop settings, Shipments, Parcel preferences, then import the order again."
        ),
        carrier=CARRIER_NAMES.get(carrier, carrier),
    )
    return Problem("carrier", "outside_eu", text)
