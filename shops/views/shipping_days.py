"""The days on which a shop hands its parcels over."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shops.permissions import ShopPermission, check_permission
from shops.services.preferences import get_preferences, save_shipping_habits
from shops.shipping_days_form import ShippingDaysForm
from shops.tenancy import ShopRequest


@require_http_methods(["GET", "HEAD", "POST"])
def shipping_days_settings(request: ShopRequest) -> HttpResponse:
    """Shopinstellingen > Zendingen > Verzenddagen."""
    form = ShippingDaysForm.from_instance(get_preferences(request.shop))
    if request.method == "POST":
        check_permission(request, ShopPermission.MANAGE_SETTINGS)
        form = ShippingDaysForm(request.POST)
        if form.is_valid():
            save_shipping_habits(request.shop, form.habits(), by=request)
            messages.success(request, _("Shipping days saved. They apply to every label from now on."))
            return redirect("shops:preferences")
    status = 422 if form.is_bound else 200
    return render(request, "shops/shipping_days.html", {"form": form}, status=status)
