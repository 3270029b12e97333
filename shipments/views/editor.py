"""bewerk MyParcel conceptzending."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.tenancy import ShopRequest
from carriers.capabilities import options_for
from carriers.vocabulary import OPTIONS, PACKAGE_TYPES
from shipments.concepts import needs_customs, problems_of
from shipments.forms.concept import ConceptForm
from shipments.forms.customs import customs_formset, declaration
from shipments.models import Shipment
from shipments.services.editing import EditedElsewhere, NotAConcept, edit_concept
from shipments.services.labelling import start_labels

FormSet = forms.BaseFormSet


def page(request: ShopRequest, public_id: str) -> HttpResponse:
    """Edit a concept; ``look`` shows what another country or choice would mean, without saving."""
    rows = request.shop.shipments.for_rows().select_related("shop")
    shipment = get_object_or_404(rows.prefetch_related("customs_items"), public_id=public_id)
    if not shipment.is_concept:
        return redirect("shipments:detail", public_id=public_id)
    if request.method != "POST":
        return _show(request, shipment, ConceptForm.showing(shipment), customs_formset(shipment))
    form, items = ConceptForm(request.POST), customs_formset(shipment, _with_customs(request, shipment))
    if "look" in request.POST:
        items.is_valid()
        return _show(request, shipment, form, items, looking=True)
    if not form.is_valid() or (items.is_bound and not items.is_valid()):
        return _show(request, shipment, form, items, status=422)
    return _save(request, shipment, form, items)


def _with_customs(request: ShopRequest, shipment: Shipment) -> Any:
    """A form of a parcel inside the EU carries no customs lines."""
    return request.POST if "customs-TOTAL_FORMS" in request.POST else None


def _save(request: ShopRequest, shipment: Shipment, form: ConceptForm, items: FormSet) -> HttpResponse:
    data = form.cleaned_data
    customs = (
        declaration(items, data["contents"], data["invoice"])
        if needs_customs(form.destination()) and items.is_bound
        else None
    )
    try:
        saved = edit_concept(
            shipment,
            by=request.user,
            version=data["version"],
            recipient=form.recipient(),
            choice=form.choice(),
            weight=data["weight"],
            description=data["description"],
            customs=customs,
        )
    except EditedElsewhere:
        return _show(request, shipment, form, items, status=409, changed=True)
    except NotAConcept:
        messages.error(request, _("The label was made in the meantime, so nothing was changed."))
        return redirect("shipments:detail", public_id=shipment.public_id)
    return _saved(request, saved)


def _saved(request: ShopRequest, shipment: Shipment) -> HttpResponse:
    if "label" not in request.POST:
        messages.success(request, _("Draft saved."))
        return redirect("shipments:edit", public_id=shipment.public_id)
    if shipment.blocked_by:
        messages.error(request, _("Draft saved. It still misses something before a label can be made."))
        return redirect("shipments:edit", public_id=shipment.public_id)
    shop = request.shop
    one = shop.shipments.filter(pk=shipment.pk)
    key = request.POST.get("key", "")[:64] or uuid.uuid4().hex
    job = start_labels(shop, request.user, shipments=one, layout=shop.label_layout, start=shop.label_start, key=key)
    return redirect("shipments:job", public_id=job.public_id)


def _show(
    request: ShopRequest,
    shipment: Shipment,
    form: ConceptForm,
    items: FormSet,
    *,
    status: int = 200,
    looking: bool = False,
    changed: bool = False,
) -> HttpResponse:
    choice, destination = form.choice(), form.destination()
    known = destination if destination.country else None
    customs = needs_customs(destination)
    if customs and not items.is_bound:
        items = customs_formset(shipment)
    typed = (
        shipment.declaration()
        if not items.is_bound
        else declaration(items, str(form["contents"].value() or ""), str(form["invoice"].value() or ""))
    )
    recipient = form.recipient()
    problems = problems_of(recipient, choice, form.grams(), typed if customs else None)
    page = {
        "shipment": shipment,
        "form": form,
        "items": items,
        "customs": customs,
        "choice": choice,
        "recipient": recipient,
        "problems": problems,
        "sheet": options_for(choice.carrier, choice.package_type, choice.delivery_type, known),
        "types": _types(choice.carrier, known),
        "options": OPTIONS,
        "looking": looking,
        "changed": changed,
        "total_weight": typed.weight,
        "total_value": typed.value,
        "key": uuid.uuid4().hex,
    }
    return render(request, "shipments/edit.html", page, status=status)


def _types(carrier: str, destination: Any) -> list[tuple[str, object, bool]]:
    """Every package type, and whether it can go there."""
    return [
        (key, name, options_for(carrier, key, "standard", destination) is not None)
        for key, name in PACKAGE_TYPES.items()
    ]
