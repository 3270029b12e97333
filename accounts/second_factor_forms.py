"""allauth's forms of the second step, with ceilings in the database and secrets encrypted in the session."""

from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, generate_totp_secret
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from accounts.adapter import take_or_reject
from accounts.devices import known_device
from accounts.models import User
from accounts.requests import address_block
from accounts.services import ceilings
from accounts.services.second_factor import find_authenticator, matching_step
from lib.crypto import DecryptionError
from lib.forms import CleanTextMixin

CODE_LABEL, NAME_LABEL = _("code"), _("name of the passkey")
MAX_CODE_LENGTH, MAX_NAME_LENGTH = 20, 60
# What the library for passkeys raises for an answer of another shape, besides ValidationError.
GARBLED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class CodeMixin:
    """A code of the authenticator app, or one of the recovery codes."""

    user: User
    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]

    def set_up_code(self) -> None:
        field = self.fields["code"]
        field.label, field.max_length = CODE_LABEL, MAX_CODE_LENGTH  # type: ignore[attr-defined]
        field.error_messages["required"] = _("Enter the code")
        field.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": MAX_CODE_LENGTH}

    def limits(self) -> tuple[ceilings.Ceiling, ...]:
        request = context.request
        return ceilings.at_second_step(self.user.pk, address_block(request), known_device(request, self.user))

    def clean_code(self) -> str:
        limits = self.limits()
        take_or_reject(context.request, limits)
        code: str = self.cleaned_data["code"]
        authenticator = find_authenticator(self.user, code)
        if authenticator is None:
            raise get_adapter().validation_error("incorrect_code")
        ceilings.give_back(limits)
        self.authenticator: Authenticator = authenticator
        return code


class SecondStepForm(CodeMixin, AuthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_up_code()


class ReauthenticateCodeForm(CodeMixin, ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_up_code()

    def limits(self) -> tuple[ceilings.Ceiling, ...]:
        return in_session(self.user)


class ActivateAppForm(CodeMixin, ActivateTOTPForm):  # type: ignore[misc]
    """The secret of the app waits in the session, encrypted, until a code shows that the app has it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.user = kwargs.pop("user")
        forms.Form.__init__(self, *args, **kwargs)
        self.set_up_code()
        self.secret = self._waiting_secret() if self.is_bound else ""
        if not self.secret:
            self.secret = generate_totp_secret()
            context.request.session[SECRET_SESSION_KEY] = get_adapter().encrypt(self.secret)

    def _waiting_secret(self) -> str:
        try:
            return str(get_adapter().decrypt(context.request.session.get(SECRET_SESSION_KEY, "")))
        except DecryptionError:
            return ""

    def clean_code(self) -> str:
        limits = in_session(self.user)
        take_or_reject(context.request, limits)
        code: str = self.cleaned_data["code"]
        if matching_step(self.secret, code) is None:
            raise get_adapter().validation_error("incorrect_code")
        ceilings.give_back(limits)
        return code


class GarbledMixin:
    """An answer of a passkey that is none is a wrong one."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except GARBLED as error:
            raise get_adapter().validation_error("incorrect_code") from error


class AddPasskeyForm(CleanTextMixin, AddWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_field(self.fields["name"])

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean() or {}
        except GARBLED as error:
            raise get_adapter().validation_error("incorrect_code") from error
        return cleaned


class RenamePasskeyForm(CleanTextMixin, EditWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_field(self.fields["name"])


class SecondStepPasskeyForm(GarbledMixin, AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class ReauthenticatePasskeyForm(GarbledMixin, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class SignInPasskeyForm(GarbledMixin, LoginWebAuthnForm):  # type: ignore[misc]
    def clean_credential(self) -> Authenticator:
        """Raises ValidationError for a disabled account as for an unknown passkey, and after too many tries."""
        limits = (ceilings.PASSKEY_ADDRESS.of(address_block(context.request)),)
        take_or_reject(context.request, limits)
        authenticator: Authenticator = super().clean_credential()
        if not authenticator.user.is_active:
            raise get_adapter().validation_error("incorrect_code")
        ceilings.give_back(limits)
        return authenticator


def in_session(user: User) -> tuple[ceilings.Ceiling, ...]:
    request = context.request
    return ceilings.in_session(user.pk, request.session.session_key or "", known_device(request, user))


def name_field(field: forms.Field) -> None:
    field.label, field.max_length = NAME_LABEL, MAX_NAME_LENGTH  # type: ignore[attr-defined]
    field.error_messages["required"] = _("Enter a name")
    field.validators.append(MaxLengthValidator(MAX_NAME_LENGTH))
    field.widget.attrs["maxlength"] = MAX_NAME_LENGTH
