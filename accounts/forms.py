"""Forms of the personal settings."""

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm, ResetPasswordKeyForm, UserTokenForm
from allauth.core import context
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.adapter import take_or_reject
from accounts.models import User
from accounts.requests import address_block
from accounts.services import ceilings
from accounts.services.password_reset import request_password_reset
from lib.forms import CleanTextMixin

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

INVALID_EMAIL_MESSAGE = _("Check the email address, an @ is missing")


class ProfileForm(CleanTextMixin, forms.Form):
    name = forms.CharField(
        label=_("name"),
        max_length=100,
        error_messages={"required": _("Enter your name")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("language"), choices=[("nl", "Nederlands"), ("en", "English")])


def new_password_field(label: "_StrPromise") -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        max_length=200,
        error_messages={"required": _("Choose a password of at least 12 characters")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class PasswordForm(forms.Form):
    current_password = forms.CharField(
        label=_("current password"),
        strip=False,
        error_messages={"required": _("Enter your current password")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password = new_password_field(_("new password"))

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["password"].help_text = _("At least 12 characters.")

    def clean_current_password(self) -> str:
        password: str = self.cleaned_data["current_password"]
        if not get_adapter().reauthenticate(self.user, password):
            raise forms.ValidationError(_("This is not your current password"))
        return password

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password

    def save(self) -> None:
        self.user.set_password(self.cleaned_data["password"])
        self.user.save(update_fields=["password"])


class EmailForm(CleanTextMixin, forms.Form):
    email = forms.EmailField(
        label=_("new email address"),
        max_length=254,
        error_messages={"required": _("Enter an email address"), "invalid": INVALID_EMAIL_MESSAGE},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        return email.lower()


class RequestResetForm(ResetPasswordForm):  # type: ignore[misc]
    """Does the same for every address: whether it has an account is found out by the worker."""

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        request = context.request
        take_or_reject(request, ceilings.at_reset(email, address_block(request)))
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email: str = self.cleaned_data["email"]
        request_password_reset(email, get_language() or "nl")
        return email


class ChoosePasswordForm(ResetPasswordKeyForm):  # type: ignore[misc]
    """The new password, once, as on every other page where one is chosen."""

    password1 = new_password_field(_("new password"))
    password2 = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = _("At least 12 characters.")

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        validate_password(password, self.user)
        return password


class ActiveUserTokenForm(UserTokenForm):  # type: ignore[misc]
    """A link to choose a new password ends with the account."""

    def _get_user(self, uidb36: str) -> User | None:
        user: User | None = super()._get_user(uidb36)
        return user if user and user.is_active else None
