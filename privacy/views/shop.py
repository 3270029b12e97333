"""Closing a shop, opening it again, and taking everything along."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from privacy.forms import CloseShopForm
from privacy.services import close_shop, export_shop
from privacy.services.close_shop import GRACE
from shops.permissions import ShopPermission, require_permission
from shops.tenancy import ShopRequest


@require_safe
def closed(request: ShopRequest) -> HttpResponse:
    """All that there is of a closed shop. Members read when it is erased; an owner opens it again."""
    if request.shop.closed_at is None:
        return redirect("privacy:privacy")
    return render(request, "privacy/closed.html", {"exports": request.shop.shopexports.order_by("-pk")[:1]})


@require_POST
@require_permission(ShopPermission.MANAGE_PERSONAL_DATA)
def close(request: ShopRequest) -> HttpResponse:
    """Only for who types the name of the shop."""
    form = CloseShopForm(request.shop.name, request.POST)
    if not form.is_valid():
        return render(request, "privacy/close.html", {"form": form, "grace": GRACE.days}, status=422)
    close_shop.close_shop(request.shop, by=request.user)
    messages.success(request, _("The shop is closed."))
    return redirect("privacy:closed")


@require_safe
@require_permission(ShopPermission.MANAGE_PERSONAL_DATA)
def close_page(request: ShopRequest) -> HttpResponse:
    return render(request, "privacy/close.html", {"form": CloseShopForm(request.shop.name), "grace": GRACE.days})


@require_POST
@require_permission(ShopPermission.MANAGE_PERSONAL_DATA)
def reopen(request: ShopRequest) -> HttpResponse:
    if not close_shop.reopen_shop(request.shop, by=request.user):
        messages.error(request, _("This shop can no longer be opened again."))
        return redirect("privacy:closed")
    messages.success(request, _("The shop is open again. Connect your webshop and enter your API key again."))
    return redirect("dashboard")


@require_POST
@require_permission(ShopPermission.MANAGE_PERSONAL_DATA)
def export(request: ShopRequest) -> HttpResponse:
    export_shop.request_export(request.shop, by=request.user)
    messages.success(request, _("The file is being made. Reload this page in a moment."))
    return redirect("privacy:closed" if request.shop.closed_at else "privacy:privacy")


@require_safe
@require_permission(ShopPermission.MANAGE_PERSONAL_DATA)
def shop_file(request: ShopRequest, public_id: UUID) -> HttpResponse:
    row = get_object_or_404(request.shop.shopexports, public_id=public_id)
    try:
        file = row.path.open("rb")
    except FileNotFoundError as gone:
        raise Http404 from gone
    name = f"shop-{timezone.localdate(row.requested_at):%Y-%m-%d}.zip"
    return cast(HttpResponse, FileResponse(file, as_attachment=True, filename=name, content_type="application/zip"))
