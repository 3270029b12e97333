"""The adapter of allauth: no sign-up, messages of our own, and ceilings that are counted in the database."""

from typing import Any, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import authenticate
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import reauthentication, sessions
from accounts.devices import known_device, remember_device
from accounts.hashers import spend_the_time_of_every_hash
from accounts.models import User
from accounts.requests import address_block, client_address
from accounts.services import ceilings
from accounts.services.ceilings import CeilingReached
from accounts.services.notices import notify_change, notify_new_device

TOO_MANY = "too_many_login_attempts"
METHOD_NAMES = {
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use a code"),
    "mfa_reauthenticate:webauthn": _("Use a passkey"),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("Email address or password is incorrect"),
        "incorrect_password": _("This is not your password"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The active user with this address and password; None for all others, who are told the same.

        Raises ValidationError after too many wrong ones.
        """
        email = credentials["email"].lower()
        account = User.objects.filter(email=email).first()
        device = known_device(request, account)
        limits = ceilings.at_sign_in(email, address_block(request), device)
        take_or_reject(request, limits)
        user: User | None = authenticate(request, **credentials)
        # Somebody who is disabled and has the right password; whoever guessed it learns nothing.
        AuthenticationBackend.unstash_authenticated_user()
        if user is not None:
            ceilings.give_back(limits)
        else:
            spend_the_time_of_every_hash(account, credentials["password"])
            left = min(ceilings.attempts_left(limit) for limit in limits)
            request.login_attempts_left = left  # type: ignore[attr-defined]
        return user

    def reauthenticate(self, user: User, password: str) -> bool:
        """Whether this is the password of whoever is signed in. Raises ValidationError after too many wrong ones."""
        request = self.request
        limits = ceilings.in_session(user.pk, request.session.session_key or "", known_device(request, user))
        take_or_reject(request, limits)
        is_right = user.check_password(password)
        if is_right:
            ceilings.give_back(limits)
        return is_right

    def login(self, request: HttpRequest, user: User) -> None:
        is_first = user.last_login is None
        super().login(request, user)
        sessions.start(request, user)
        if not is_first and not known_device(request, user):
            notify_new_device(user, client_address(request), request.headers.get("User-Agent", ""))

    def post_login(self, request: HttpRequest, user: User, **hook_kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **hook_kwargs)
        remember_device(request, response, user)
        return response

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """As if there were no such account."""
        return redirect("account_login")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """A sign-in that is recent counts as well, unlike in the library."""
        return not reauthentication.is_recent(self.request)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """The password first; with names of our own."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [method | {"description": METHOD_NAMES[method["id"]]} for method in methods]

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """No mail of the library leaves: those that can be asked for are ours, and wait in the outbox."""
        raise ImproperlyConfigured(f"{template_prefix} has no template of ours.")

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        request = self.request
        notify_change(user, template_prefix, client_address(request), request.headers.get("User-Agent", ""))

    def add_message(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        """No toasts: a successful sign-in or sign-out is visible."""


def take_or_reject(request: HttpRequest, limits: tuple[ceilings.Ceiling, ...]) -> None:
    """Count an attempt. Raises ValidationError, and sets ``request.retry_after``, when there were too many."""
    try:
        ceilings.take(limits)
    except CeilingReached as reached:
        _reject(request, reached.retry_after)


def _reject(request: HttpRequest, seconds: int) -> NoReturn:
    request.retry_after = seconds  # type: ignore[attr-defined]
    minutes = -(-seconds // 60)
    message = ngettext(
        "Too many attempts. Try again in a minute.", "Too many attempts. Try again in %(n)d minutes.", minutes
    )
    raise ValidationError(message % {"n": minutes}, code=TOO_MANY)
