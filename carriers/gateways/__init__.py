"""The registry of label gateways. To remove one, delete its line and its folder.

A gateway is the system that makes labels; a carrier delivers the parcels.
"""

from django.utils.functional import Promise
from django.utils.module_loading import import_string

from carriers.gateways.base import GatewayProvider

LOCAL = "local"
GATEWAYS = {
    "myparcel": "carriers.gateways.myparcel.provider.build",
    LOCAL: "carriers.gateways.local.build",
}
DEFAULT_GATEWAY = next(iter(GATEWAYS))


def get_gateway(gateway: str) -> GatewayProvider:
    """Built from the settings. Raises KeyError for a gateway that is not registered."""
    provider: GatewayProvider = import_string(GATEWAYS[gateway])()
    return provider


def gateway_display_name(gateway: str) -> Promise | str:
    """The key itself for a gateway that is no longer registered."""
    return get_gateway(gateway).name if gateway in GATEWAYS else gateway


def gateways_with_account() -> dict[str, GatewayProvider]:
    """The gateways that need an API key of the shop."""
    providers = {gateway: get_gateway(gateway) for gateway in GATEWAYS}
    return {gateway: provider for gateway, provider in providers.items() if provider.account is not None}
