"""What is one's own: the shop one works in, the language one reads, the name colleagues see, the password."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import for_everyone
from accounts.middleware import SHOP_KEY
from accounts.services import profile
from shops.forms import PasswordForm, ProfileForm
from shops.tenancy import ShopRequest
from ui.redirects import own_path

LANGUAGE_COOKIE_SECONDS = 365 * 24 * 3600


@for_everyone
@require_POST
def shop_switch(request: ShopRequest, public_id: str) -> HttpResponse:
    """Work in another of one's own shops from now on; another's shop does not exist."""
    mine = request.user.memberships.filter(shop__public_id=public_id).select_related("shop").first()
    if mine is None:
        raise Http404
    request.session[SHOP_KEY] = str(mine.shop.public_id)
    return redirect("accounts:preferences" if request.POST.get("to") == "settings" else "dashboard")


@for_everyone
@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Dutch or English, for the account and for this browser."""
    wanted = "en" if request.POST.get("language") == "en" else "nl"
    if request.user.is_authenticated:
        profile.set_language(request.user, wanted)
    return _in_language(HttpResponseRedirect(own_path(request, request.POST.get("next", "")) or "/"), wanted)


@for_everyone
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: ShopRequest) -> HttpResponse:
    """Mijn profiel: name and language."""
    form = ProfileForm(request.POST or None, initial={"name": request.user.name, "language": request.user.language})
    if not form.is_valid():
        return _profile(request, form, PasswordForm(request.user))
    profile.set_profile(request.user, form.cleaned_data["name"], form.cleaned_data["language"])
    with override(form.cleaned_data["language"]):
        messages.success(request, _("Profile saved."))
    return _in_language(redirect("accounts:profile"), form.cleaned_data["language"])


@for_everyone
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: ShopRequest) -> HttpResponse:
    """A new password; every other place where one is logged in ends."""
    if request.method != "POST":
        return redirect("accounts:profile")
    form = PasswordForm(request.user, request.POST)
    if not form.is_valid():
        shown = ProfileForm(initial={"name": request.user.name, "language": request.user.language})
        return _profile(request, shown, form)
    form.save()
    update_session_auth_hash(request, request.user)
    messages.success(request, _("Password changed. You have been logged out everywhere else."))
    return redirect("accounts:profile")


def _profile(request: ShopRequest, form: ProfileForm, password_form: PasswordForm) -> HttpResponse:
    wrong = form.is_bound or password_form.is_bound
    page = {"form": form, "password_form": password_form}
    return render(request, "accounts/profile.html", page, status=422 if wrong else 200)


def _in_language(response: HttpResponse, language: str) -> HttpResponse:
    response.set_cookie("django_language", language, max_age=LANGUAGE_COOKIE_SECONDS, samesite="Lax")
    return response
