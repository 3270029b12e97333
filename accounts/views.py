"""Doors to the account: which shop, which language, and the settings of a shop."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from accounts import services
from accounts.decorators import require_owner
from accounts.forms import LabelForm, PreferencesForm, SenderForm
from accounts.middleware import SHOP_KEY
from accounts.reach import reach
from accounts.tenancy import ShopRequest
from carriers.capabilities import options_for, package_types_of
from carriers.vocabulary import CARRIERS, OPTIONS, PACKAGE_TYPES

LANGUAGE_COOKIE_SECONDS = 365 * 24 * 3600


def settings_page(request: ShopRequest) -> HttpResponse:
    """Account > Shopinstellingen: the shops one belongs to."""
    memberships = request.user.memberships.select_related("shop")
    return render(request, "accounts/settings.html", {"memberships": memberships})


@require_POST
def shop_switch(request: ShopRequest, public_id: str) -> HttpResponse:
    """Work in another of one's own shops from now on; another's shop does not exist."""
    mine = request.user.memberships.filter(shop__public_id=public_id).select_related("shop").first()
    if mine is None:
        raise Http404
    request.session[SHOP_KEY] = str(mine.shop.public_id)
    return redirect("accounts:preferences" if request.POST.get("to") == "settings" else "dashboard")


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Dutch or English, for the account and for this browser."""
    wanted = "en" if request.POST.get("language") == "en" else "nl"
    if request.user.is_authenticated:
        services.set_language(request.user, wanted)
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    response.set_cookie("django_language", wanted, max_age=LANGUAGE_COOKIE_SECONDS, samesite="Lax")
    return response


def preferences(request: ShopRequest) -> HttpResponse:
    """Pakketvoorkeuren. ``look`` in the form only shows what another choice would mean."""
    current = services.preferences_of(request.shop)
    form = PreferencesForm(request.POST) if request.method == "POST" else PreferencesForm.showing(current)
    if request.method == "POST" and "look" not in request.POST:
        saved = _save_preferences(request, form)
        if saved is not None:
            return saved
    choice = form.choice()
    page = {
        "form": form,
        "current": current,
        "choice": choice,
        "sheet": options_for(choice.carrier, choice.package_type, choice.delivery_type),
        "options": OPTIONS,
        "carriers": CARRIERS,
        "package_types": [(key, name, key in package_types_of(choice.carrier)) for key, name in PACKAGE_TYPES.items()],
        "reach": reach(choice),
        "looking": "look" in request.POST,
    }
    status = 422 if form.is_bound and not page["looking"] else 200
    return render(request, "accounts/preferences.html", page, status=status)


def _save_preferences(request: ShopRequest, form: PreferencesForm) -> HttpResponse | None:
    require_owner(request)
    if not form.is_valid():
        return None
    services.save_preferences(request.shop, form.choice(), form.cleaned_data["default_weight"])
    messages.success(request, _("Parcel preferences saved. They apply to every import from now on."))
    return redirect("accounts:preferences")


def sender(request: ShopRequest) -> HttpResponse:
    """The sender address on every label."""
    return _shop_form(request, SenderForm, "accounts/sender.html", "accounts:sender", _("Sender address saved."))


def labels(request: ShopRequest) -> HttpResponse:
    """Label format and the place on the sheet to start with."""
    return _shop_form(request, LabelForm, "accounts/labels.html", "accounts:labels", _("Label settings saved."))


def _shop_form(
    request: ShopRequest, kind: type[SenderForm] | type[LabelForm], template: str, back: str, said: str
) -> HttpResponse:
    if request.method != "POST":
        return render(request, template, {"form": kind(instance=request.shop)})

    require_owner(request)
    form = kind(request.POST, instance=request.shop)
    if not form.is_valid():
        request.shop.refresh_from_db()
        return render(request, template, {"form": form}, status=422)
    form.save()
    messages.success(request, said)
    return redirect(back)


@login_not_required
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 in words: what may not be done, and whom to ask."""
    reason = str(exception) if exception and str(exception) else _("You do not have permission. Ask an owner.")
    return render(request, "403.html", {"reason": reason}, status=403)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from an ended session: nothing was done, and how to go on."""
    with override(getattr(request, "LANGUAGE_CODE", None)):
        return render(request, "403_csrf.html", status=403)
