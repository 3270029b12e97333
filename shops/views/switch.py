"""Choosing another of one's own shops."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.decorators import allow_read_only
from shops.middleware import SHOP_KEY
from shops.tenancy import ShopRequest


@allow_read_only
@require_POST
def switch_shop(request: ShopRequest, public_id: str) -> HttpResponse:
    """Work in another of one's own shops from now on; another's shop does not exist."""
    mine = request.user.memberships.filter(shop__public_id=public_id).select_related("shop").first()
    if mine is None:
        raise Http404
    request.session[SHOP_KEY] = str(mine.shop.public_id)
    return redirect("shops:preferences" if request.POST.get("to") == "settings" else "dashboard")
