"""What pages of other apps say of a shop's connections."""

from django import template

from accounts.models import Shop
from integrations.models import Connection

register = template.Library()


@register.filter
def connected(shop: Shop) -> list[Connection]:
    """The connections the merchant granted and did not revoke; reads them as they were fetched with the shop."""
    return [one for one in shop.connections.all() if one.state != Connection.State.DISCONNECTED]
