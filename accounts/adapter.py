"""The adapter of allauth: no sign-up, messages of our own."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

# Wrong passwords for one account from one IP address in 15 minutes; must equal settings.ACCOUNT_RATE_LIMITS.
LOGIN_ATTEMPTS = 10


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("Email address or password is incorrect"),
        "too_many_login_attempts": _("Too many attempts. Try again in 15 minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Per account and IP address, so that guessing passwords does not lock out the owner elsewhere."""
        key = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{key}:{self.get_client_ip(request)}"

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """After a failed login, set ``request.login_attempts_left``, which the login page shows."""
        account_usage = self._login_failed_rl_usage.usage[0]
        attempts = len(cache.get(account_usage.cache_key, []))
        request.login_attempts_left = LOGIN_ATTEMPTS - attempts  # type: ignore[attr-defined]

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """No mail of the library leaves: those that can be asked for are ours, and wait in the outbox."""
        raise ImproperlyConfigured(f"{template_prefix} has no template of ours.")

    def add_message(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        """No toasts: a successful sign-in or sign-out is visible."""
