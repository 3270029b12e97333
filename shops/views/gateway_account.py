"""The shop's key at MyParcel, on Shopinstellingen > Algemeen: paste it, see the end of it, take it away again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shops.forms import GeneralForm
from shops.permissions import Right, require_permission
from shops.services import gateway_accounts
from shops.tenancy import ShopRequest


@require_POST
@require_permission(Right.CONNECT)
def save(request: ShopRequest) -> HttpResponse:
    """Checks a key and keeps it. The key itself is never shown again."""
    try:
        gateway_accounts.save_key(request.shop, request.POST.get("sleutel", ""))
    except gateway_accounts.KeyRefused as refused:
        page = {"form": GeneralForm(instance=request.shop), "refusal": str(refused.sentence)}
        return render(request, "shops/general.html", page, status=422)
    messages.success(request, _("The key works. Labels are made at MyParcel from now on."))
    return redirect("shops:general")


@require_POST
@require_permission(Right.CONNECT)
def remove(request: ShopRequest) -> HttpResponse:
    """Back to test labels."""
    gateway_accounts.remove_key(request.shop)
    messages.success(request, _("The key was removed. Labels are test labels from now on."))
    return redirect("shops:general")
