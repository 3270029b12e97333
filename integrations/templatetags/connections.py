"""What pages of other apps say of a shop's connections."""

from django import template

from integrations import providers
from integrations.models import Connection
from shops.models import Shop

register = template.Library()
register.simple_tag(providers.all_providers, name="order_providers")
register.simple_tag(providers.platform_names)
register.simple_tag(providers.connect_url)


@register.filter
def connected(shop: Shop) -> list[Connection]:
    """The connections the merchant granted and did not revoke; reads them as they were fetched with the shop."""
    return [one for one in shop.connections.all() if one.state != Connection.State.DISCONNECTED]


@register.filter
def has_notice(connection: Connection) -> bool:
    """Whether a notice about the connection stands above what is known of it."""
    return connection.state == Connection.State.COPY or bool(connection.last_error_message)


@register.filter
def holds_updates(connection: Connection) -> bool:
    """Whether updates wait until the merchant connects this site again."""
    return not connection.is_active and bool(connection.waiting_updates)  # type: ignore[attr-defined]
