"""Another address for a parcel that has its label (Wijzig en maak nieuw label)."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carriers.problems import Problem
from shipments.forms.recipient import OPTIONAL, RecipientForm
from shipments.models import Shipment
from shipments.services.imports.order_recipient import place_of
from shipments.services.labels import change_address as service
from shipments.services.labels.cancel import SCANNED_MESSAGE, CancelError
from shipments.states import UNDERWAY
from shipments.views.editor_context import attach_message
from shops.tenancy import ShopRequest


@require_http_methods(["GET", "HEAD", "POST"])
def change_address(request: ShopRequest, public_id: str) -> HttpResponse:
    """A POST cancels the label and leads to the job that makes the new one; it may be sent again."""
    rows = request.shop.shipments.for_rows().select_related("shop", "parent").prefetch_related("customs_items")
    shipment = get_object_or_404(rows, public_id=public_id)
    if not service.can_change_address(shipment):
        if shipment.status in UNDERWAY:
            messages.error(request, str(SCANNED_MESSAGE))
        return redirect("shipments:detail", public_id=public_id)
    if request.method != "POST":
        return _show(request, shipment, RecipientForm.of_shipment(shipment))
    form = RecipientForm.of_shipment(shipment, request.POST)
    if not form.is_valid():
        return _show(request, shipment, form, status=422)
    try:
        job = service.change_address(shipment, by=request.user, recipient=form.recipient())
    except service.AddressRejected as rejected:
        return _show(request, shipment, form, problems=rejected.problems, status=422)
    except CancelError as refused:
        return _show(request, shipment, form, error=refused.message, status=409)
    except service.AlreadyReplaced as replaced:
        messages.error(request, _("Somebody already made a new label in its place, with this address. Check it."))
        return redirect("shipments:detail", public_id=replaced.shipment.public_id)
    return redirect("shipments:job", public_id=job.public_id)


def _show(
    request: ShopRequest,
    shipment: Shipment,
    form: RecipientForm,
    *,
    problems: Sequence[Problem] = (),
    error: Promise | str = "",
    status: int = 200,
) -> HttpResponse:
    shown = {field.name for field, _width in form.recipient_rows()}
    for problem in problems:
        if problem.field in shown:
            attach_message(form[problem.field], "problem", problem.text)
    order = shipment.order.order if shipment.order else None
    context = {
        "shipment": shipment,
        "form": form,
        "error": error,
        "other_problems": [problem for problem in problems if problem.field not in shown],
        "invalid": status == 422,
        "shop_line": place_of(order.destination) if order else "",
        "is_code_known": service.is_code_known(shipment),
        # The word would break the narrow label of the suffix.
        "optional": OPTIONAL - {"suffix"} | {"phone", "region", "email"},
    }
    return render(request, "shipments/change_address.html", context, status=status)
