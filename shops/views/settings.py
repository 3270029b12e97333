"""Account > Shopinstellingen: the user's shops, and the settings of the current shop."""

from collections.abc import Mapping
from types import MappingProxyType
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import allow_read_only
from carriers.capabilities import OptionSheet
from carriers.choices import CARRIER_NAMES, DELIVERY_TYPES, OPTIONS, PACKAGE_TYPES
from carriers.import_blockers import import_blocker
from carriers.parcels import Destination, ParcelChoice
from carriers.problems import Text
from shops.destination_coverage import carrier_hint, coverage_by_zone, package_hint
from shops.forms import GeneralForm, LabelForm, NewShopForm, PreferencesForm, SenderForm, TrackingForm
from shops.middleware import SHOP_KEY
from shops.models import PackagePreferences
from shops.permissions import ShopPermission, check_permission
from shops.services.gateway_senders import printed_sender
from shops.services.preferences import get_preferences, save_preferences
from shops.services.sample_label import sample_label
from shops.services.sender_remarks import sender_remarks
from shops.services.settings import save_settings
from shops.services.shops import may_open_shops, open_shop
from shops.tenancy import ShopRequest
from shops.views.gateway_account import gateway_panels
from ui.redirects import asked_path

# Shown also where they are not possible, so that a merchant sees that they exist.
COMMON_DELIVERY_TYPES = ("standard", "morning", "evening")
ShopFormClass = type[SenderForm] | type[LabelForm] | type[GeneralForm] | type[TrackingForm]


@require_safe
def settings_overview(request: ShopRequest) -> HttpResponse:
    memberships = request.user.memberships.select_related("shop", "shop__preferences")
    memberships = memberships.prefetch_related("shop__connections")
    page = {"memberships": memberships, "may_open_shops": may_open_shops(request.user, request.memberships)}
    return render(request, "shops/settings.html", page)


@allow_read_only
@require_http_methods(["GET", "HEAD", "POST"])
def new_shop(request: ShopRequest) -> HttpResponse:
    """The new shop becomes the current one."""
    if not may_open_shops(request.user, request.memberships):
        raise PermissionDenied(_("You do not have permission to open a shop. Ask your administrator."))
    form = NewShopForm(request.POST or None, initial={"key": uuid4()})
    if not form.is_valid():
        return render(request, "shops/new_shop.html", {"form": form}, status=422 if form.is_bound else 200)
    membership = open_shop(request.user, form.cleaned_data["name"], form.cleaned_data["key"])
    request.session[SHOP_KEY] = str(membership.shop.public_id)
    messages.success(
        request, _("%(shop)s is ready. You are now working in this shop.") % {"shop": membership.shop.name}
    )
    return redirect("dashboard")


@require_http_methods(["GET", "HEAD", "POST"])
def general_settings(request: ShopRequest) -> HttpResponse:
    """What the shop is called."""
    page = {"gateways": gateway_panels(request)}
    return _edit_shop(request, GeneralForm, "shops/general.html", "shops:general", _("Shop name saved."), page)


@require_http_methods(["GET", "HEAD", "POST"])
def preferences_settings(request: ShopRequest) -> HttpResponse:
    """Pakketvoorkeuren. With ``look`` in the form it shows the effect of the choices and saves nothing."""
    current = get_preferences(request.shop)
    capabilities = request.shop.capabilities
    form = PreferencesForm.from_instance(current)
    if request.method == "POST":
        form = PreferencesForm(request.POST, capabilities=capabilities)
    if request.method == "POST" and "look" not in request.POST:
        response = _save_preferences(request, form)
        if response is not None:
            return response
    choice = form.choice()
    sheet = capabilities.options_for(choice.carrier, choice.package_type, choice.delivery_type)
    possible_types = capabilities.package_types_of(choice.carrier)
    context = {
        "form": form,
        "current": current,
        "choice": choice,
        "sheet": sheet,
        "options": OPTIONS,
        "delivery_types": _delivery_types(sheet, choice),
        "carriers": [
            (key, name, carrier_hint(key, capabilities))
            for key, name in CARRIER_NAMES.items()
            if key == choice.carrier or key in capabilities.carriers()
        ],
        "package_types": [
            (
                key,
                name,
                key in possible_types,
                package_hint(choice.carrier, key, capabilities),
            )
            for key, name in PACKAGE_TYPES.items()
        ],
        "stays_in_eu": import_blocker(choice.carrier, Destination("US"), capabilities) is not None,
        "not_in_account": _not_in_account(current),
        "account": getattr(request.shop, "gateway_account", None),
        "coverage": coverage_by_zone(choice, capabilities),
        "looking": "look" in request.POST,
        "may_change": ShopPermission.MANAGE_SETTINGS in request.membership.permissions,
    }
    status = 422 if form.is_bound and not context["looking"] else 200
    return render(request, "shops/preferences.html", context, status=status)


