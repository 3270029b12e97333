"""Deleting concepts: ask first, then ten minutes to put them back."""

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
from shipments.states import ShipmentStatus
from shipments.views.shipment_list import Chosen, back_to, chosen, here, in_window
from shops.tenancy import ShopRequest


@require_POST
def many(request: ShopRequest) -> HttpResponse:
    """The chosen shipments: a first POST asks, one with ``confirm`` deletes those that still are concepts."""
    choice = chosen(request, request.POST)
    concepts = Chosen(choice.shipments.filter(status=ShipmentStatus.CONCEPT), choice.fields)
    if not concepts.count:
        messages.error(request, _("None of these is a draft. A shipment with a label cannot be deleted."))
        return back_to(request)
    if request.POST.get("confirm"):
        return _delete(request, concepts)
    return _ask(request, concepts, with_label=choice.count - concepts.count)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: ShopRequest, public_id: uuid.UUID) -> HttpResponse:
    """One concept, from its row or from the editor: GET asks, POST deletes."""
    shipment = get_object_or_404(request.shop.shipments, public_id=public_id)
    if not shipment.is_concept:
        messages.error(request, _("This shipment has a label, so it cannot be deleted."))
        return redirect("shipments:detail", public_id=public_id)
    choice = chosen(request, QueryDict(f"shipment={public_id}"))
    if request.method == "POST":
        return _delete(request, choice)
    return _ask(
        request, choice, back=here(request, request.GET.get("next", ""), reverse("shipments:edit", args=[public_id]))
    )


def _ask(request: ShopRequest, choice: Chosen, *, with_label: int = 0, back: str = "") -> HttpResponse:
    facts = {
        "fields": choice.fields,
        "count": choice.count,
        "with_label": with_label,
        "named": choice.shipments[:5],
        "back": back or here(request, request.POST.get("next", ""), reverse("shipments:list")),
    }
    return render(request, "shipments/_delete_dialog.html" if in_window(request) else "shipments/delete.html", facts)


def _delete(request: ShopRequest, choice: Chosen) -> HttpResponse:
    moment, gone = trash.delete_concepts(choice.shipments, by=request.user)
    said = ngettext("%(n)d draft deleted", "%(n)d drafts deleted", gone) % {"n": gone}
    messages.info(request, said, extra_tags=f"undo {moment.isoformat()}" if gone else "")
    back = request.POST.get("next", "")
    return redirect("shipments:list") if "/bewerken/" in back else back_to(request)


@require_POST
def restore(request: ShopRequest) -> HttpResponse:
    """Put back what was deleted together at one moment, while that can be."""
    moment = _moment(request.POST.get("moment", ""))
    back, again = trash.put_back(request.shop, moment, by=request.user) if moment else (0, [])
    if back:
        said = ngettext("%(n)d draft is back.", "%(n)d drafts are back.", back)
        messages.success(request, said % {"n": back})
    if again:
        said = ngettext(
            "%(orders)s was imported again meanwhile, so the old draft stays away.",
            "%(orders)s were imported again meanwhile, so the old drafts stay away.",
            len(again),
        )
        messages.info(request, said % {"orders": ", ".join(f"#{number}" for number in again[:10])})
    if not back and not again:
        messages.error(request, _("Nothing to put back: that is possible for ten minutes. Import the orders again."))
    return back_to(request)


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return None if moment is None or is_naive(moment) else moment
