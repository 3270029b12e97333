"""Actions on one shipment: cancel, recreate, return, split, and send as one shipment of several parcels."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lib.text import parse_int
from shipments.models import Shipment
from shipments.services.drafts.multi_collo import send_together, together_problem
from shipments.services.drafts.reopen import discard_test_labels
from shipments.services.drafts.save import EditConflict, NotADraft
from shipments.services.drafts.split import (
    MAX_PARCELS,
    ParcelShare,
    SplitError,
    even_split,
    recreate_draft,
    split_draft,
)
from shipments.services.labels.cancel import CancelError, cancel_blocker, cancel_label
from shipments.services.labels.returns import ReturnError, create_return
from shipments.services.labels.unanswered import look_up_now
from shops.services.preferences import get_preferences
from shops.tenancy import ShopRequest


def _shipment(request: ShopRequest, public_id: str) -> Shipment:
    rows = request.shop.shipments.for_rows().select_related("shop", "parent")
    return get_object_or_404(rows, public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_shipment(request: ShopRequest, public_id: str) -> HttpResponse:
    shipment = _shipment(request, public_id)
    if request.method != "POST":
        if shipment.can_cancel and (reason := cancel_blocker(shipment)):
            messages.error(request, str(reason))
            return redirect("shipments:detail", public_id=public_id)
        if not shipment.can_cancel:
            return redirect("shipments:detail", public_id=public_id)
        return render(request, "shipments/cancel.html", {"shipment": shipment})
    try:
        cancel_label(shipment, by=request.user)
    except CancelError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The label is cancelled. It was never scanned, so it costs nothing."))
    return redirect("shipments:detail", public_id=public_id)


@require_POST
def reopen_test(request: ShopRequest, public_id: str) -> HttpResponse:
    """Throw a test label away; the draft is back."""
    shipment = _shipment(request, public_id)
    if discard_test_labels([shipment.pk], by_id=request.user.pk):
        messages.success(request, _("The test label was thrown away. The draft is back."))
    return redirect("shipments:detail", public_id=public_id)


@require_POST
def look_up(request: ShopRequest, public_id: str) -> HttpResponse:
    """Ask the gateway now whether a label exists."""
    shipment = _shipment(request, public_id)
    if shipment.may_have_label:
        look_up_now([shipment.pk], actor_id=request.user.pk)
        shipment.refresh_from_db(fields=["status", "barcode"])
        messages.info(request, _looked_up_message(shipment))
    return redirect("shipments:detail", public_id=public_id)


def _looked_up_message(shipment: Shipment) -> str:
    if shipment.is_draft:
        return _("No label was created. The draft can be changed again.")
    if shipment.has_label:
        return _("The label exists. Nothing needs to be created again.")
    return _("There is no answer yet. We keep asking.")


@require_POST
def recreate(request: ShopRequest, public_id: str) -> HttpResponse:
    shipment = _shipment(request, public_id)
    try:
        draft = recreate_draft(shipment, by=request.user)
    except NotADraft:
        messages.error(request, _("Only a cancelled shipment can become a draft again."))
        return redirect("shipments:detail", public_id=public_id)
    if not draft.is_draft:
        messages.info(request, _("A new draft was already created, and this is its label."))
        return redirect("shipments:detail", public_id=draft.public_id)
    messages.success(request, _("New draft created. Check it, then create the label."))
    return redirect("shipments:edit", public_id=draft.public_id)


@require_POST
def create_return_label(request: ShopRequest, public_id: str) -> HttpResponse:
    shipment = _shipment(request, public_id)
    try:
        return_shipment = create_return(shipment, by=request.user)
    except ReturnError as error:
        messages.error(request, str(error.message))
        return redirect("shipments:detail", public_id=public_id)
    messages.success(request, _("The return label is ready. Download it and send it to the buyer."))
    return redirect("shipments:detail", public_id=return_shipment.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def split_shipment(request: ShopRequest, public_id: str) -> HttpResponse:
    shipment = _shipment(request, public_id)
    if not shipment.is_draft:
        messages.error(request, _("Only a draft can be split."))
        return redirect("shipments:detail", public_id=public_id)
    data = request.POST if request.method == "POST" else request.GET
    count = _number(data.get("count"), 2, MAX_PARCELS)
    parts, error = even_split(shipment, count, _box(shipment)), ""
    if request.method == "POST" and "together" in data:
        return _send_together(request, shipment, count)
    if request.method == "POST" and "split" in data:
        parts = [_parse_share(data, shipment, index) for index in range(count)]
        version = _number(data.get("version"), 0, 2**31)
        try:
            split_draft(shipment, by=request.user, version=version, parts=parts)
        except SplitError as invalid:
            error = str(invalid.message)
        except (EditConflict, NotADraft):
            messages.error(
                request, _("This draft was changed in the meantime. Nothing was split; reload and try again.")
            )
            return redirect("shipments:detail", public_id=public_id)
        else:
            messages.success(
                request, _("The order will be sent in %(n)d parcels, each with its own label.") % {"n": count}
            )
            return redirect("shipments:list")
    return render(
        request, "shipments/split.html", _split_context(shipment, count, parts, error), status=422 if error else 200
    )


def _box(shipment: Shipment) -> int:
    return get_preferences(shipment.shop).box_weight(shipment.package_type)


def _send_together(request: ShopRequest, shipment: Shipment, count: int) -> HttpResponse:
    """One shipment of ``count`` parcels; "single" instead of a count makes it one parcel again."""
    count = 1 if request.POST["together"] == "single" else count
    version = _number(request.POST.get("version"), 0, 2**31)
    try:
        send_together(shipment, by=request.user, version=version, count=count)
    except SplitError as invalid:
        parts, error = even_split(shipment, max(2, count)), str(invalid.message)
        context = _split_context(shipment, max(2, count), parts, error)
        return render(request, "shipments/split.html", context, status=422)
    except (EditConflict, NotADraft):
        messages.error(request, _("This draft was changed in the meantime. Nothing was changed; reload and try again."))
        return redirect("shipments:detail", public_id=shipment.public_id)
    if count == 1:
        messages.success(request, _("This shipment is one parcel again."))
    else:
        messages.success(
            request, _("This is now one shipment of %(n)d parcels, each with its own label.") % {"n": count}
        )
    return redirect("shipments:edit", public_id=shipment.public_id)


def _split_context(shipment: Shipment, count: int, parts: list[ParcelShare], error: str) -> dict[str, object]:
    lines = [
        (line, [(index, part.units.get(line.id, 0)) for index, part in enumerate(parts)]) for line in shipment.lines
    ]
    return {
        "shipment": shipment,
        "count": count,
        "counts": range(2, MAX_PARCELS + 1),
        "lines": lines,
        "weights": [(index, part.weight) for index, part in enumerate(parts)],
        "error": error,
        "not_together": together_problem(shipment, count),
    }


def _parse_share(data, shipment: Shipment, index: int) -> ParcelShare:  # type: ignore[no-untyped-def]
    units = {line["id"]: _number(data.get(f"p{index}-{line['id']}"), 0, 100_000) for line in shipment.order_lines}
    return ParcelShare(
        {line: count for line, count in units.items() if count}, _number(data.get(f"w{index}"), 0, 10**6)
    )


def _number(value: object, minimum: int, maximum: int) -> int:
    """A number clamped to these bounds; ``minimum`` for other input."""
    return min(maximum, max(minimum, parse_int(value) or 0))
