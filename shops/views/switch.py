"""Switching the current shop."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.decorators import allow_read_only
from shops.middleware import SHOP_KEY
from shops.tenancy import ShopRequest


@allow_read_only
@require_POST
def switch_shop(request: ShopRequest, public_id: str) -> HttpResponse:
    """404 for a shop of which the user is no member."""
    membership = request.user.memberships.filter(shop__public_id=public_id).select_related("shop").first()
    if membership is None:
        raise Http404
    request.session[SHOP_KEY] = str(membership.shop.public_id)
    return redirect("shops:preferences" if request.POST.get("to") == "settings" else "dashboard")
