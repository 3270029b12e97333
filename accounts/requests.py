"""Requests: their type, and the address they come from."""

import ipaddress
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from accounts.models import User

UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104 - no address to listen at


class UserRequest(HttpRequest):
    """A request of a signed-in user, as views get it from the middleware."""

    user: "User"
    htmx: HtmxDetails


def client_address(request: HttpRequest) -> str:
    """The address of the client, never one that the client chose.

    Each of the ``TRUSTED_PROXY_COUNT`` proxies adds the address it was called from at the right end of
    X-Forwarded-For, so that many entries from the right are true. A header with fewer entries did not pass them all,
    and then the address of the connection counts; UNKNOWN_ADDRESS when that is none, as behind a Unix socket.
    """
    count = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    entries = request.headers.get("X-Forwarded-For", "").split(",")
    given = entries[-count] if count and len(entries) >= count else ""
    for candidate in (given.strip(), request.META.get("REMOTE_ADDR", "")):
        try:
            return str(ipaddress.ip_address(candidate))
        except ValueError:
            continue
    return UNKNOWN_ADDRESS


def address_block(request: HttpRequest) -> str:
    """What counts as one address: of IPv6 the 64 bits that one customer of a provider has at least."""
    address = ipaddress.ip_address(client_address(request))
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((address, 64), strict=False).network_address)
    return str(address)
