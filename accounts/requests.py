"""Types of requests."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from accounts.models import User


class UserRequest(HttpRequest):
    """A request of a signed-in user, as views get it from the middleware."""

    user: "User"
    htmx: HtmxDetails
