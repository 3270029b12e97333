"""Acknowledging order alerts."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shipments.services.imports.order_changes import acknowledge
from shops.tenancy import ShopRequest


@require_POST
def acknowledge_alert(request: ShopRequest, public_id: str) -> HttpResponse:
    """A blocked draft stays blocked."""
    shipment = get_object_or_404(request.shop.shipments, public_id=public_id)
    acknowledge(shipment)
    messages.success(request, _("#%(order)s no longer needs your attention.") % {"order": shipment.reference})
    return redirect("shipments:detail", public_id=public_id)
