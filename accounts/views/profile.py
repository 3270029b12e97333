"""Personal settings: language, profile and password."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import sessions
from accounts.decorators import allow_read_only, require_recent_sign_in
from accounts.devices import remember_device
from accounts.forms import EmailForm, PasswordForm, ProfileForm
from accounts.requests import UserRequest
from accounts.services.ceilings import CeilingReached
from accounts.services.email_change import confirm_email_change, find_change, request_email_change
from accounts.services.profile import forget_devices, set_language, set_profile
from ui.redirects import safe_path

LANGUAGE_COOKIE_SECONDS = 365 * 24 * 3600


@allow_read_only
@login_not_required
@require_POST
def change_language(request: HttpRequest) -> HttpResponse:
    """Sets a cookie too, for the login page."""
    language = "en" if request.POST.get("language") == "en" else "nl"
    if request.user.is_authenticated:
        set_language(request.user, language)
    return _with_language_cookie(
        HttpResponseRedirect(safe_path(request, request.POST.get("next", "")) or "/"), language
    )


@allow_read_only
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: UserRequest) -> HttpResponse:
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
def change_password(request: UserRequest) -> HttpResponse:
    """Also ends the user's other sessions, because they hold a hash of the old password."""
    if request.method != "POST":
        return redirect("accounts:profile")
    form = PasswordForm(request.user, request.POST)
    if not form.is_valid():
        profile_form = ProfileForm(initial={"name": request.user.name, "language": request.user.language})
        return _render_profile(request, profile_form, form)
    form.save()
    former_key = request.session.session_key or ""
    update_session_auth_hash(request, request.user)
    sessions.keep_after_password_change(request, request.user, former_key)
    forget_devices(request.user)
    get_adapter(request).send_notification_mail("account/email/password_changed", request.user)
    messages.success(request, _("Password changed. You have been logged out everywhere else."))
    response = redirect("accounts:profile")
    remember_device(request, response, request.user)
    return response


@allow_read_only
@require_POST
@require_recent_sign_in
def change_email(request: UserRequest) -> HttpResponse:
    """Mails a link to the new address. The answer is the same when it belongs to somebody else."""
    form = EmailForm(request.POST)
    if form.is_valid() and form.cleaned_data["email"] == request.user.email:
        form.add_error("email", _("This is your email address already."))
    if form.is_valid():
        try:
            request_email_change(request.user, form.cleaned_data["email"])
        except CeilingReached:
            form.add_error("email", _("Too many links were mailed today. Try again tomorrow."))
    if not form.is_valid():
        profile_form = ProfileForm(initial={"name": request.user.name, "language": request.user.language})
        return _render_profile(request, profile_form, PasswordForm(request.user), form)
    messages.success(request, _("A link is on its way to %(email)s.") % {"email": form.cleaned_data["email"]})
    return redirect("accounts:profile")


@allow_read_only
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_email(request: HttpRequest, token: str) -> HttpResponse:
    """The page that the link in the mail opens."""
    if request.method == "POST" and confirm_email_change(token):
        return render(request, "accounts/confirm_email.html", {"changed": True})
    change = find_change(token) if request.method != "POST" else None
    page = {"email": change[1] if change else ""}
    return render(request, "accounts/confirm_email.html", page, status=200 if change else 410)


def _render_profile(
    request: UserRequest, form: ProfileForm, password_form: PasswordForm, email_form: EmailForm | None = None
) -> HttpResponse:
    context = {"form": form, "password_form": password_form, "email_form": email_form or EmailForm()}
    is_invalid = form.is_bound or password_form.is_bound or email_form is not None
    response = render(request, "accounts/profile.html", context, status=422 if is_invalid else 200)
    if retry_after := getattr(request, "retry_after", None):
        response.status_code = 429
        response["Retry-After"] = str(retry_after)
    return response


def _with_language_cookie(response: HttpResponse, language: str) -> HttpResponse:
    response.set_cookie("django_language", language, max_age=LANGUAGE_COOKIE_SECONDS, samesite="Lax")
    return response
