"""How people get in: by invitation only, in words of our own."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

LOGIN_ATTEMPTS = 10
"""Wrong passwords for one account from one address in fifteen minutes; settings.ACCOUNT_RATE_LIMITS says the same."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("Email address or password is incorrect"),
        "too_many_login_attempts": _("Too many attempts. Try again in 15 minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Per account and address: a stranger who guesses does not lock out the account's owner elsewhere."""
        key = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{key}:{self.get_client_ip(request)}"

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Tells the page how many tries are left."""
        of_account = self._login_failed_rl_usage.usage[0]
        tried = len(cache.get(of_account.cache_key, []))
        request.login_attempts_left = LOGIN_ATTEMPTS - tried  # type: ignore[attr-defined]

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of who receives it."""
        user = context.get("user")
        with override(user.language if user else get_language()):
            super().send_mail(template_prefix, email, context)

    def add_message(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        """Signing in and out shows itself; no toast is needed."""
