"""Asking for the password or the second step again, and going on with the form that was pressed."""

from typing import Any

from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateCodeView
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts import reauthentication
from accounts.views.sign_in import RejectionStatus


class Reauthenticate(RejectionStatus, ReauthenticateView):  # type: ignore[misc]
    pass


class ReauthenticateWithCode(RejectionStatus, ReauthenticateCodeView):  # type: ignore[misc]
    pass


class ReauthenticateWithPasskey(RejectionStatus, ReauthenticateWebAuthnView):  # type: ignore[misc]
    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = self.render_to_response(self.get_context_data(form=form))
        response.status_code = 422
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"form": kwargs.get("form") or context["form"]}


@require_safe
def resume(request: HttpRequest) -> HttpResponse:
    """The form that was sent when the question came up, once, ready to be sent again; a script does it at once."""
    if not reauthentication.is_recent(request):
        return redirect("account_reauthenticate")
    kept = reauthentication.take_form(request)
    if kept is None:
        return redirect("dashboard")
    path, fields = kept
    values = [(name, value) for name, given in fields.lists() for value in given]
    return render(request, "accounts/resume.html", {"path": path, "values": values})


reauthenticate = Reauthenticate.as_view()
reauthenticate_with_code = ReauthenticateWithCode.as_view()
reauthenticate_with_passkey = ReauthenticateWithPasskey.as_view()
