"""Deleting and restoring drafts."""

import uuid
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from shipments.services.drafts import trash
from shipments.views.shipment_list import Selection, is_dialog_request, parse_selection, redirect_back, safe_path_or
from shops.tenancy import ShopRequest


@require_POST
def delete_drafts(request: ShopRequest) -> HttpResponse:
    """The first POST asks for confirmation, ``confirm`` deletes. Shipments with a label are skipped."""
    choice = parse_selection(request, request.POST)
    drafts = Selection(choice.shipments.editable_drafts(), choice.fields)
    if not drafts.count:
        messages.error(request, _("None of these is a draft. A shipment with a label cannot be deleted."))
        return redirect_back(request)
    if request.POST.get("confirm"):
        return _delete(request, drafts)
    return _confirm(request, drafts, with_label=choice.count - drafts.count)


@require_http_methods(["GET", "HEAD", "POST"])
def delete_draft(request: ShopRequest, public_id: uuid.UUID) -> HttpResponse:
    shipment = get_object_or_404(request.shop.shipments, public_id=public_id)
    if not shipment.is_draft:
        messages.error(request, _("This shipment has a label, so it cannot be deleted."))
        return redirect("shipments:detail", public_id=public_id)
    choice = parse_selection(request, QueryDict(f"shipment={public_id}"))
    if request.method == "POST":
        return _delete(request, choice)
    return _confirm(
        request,
        choice,
        back=safe_path_or(request, request.GET.get("next", ""), reverse("shipments:edit", args=[public_id])),
    )


def _confirm(request: ShopRequest, choice: Selection, *, with_label: int = 0, back: str = "") -> HttpResponse:
    facts = {
        "fields": choice.fields,
        "count": choice.count,
        "with_label": with_label,
        "named": choice.shipments[:5],
        "back": back or safe_path_or(request, request.POST.get("next", ""), reverse("shipments:list")),
    }
    return render(
        request, "shipments/_delete_dialog.html" if is_dialog_request(request) else "shipments/delete.html", facts
    )


def _delete(request: ShopRequest, choice: Selection) -> HttpResponse:
    deleted_at, count = trash.delete_drafts(choice.shipments, by=request.user)
    message = ngettext("%(n)d draft deleted", "%(n)d drafts deleted", count) % {"n": count}
    messages.info(request, message, extra_tags=f"undo {deleted_at.isoformat()}" if count else "")
    back = request.POST.get("next", "")
    return redirect("shipments:list") if "/bewerken/" in back else redirect_back(request)


@require_POST
def restore(request: ShopRequest) -> HttpResponse:
    deleted_at = _parse_time(request.POST.get("moment", ""))
    restored, conflicts = trash.restore(request.shop, deleted_at, by=request.user) if deleted_at else (0, [])
    if restored:
        message = ngettext("%(n)d draft restored.", "%(n)d drafts restored.", restored)
        messages.success(request, message % {"n": restored})
    if conflicts:
        message = ngettext(
            "%(orders)s was imported again in the meantime, so the old draft was not restored.",
            "%(orders)s were imported again in the meantime, so the old drafts were not restored.",
            len(conflicts),
        )
        messages.info(request, message % {"orders": ", ".join(f"#{number}" for number in conflicts[:10])})
    if not restored and not conflicts:
        messages.error(
            request, _("Nothing to restore: that is only possible for ten minutes. Import the orders again.")
        )
    return redirect_back(request)


def _parse_time(text: str) -> datetime | None:
    try:
        deleted_at = parse_datetime(text)
    except ValueError:
        return None
    return None if deleted_at is None or is_naive(deleted_at) else deleted_at
