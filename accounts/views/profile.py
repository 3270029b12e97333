"""What is one's own: the shop one works in, the language one reads, the name colleagues see, the password."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import allow_read_only
from accounts.forms import PasswordForm, ProfileForm
from accounts.requests import UserRequest
from accounts.services import set_language, set_profile
from ui.redirects import safe_path

LANGUAGE_COOKIE_SECONDS = 365 * 24 * 3600


@allow_read_only
@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Dutch or English, for the account and for this browser."""
    wanted = "en" if request.POST.get("language") == "en" else "nl"
    if request.user.is_authenticated:
        set_language(request.user, wanted)
    return _with_language_cookie(HttpResponseRedirect(safe_path(request, request.POST.get("next", "")) or "/"), wanted)


@allow_read_only
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: UserRequest) -> HttpResponse:
    """Mijn profiel: name and language."""
    form = ProfileForm(request.POST or None, initial={"name": request.user.name, "language": request.user.language})
    if not form.is_valid():
        return _render_profile(request, form, PasswordForm(request.user))
    set_profile(request.user, form.cleaned_data["name"], form.cleaned_data["language"])
    with override(form.cleaned_data["language"]):
        messages.success(request, _("Profile saved."))
    return _with_language_cookie(redirect("accounts:profile"), form.cleaned_data["language"])


@allow_read_only
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: UserRequest) -> HttpResponse:
    """A new password; every other place where one is logged in ends."""
    if request.method != "POST":
        return redirect("accounts:profile")
    form = PasswordForm(request.user, request.POST)
    if not form.is_valid():
        shown = ProfileForm(initial={"name": request.user.name, "language": request.user.language})
        return _render_profile(request, shown, form)
    form.save()
    update_session_auth_hash(request, request.user)
    messages.success(request, _("Password changed. You have been logged out everywhere else."))
    return redirect("accounts:profile")


def _render_profile(request: UserRequest, form: ProfileForm, password_form: PasswordForm) -> HttpResponse:
    wrong = form.is_bound or password_form.is_bound
    page = {"form": form, "password_form": password_form}
    return render(request, "accounts/profile.html", page, status=422 if wrong else 200)


def _with_language_cookie(response: HttpResponse, language: str) -> HttpResponse:
    response.set_cookie("django_language", language, max_age=LANGUAGE_COOKIE_SECONDS, samesite="Lax")
    return response
