"""Bewerk MyParcel conceptzending, and Nieuwe zending: the same form before it is a shipment."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from shipments.content import CHOICE_FIELDS, ShipmentContent, needs_customs
from shipments.forms.customs import FormSet, add_row, customs_formset, declaration, lines_of, remove_row
from shipments.forms.draft import ConceptForm
from shipments.models import Shipment
from shipments.queries.adjacent_drafts import neighbours
from shipments.services.drafts import create, edit
from shipments.services.drafts.remembered_customs import remembered
from shipments.services.drafts.save import EditedElsewhere, NotAConcept
from shipments.services.labels.register import start_labels
from shipments.views import editor_context
from shops.models import Shop
from shops.tenancy import ShopRequest


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: ShopRequest, public_id: str) -> HttpResponse:
    """Edit a concept: GET shows it, POST saves it."""
    shipment = _concept(request, public_id)
    if not shipment.is_concept:
        return redirect("shipments:detail", public_id=public_id)
    if request.method != "POST":
        form = ConceptForm.from_instance(shipment)
        return _show(request, shipment, form, _formset(request, shipment))
    form, items = ConceptForm(request.POST), _formset(request, shipment, request.POST)
    if not _are_valid(form, items):
        return _show(request, shipment, form, items, status=422)
    return _save(request, shipment, form, items)


@require_POST
def look(request: ShopRequest, public_id: str) -> HttpResponse:
    """What the choices in the form mean, without saving: limits, what was switched and why, the label to be."""
    shipment = _concept(request, public_id)
    if not shipment.is_concept:
        return _go(request, reverse("shipments:detail", args=[public_id]))
    return _look(request, shipment)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ShopRequest) -> HttpResponse:
    """A concept without an order: the same editor, filled with the shop's preferences, made once."""
    shipment = _blank(request.shop)
    if request.method != "POST":
        return _show(request, shipment, ConceptForm.from_instance(shipment), _formset(request, shipment))
    form, items = ConceptForm(request.POST), _formset(request, shipment, request.POST)
    if not _are_valid(form, items):
        return _show(request, shipment, form, items, status=422)
    made = request.shop.shipments.filter(public_id=_key(request.POST)).first()
    if made is not None and not _typed(form, items).is_kept_in(made.content):
        # The way back after it was made, and something else typed.
        return _save(request, made, form, items)
    return _saved(request, _create(request, form, items), form)


@require_POST
def look_new(request: ShopRequest) -> HttpResponse:
    """The same for a shipment that is not made yet."""
    return _look(request, _blank(request.shop))


def _concept(request: ShopRequest, public_id: str) -> Shipment:
    rows = request.shop.shipments.for_rows().select_related("shop")
    return get_object_or_404(rows.prefetch_related("customs_items"), public_id=public_id)


def _blank(shop: Shop) -> Shipment:
    """A shipment as it would start; not in the database."""
    choice, weight = create.default_choice(shop)
    fields: dict[str, Any] = {name: getattr(choice, name) for name in CHOICE_FIELDS}
    return Shipment(shop=shop, weight=weight, country="NL", reference="", **fields)


def _formset(request: ShopRequest, shipment: Shipment, data: Mapping[str, Any] | None = None) -> FormSet:
    """The customs rows: as typed, or else as kept and completed with what was filled in before."""
    if data is not None and "customs-TOTAL_FORMS" in data:
        return customs_formset((), data)
    if shipment.pk is None or not needs_customs(shipment.destination):
        return customs_formset(())
    known = remembered(request.shop.pk, (item.sku for item in shipment.customs_items.all()))
    return customs_formset(lines_of(shipment, known))


def _are_valid(form: ConceptForm, items: FormSet) -> bool:
    """What can be stored can be saved; customs rows that are not on the page say nothing."""
    is_good = form.is_valid()
    if not needs_customs(form.destination()) or not items.is_bound:
        return is_good
    return bool(items.is_valid()) and is_good


def _look(request: ShopRequest, shipment: Shipment) -> HttpResponse:
    data = request.POST.copy()
    undone = "undo" in data and editor_context.restored(data, str(data["undo"]))
    if "add" in data:
        add_row(data)
    if "remove" in data:
        remove_row(data, str(data["remove"]))
    editor_context.rewritten(data)
    switched = editor_context.fitted(data)
    form, items = ConceptForm(data), _formset(request, shipment, data)
    was = _layout_of(request.POST)
    more: dict[str, Any] = {"looking": True, "undone": undone, "switched": switched, "was_layout": was}
    template = "shipments/_edit_preview.html" if request.htmx else "shipments/edit.html"
    return _show(request, shipment, form, items, template=template, **more)


