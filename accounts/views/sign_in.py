"""The sign-in page: allauth's, with error statuses and the number of attempts left."""

from typing import Any

from allauth.account.views import LoginView
from django.http import HttpResponse

from accounts import sessions

FEW_ATTEMPTS = 3
RETRY_AFTER_SECONDS = 15 * 60


class SignIn(LoginView):  # type: ignore[misc]
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        if self.request.user.is_authenticated:
            sessions.start(self.request)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """422 for a wrong password, 429 with Retry-After for too many attempts."""
        left = getattr(self.request, "login_attempts_left", None)
        attempts_left = left if left is not None and 0 < left <= FEW_ATTEMPTS else None
        is_blocked = form.has_error("__all__", "too_many_login_attempts")
        context = self.get_context_data(form=form, attempts_left=attempts_left)
        response: HttpResponse = self.render_to_response(context)
        response.status_code = 429 if is_blocked else 422
        if is_blocked:
            response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response


login = SignIn.as_view()
