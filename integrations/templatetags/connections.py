"""Connections on pages of other apps."""

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
    """All that were not revoked. Prefetch ``connections``."""
    return [connection for connection in shop.connections.all() if connection.state != Connection.State.DISCONNECTED]


@register.filter
def has_notice(connection: Connection) -> bool:
    return connection.state == Connection.State.COPY or bool(connection.last_error_message)


@register.filter
def holds_updates(connection: Connection) -> bool:
    """Whether updates wait until this site is connected again."""
    return not connection.is_active and bool(connection.waiting_updates)  # type: ignore[attr-defined]
