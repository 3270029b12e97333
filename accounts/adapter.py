"""How people get in: by invitation only, in words of our own."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("Email address or password is incorrect."),
        "too_many_login_attempts": _("Too many attempts. Try again in 15 minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        """Signing in and out shows itself; no toast is needed."""
