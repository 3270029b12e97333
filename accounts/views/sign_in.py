"""The pages of somebody who is not signed in: allauth's, with error statuses and the number of attempts left."""

from typing import Any

from allauth.account.views import LoginView, PasswordResetView
from django.http import HttpResponse

from accounts.mfa_adapter import passkeys_possible

FEW_ATTEMPTS = 3


class RejectionStatus:
    """422 for a form with errors, 429 with Retry-After once there were too many attempts."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        retry_after = getattr(self.request, "retry_after", None)  # type: ignore[attr-defined]
        response.status_code = 429 if retry_after else 422
        if retry_after:
            response["Retry-After"] = str(retry_after)
        return response


class SignIn(RejectionStatus, LoginView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        left = getattr(self.request, "login_attempts_left", None)
        attempts_left = left if left is not None and 0 < left <= FEW_ATTEMPTS else None
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "attempts_left": attempts_left,
            "passkeys_possible": passkeys_possible(),
            "passkey_rejected": self.request.GET.get("passkey") == "rejected",
        }


class RequestReset(RejectionStatus, PasswordResetView):  # type: ignore[misc]
    """The answer is the same for every address."""


login = SignIn.as_view()
password_reset = RequestReset.as_view()
