"""Shopinstellingen > Algemeen > Oefenen: the switch that makes every new label a test label."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from shipments.queries.counts import shipment_numbers
from shipments.services.drafts.reopen import discard_all_test_labels
from shipments.services.practice import stop_practicing
from shipments.states import ShipmentStatus
from shops.models import Shop
from shops.permissions import ShopPermission, check_permission, require_permission
from shops.services.practice import start_practice
from shops.tenancy import ShopRequest
from ui.redirects import asked_path


@require_http_methods(["GET", "HEAD", "POST"])
def practice(request: ShopRequest) -> HttpResponse:
    """A POST begins to practice; one with ``discard`` makes drafts of the test labels that are left."""
    if request.method == "POST":
        check_permission(request, ShopPermission.MANAGE_SETTINGS)
        if "discard" in request.POST:
            discarded = discard_all_test_labels(request.shop.pk, by_id=request.user.pk)
            messages.success(request, _discarded_message(discarded))
        else:
            start_practice(request.shop, by=request)
            messages.success(request, _("You are practising. New labels are test labels until you stop."))
        return redirect("shipments:practice")
    context = _context(request.shop) | {
        "may_change": ShopPermission.MANAGE_SETTINGS in request.membership.permissions,
    }
    return render(request, "shipments/practice.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(ShopPermission.MANAGE_SETTINGS)
def end_practice(request: ShopRequest) -> HttpResponse:
    """Asks once what becomes of the test labels. A POST ends it; with ``discard`` they become drafts."""
    if request.method == "POST":
        discards = "discard" in request.POST
        discarded = stop_practicing(request.shop, by=request.user, discards_tests=discards)
        messages.success(request, _ended_message(request.shop))
        if discards:
            messages.success(request, _discarded_message(discarded))
        return redirect(asked_path(request) or "shipments:practice")
    if not request.shop.practice_mode:
        return redirect("shipments:practice")
    return render(request, "shipments/end_practice.html", _context(request.shop))


def _context(shop: Shop) -> dict[str, Any]:
    tests = shipment_numbers(shop).of(ShipmentStatus.TEST)
    return {"tests": tests, "has_key": getattr(shop, "gateway_account", None) is not None}


def _ended_message(shop: Shop) -> str:
    if getattr(shop, "gateway_account", None) is None:
        return _("You no longer practise. For real labels your shop still needs an API key.")
    return _("You no longer practise. New labels are real.")


def _discarded_message(number: int) -> str:
    return ngettext("%(n)s test label is a draft again.", "%(n)s test labels are drafts again.", number) % {"n": number}
