"""Where a merchant finds at the shop system what we show of it."""

from integrations.models import ExternalOrder
from integrations.providers import PROVIDERS, get_provider


def order_link(order: ExternalOrder) -> str:
    """The shop system's own page of an order; empty when it has none, or when the shop let go of the site."""
    connection = order.connection
    if connection.is_inactive or connection.platform not in PROVIDERS:
        return ""
    return get_provider(connection.platform).order_url(connection.site_id, order.external_id)