def _delivery_types(sheet: OptionSheet | None, choice: ParcelChoice) -> list[tuple[str, Text, bool]]:
    """Key, name and whether it is possible. Those that only carriers under contract have are shown where possible."""
    possible = sheet.delivery_types if sheet else ()
    shown = {*possible, choice.delivery_type, *COMMON_DELIVERY_TYPES}
    return [(key, name, key in possible) for key, name in DELIVERY_TYPES.items() if key in shown]


def _not_in_account(current: PackagePreferences) -> list[Text]:
    """Why the saved preferences are not possible with the shop's account, or without one; empty when they are."""
    return [problem.text for problem in current.capabilities.validate_parcel(current.choice, None)]


def _save_preferences(request: ShopRequest, form: PreferencesForm) -> HttpResponse | None:
    """None when the form is invalid."""
    check_permission(request, ShopPermission.MANAGE_SETTINGS)
    if not form.is_valid():
        return None
    percent = form.cleaned_data["insurance_percent"] or 0
    save_preferences(
        request.shop,
        form.choice(),
        form.cleaned_data["default_weight"],
        percent,
        form.sharing(),
        item_weight=form.cleaned_data["item_weight"],
        box_weights=form.box_weights(),
        by=request,
    )
    messages.success(request, _("Parcel preferences saved. They apply to every import from now on."))
    return redirect(asked_path(request) or "shops:preferences")


@require_http_methods(["GET", "HEAD", "POST"])
def sender_settings(request: ShopRequest) -> HttpResponse:
    page = {"printed": printed_sender(request.shop), "remarks": sender_remarks(request.shop.sender)}
    return _edit_shop(request, SenderForm, "shops/sender.html", "shops:sender", _("Sender address saved."), page)


@require_http_methods(["GET", "HEAD", "POST"])
def label_settings(request: ShopRequest) -> HttpResponse:
    if "print_sample" in request.POST:
        check_permission(request, ShopPermission.MANAGE_SETTINGS)
        answer = HttpResponse(sample_label(request.shop, by=request), content_type="application/pdf")
        answer["Content-Disposition"] = 'attachment; filename="proeflabel.pdf"'
        return answer
    return _edit_shop(request, LabelForm, "shops/labels.html", "shops:labels", _("Label settings saved."))


@require_http_methods(["GET", "HEAD", "POST"])
def tracking_settings(request: ShopRequest) -> HttpResponse:
    """The public tracking page and mail to the buyer."""
    return _edit_shop(
        request, TrackingForm, "shops/tracking.html", "shops:tracking", _("Track & Trace settings saved.")
    )


def _edit_shop(
    request: ShopRequest,
    form_class: ShopFormClass,
    template: str,
    success_url: str,
    success_message: str,
    page: Mapping[str, object] = MappingProxyType({}),
) -> HttpResponse:
    if request.method != "POST":
        return render(request, template, {**page, "form": form_class(instance=request.shop)})

    check_permission(request, ShopPermission.MANAGE_SETTINGS)
    form = save_settings(request.shop, form_class, request.POST, by=request)
    if not form.is_valid():
        return render(request, template, {**page, "form": form}, status=422)
    messages.success(request, success_message)
    return redirect(asked_path(request) or success_url)
