from integrations.models import ExternalOrder
from integrations.providers import PROVIDERS, get_provider


def order_link(order: ExternalOrder) -> str:
    """The platform's page of an order; empty when it has none or the connection is inactive."""
    connection = order.connection
    if connection.is_inactive or connection.platform not in PROVIDERS:
        return ""
    return get_provider(connection.platform).order_url(connection.site_id, order.external_id)
