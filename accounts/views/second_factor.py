"""Account > Profile > Security: allauth's views of the second step, on pages of ours."""

from typing import Any

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.generic import RedirectView

from accounts.mfa_adapter import passkeys_possible
from accounts.second_factor_gate import NEXT_KEY
from accounts.services import user_sessions
from accounts.services.second_factor import has_second_factor
from accounts.views.sign_in import RejectionStatus
from lib.crypto import DecryptionError


class Security(base.IndexView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "passkeys_possible": passkeys_possible(),
            "has_second_factor": has_second_factor(self.request.user),
            "go_on_to": self.request.session.get(NEXT_KEY, ""),
            "session_count": max(1, len(user_sessions.open_sessions(self.request.user))),
        }


class RecoveryCodes(recovery_codes.ViewRecoveryCodesView):  # type: ignore[misc]
    """Also where one lands after setting up the second step, so it leads on to where one was going."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().get(request, *args, **kwargs)
        except DecryptionError:
            return redirect("mfa_generate_recovery_codes")
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"go_on_to": self.request.session.pop(NEXT_KEY, "")}


class GenerateRecoveryCodes(RejectionStatus, recovery_codes.GenerateRecoveryCodesView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        try:
            context: dict[str, Any] = super().get_context_data(**kwargs)
        except DecryptionError:
            return {"form": self.get_form(), "unused_code_count": 0}
        return context


class DownloadRecoveryCodes(recovery_codes.DownloadRecoveryCodesView):  # type: ignore[misc]
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().dispatch(request, *args, **kwargs)
        except DecryptionError:
            return redirect("mfa_generate_recovery_codes")
        return response


class ActivateApp(RejectionStatus, totp.ActivateTOTPView):  # type: ignore[misc]
    pass


class DeactivateApp(RejectionStatus, totp.DeactivateTOTPView):  # type: ignore[misc]
    pass


class AddPasskey(RejectionStatus, webauthn.AddWebAuthnView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"form": kwargs.get("form") or self.get_form(), "passkeys_possible": passkeys_possible()}


class RenamePasskey(RejectionStatus, webauthn.EditWebAuthnView):  # type: ignore[misc]
    pass


@method_decorator(login_not_required, name="dispatch")
class SecondStep(base.AuthenticateView):  # type: ignore[misc]
    """After the right password: the code or the passkey."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        retry_after = getattr(self.request, "retry_after", None)
        response.status_code = 429 if retry_after else 422
        if retry_after:
            response["Retry-After"] = str(retry_after)
        return response


class SignInWithPasskey(webauthn.LoginWebAuthnView):  # type: ignore[misc]
    """Without an email address: the passkey names the account."""

    def form_invalid(self, form: Any) -> HttpResponse:
        return redirect(f"{reverse('account_login')}?passkey=rejected")

    def form_valid(self, form: Any) -> HttpResponse:
        """The session ends with the browser, as that of a password without "Stay logged in"."""
        response: HttpResponse = super().form_valid(form)
        self.request.session.set_expiry(0)
        return response


security = Security.as_view()
recovery_codes_page = RecoveryCodes.as_view()
generate_recovery_codes = GenerateRecoveryCodes.as_view()
download_recovery_codes = DownloadRecoveryCodes.as_view()
activate_app = ActivateApp.as_view()
deactivate_app = DeactivateApp.as_view()
passkeys = RedirectView.as_view(pattern_name="mfa_index")
add_passkey = AddPasskey.as_view()
remove_passkey = webauthn.RemoveWebAuthnView.as_view()
rename_passkey = RenamePasskey.as_view()
second_step = SecondStep.as_view()
sign_in_with_passkey = SignInWithPasskey.as_view()
