"""Requests as views see them behind the middleware."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from accounts.models import User


class UserRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: "User"
    htmx: bool
