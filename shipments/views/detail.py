"""One shipment: what it is, where it is, and what the shop was told."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.tenancy import ShopRequest
from carriers.vocabulary import OPTIONS
from integrations.services import telling


@require_GET
def page(request: ShopRequest, public_id: str) -> HttpResponse:
    """Facts, push-back and log; a concept is shown in the editor."""
    shipment = get_object_or_404(request.shop.shipments.for_rows().select_related("shop"), public_id=public_id)
    if shipment.is_concept:
        return redirect("shipments:edit", public_id=public_id)
    facts = {
        "shipment": shipment,
        "events": shipment.events.select_related("actor"),
        "chosen": [name for key, name in OPTIONS.items() if getattr(shipment, key)],
        "customs": shipment.customs_items.all(),
    }
    return render(request, "shipments/detail.html", facts)


@require_POST
def retry_push(request: ShopRequest, public_id: str) -> HttpResponse:
    """Tell the shop again."""
    shipment = get_object_or_404(request.shop.shipments.for_rows(), public_id=public_id)
    if shipment.fulfillment is not None and telling.retry(shipment.fulfillment):
        messages.success(request, _("#%(order)s is in the queue.") % {"order": shipment.reference})
    else:
        messages.error(request, _("Nothing to retry: it was told already, or the connection is not active."))
    back = request.POST.get("terug", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return redirect(back)
    return redirect("shipments:detail", public_id=public_id)