def _layout_of(data: QueryDict) -> str:
    return f"{data.get('layout', '')}-{data.get('was_country', '')}"


def _show(
    request: ShopRequest,
    shipment: Shipment,
    form: ConceptForm,
    items: FormSet,
    *,
    status: int = 200,
    template: str = "shipments/edit.html",
    **more: Any,
) -> HttpResponse:
    is_new = shipment.pk is None
    key = request.POST.get("key") or uuid.uuid4().hex
    context = editor_context.page(request, shipment, editor_context.typed(form, items), **more) | {
        "is_new": is_new,
        "key": key,
        "invalid": status == 422,
        "save_url": reverse("shipments:new") if is_new else reverse("shipments:edit", args=[shipment.public_id]),
        "look_url": reverse("shipments:look_new") if is_new else reverse("shipments:look", args=[shipment.public_id]),
        "neighbours": None if is_new or template != "shipments/edit.html" else neighbours(request.shop, shipment),
    }
    return render(request, template, context, status=status)


def _create(request: ShopRequest, form: ConceptForm, items: FormSet) -> Shipment:
    """Made once for each form, however often it is sent."""
    reference = form.cleaned_data["reference"] or create.next_reference(request.shop)
    key = _key(request.POST)
    return create.create_concept(
        request.shop, by=request.user, reference=reference, key=key, content=_typed(form, items)
    )


def _typed(form: ConceptForm, items: FormSet) -> ShipmentContent:
    """What the form says; no customs data where no customs form was on the page."""
    data = form.cleaned_data
    has_customs = needs_customs(form.destination()) and items.is_bound
    return ShipmentContent(
        recipient=form.recipient(),
        choice=form.choice(),
        weight=data["weight"],
        description=data["description"],
        customs=declaration(items, data["contents"], data["invoice"]) if has_customs else None,
    )


def _key(data: QueryDict) -> uuid.UUID:
    """The id this form gives its shipment; a form without one makes a new shipment each time."""
    try:
        return uuid.UUID(str(data.get("key", "")))
    except ValueError:
        return uuid.uuid4()


def _save(request: ShopRequest, shipment: Shipment, form: ConceptForm, items: FormSet) -> HttpResponse:
    version = form.cleaned_data["version"]
    try:
        saved = edit.edit_concept(shipment, by=request.user, version=version, content=_typed(form, items))
    except EditedElsewhere:
        return _show(request, shipment, form, items, status=409, changed=editor_context.edited_by(shipment))
    except NotAConcept:
        messages.error(request, _("The label was made in the meantime, so nothing was changed."))
        return _go(request, reverse("shipments:detail", args=[shipment.public_id]))
    return _saved(request, saved, form)


def _saved(request: ShopRequest, shipment: Shipment, form: ConceptForm) -> HttpResponse:
    parcels = form.cleaned_data["parcels"] or 1
    if parcels > 1:
        messages.success(request, _("Draft saved."))
        return _go(request, reverse("shipments:split", args=[shipment.public_id]) + f"?count={parcels}")
    edit_url = reverse("shipments:edit", args=[shipment.public_id])
    if "label" not in request.POST and request.htmx and request.path == edit_url:
        return _show_saved(request, shipment)
    if "label" not in request.POST:
        messages.success(request, _("Draft saved."))
        return _go(request, edit_url)
    if shipment.blocked_by:
        messages.error(request, _("Draft saved. It still misses something before a label can be made."))
        return _go(request, edit_url)
    shop = request.shop
    one = shop.shipments.filter(pk=shipment.pk)
    key = request.POST.get("key", "")[:64] or uuid.uuid4().hex
    job = start_labels(shop, request.user, shipments=one, layout=shop.label_layout, start=shop.label_start, key=key)
    return _go(request, reverse("shipments:job", args=[job.public_id]))


def _show_saved(request: ShopRequest, shipment: Shipment) -> HttpResponse:
    """The form as it is kept now, in the place of the one that was sent."""
    kept = _concept(request, str(shipment.public_id))
    return _show(request, kept, ConceptForm.from_instance(kept), _formset(request, kept), saved=True)


def _go(request: ShopRequest, address: str) -> HttpResponse:
    """To another page, also when only a part of this one was asked for."""
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
