"""The draft editor (Bewerk MyParcel conceptzending) and the page for a new shipment."""

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

from carriers.delivery_options import DATED
from lib.forms import clean_data
from shipments.content import CHOICE_FIELDS, ShipmentContent, needs_customs
from shipments.forms.customs import (
    FormSet,
    add_row,
    customs_formset,
    declaration,
    fill_values,
    initial_lines,
    remove_row,
)
from shipments.forms.draft import DraftForm
from shipments.models import Shipment
from shipments.queries.adjacent_drafts import find_adjacent_drafts
from shipments.services.drafts import create, edit
from shipments.services.drafts.remembered_customs import find_remembered_customs
from shipments.services.drafts.save import EditConflict, NotADraft
from shipments.services.imports.notes import address_notes
from shipments.services.imports.order_customs import values_by_rate
from shipments.services.labels.register import start_labels
from shipments.views import editor_context, editor_pickup
from shops.models import Shop
from shops.tenancy import ShopRequest


@require_http_methods(["GET", "HEAD", "POST"])
def edit_draft(request: ShopRequest, public_id: str) -> HttpResponse:
    shipment = _get_draft(request, public_id)
    if not shipment.is_draft:
        return redirect("shipments:detail", public_id=public_id)
    if request.method != "POST":
        form = DraftForm.from_instance(shipment)
        return _show(request, shipment, form, _formset(request, shipment))
    form, items = DraftForm(request.POST), _formset(request, shipment, request.POST)
    if not _are_valid(form, items):
        return _show(request, shipment, form, items, status=422)
    return _save(request, shipment, form, items)


@require_POST
def preview_draft(request: ShopRequest, public_id: str) -> HttpResponse:
    """Render the editor for unsaved input: options, adjustments, problems and the label preview."""
    shipment = _get_draft(request, public_id)
    if not shipment.is_draft:
        return _redirect(request, reverse("shipments:detail", args=[public_id]))
    return _preview(request, shipment)


@require_http_methods(["GET", "HEAD", "POST"])
def create_draft(request: ShopRequest) -> HttpResponse:
    shipment = _blank_draft(request.shop)
    if request.method != "POST":
        return _show(request, shipment, DraftForm.from_instance(shipment), _formset(request, shipment))
    form, items = DraftForm(request.POST), _formset(request, shipment, request.POST)
    if not _are_valid(form, items):
        return _show(request, shipment, form, items, status=422)
    created = request.shop.shipments.filter(public_id=_key(request.POST)).first()
    if created is not None and not _build_content(form, items).has_same_content(created.content):
        # The same form again, with other content: the browser went back after it was saved.
        return _save(request, created, form, items)
    return _saved(request, _create(request, form, items), form)


@require_POST
def preview_new_draft(request: ShopRequest) -> HttpResponse:
    return _preview(request, _blank_draft(request.shop))


def _get_draft(request: ShopRequest, public_id: str) -> Shipment:
    rows = request.shop.shipments.for_rows().select_related("shop")
    return get_object_or_404(rows.prefetch_related("customs_items"), public_id=public_id)


def _blank_draft(shop: Shop) -> Shipment:
    choice, weight = create.default_choice(shop)
    fields: dict[str, Any] = {name: getattr(choice, name) for name in CHOICE_FIELDS}
    return Shipment(shop=shop, weight=weight, country="NL", reference="", **fields)


def _formset(request: ShopRequest, shipment: Shipment, data: Mapping[str, Any] | None = None) -> FormSet:
    if data is not None and "customs-TOTAL_FORMS" in data:
        return customs_formset((), clean_data(data))
    if shipment.pk is None or not needs_customs(shipment.destination):
        return customs_formset(())
    known = find_remembered_customs(request.shop.pk, (item.sku for item in shipment.customs_items.all()))
    return customs_formset(initial_lines(shipment, known))


def _are_valid(form: DraftForm, items: FormSet) -> bool:
    is_good = form.is_valid()
    if not needs_customs(form.destination()) or not items.is_bound:
        return is_good
    return bool(items.is_valid()) and is_good


def _preview(request: ShopRequest, shipment: Shipment) -> HttpResponse:
    data = request.POST.copy()
    undone = "undo" in data and editor_context.restore_choices(data, str(data["undo"]))
    if "add" in data:
        add_row(data)
    if "remove" in data:
        remove_row(data, str(data["remove"]))
    chosen = "choose_point" in data and editor_pickup.choose_point(data, str(data["choose_point"]), shipment)
    if "use_rate" in data and shipment.order is not None:
        fill_values(data, values_by_rate(shipment.order.order))
    if "deliver_home" in data:
        editor_pickup.deliver_home(data, shipment)
    editor_context.adapt_address_layout(data)
    fallback = editor_context.apply_fallback(data, shipment)
    form, items = DraftForm(data), _formset(request, shipment, data)
    previous_layout = _layout_of(request.POST) if _same_address(data, request.POST) else "moved"
    more: dict[str, Any] = {
        "is_preview": True,
        "undone": undone,
        "fallback": fallback,
        "previous_layout": previous_layout,
        "point_chosen": chosen,
    }
    if form.choice().delivery_type in DATED:
        more["moment"] = editor_pickup.ask_moment(request.shop, form)
    if "find_points" in data:
        more["found_points"] = editor_pickup.find(request.shop, shipment, form)
    template = "shipments/_edit_preview.html" if request.htmx else "shipments/edit.html"
    return _show(request, shipment, form, items, template=template, **more)


def _same_address(data: QueryDict, sent: QueryDict) -> bool:
    """Otherwise the recipient has to be shown again."""
    return all(data.get(name, "") == sent.get(name, "") for name in ("street", "number", "postal_code", "city"))


def _layout_of(data: QueryDict) -> str:
    return f"{data.get('layout', '')}-{data.get('was_country', '')}"


def _show(
    request: ShopRequest,
    shipment: Shipment,
    form: DraftForm,
    items: FormSet,
    *,
    status: int = 200,
    template: str = "shipments/edit.html",
    **more: Any,
) -> HttpResponse:
    is_new = shipment.pk is None
    key = request.POST.get("key") or uuid.uuid4().hex
    context = editor_context.build_context(request, shipment, editor_context.parse_form(form, items), **more) | {
        "is_new": is_new,
        "key": key,
        "invalid": status == 422,
        "save_url": reverse("shipments:new") if is_new else reverse("shipments:edit", args=[shipment.public_id]),
        "preview_url": reverse("shipments:preview_new_draft")
        if is_new
        else reverse("shipments:preview_draft", args=[shipment.public_id]),
        "adjacent": None
        if is_new or template != "shipments/edit.html"
        else find_adjacent_drafts(request.shop, shipment),
    }
    return render(request, template, context, status=status)


def _create(request: ShopRequest, form: DraftForm, items: FormSet) -> Shipment:
    """Repeated submits of a form create one shipment."""
    reference = form.cleaned_data["reference"] or create.next_reference(request.shop)
    key = _key(request.POST)
    return create.create_draft(
        request.shop,
        by=request.user,
        reference=reference,
        key=key,
        content=_build_content(form, items),
        notes=address_notes(form.address_remarks()),
    )


def _build_content(form: DraftForm, items: FormSet) -> ShipmentContent:
    """Without customs rows in the form ``customs`` is None."""
    data = form.cleaned_data
    has_customs = needs_customs(form.destination()) and items.is_bound
    return ShipmentContent(
        recipient=form.recipient(),
        choice=form.choice(),
        weight=data["weight"],
        description=data["description"],
        customs=declaration(items, data["contents"], data["invoice"]) if has_customs else None,
        pickup=form.pickup(),
    )


def _key(data: QueryDict) -> uuid.UUID:
    """The public id of the shipment that this form creates; a random one when the form has none."""
    try:
        return uuid.UUID(str(data.get("key", "")))
    except ValueError:
        return uuid.uuid4()


def _save(request: ShopRequest, shipment: Shipment, form: DraftForm, items: FormSet) -> HttpResponse:
    version = form.cleaned_data["version"]
    try:
        saved = edit.edit_draft(
            shipment,
            by=request.user,
            version=version,
            content=_build_content(form, items),
            notes=address_notes(form.address_remarks()),
        )
    except EditConflict:
        return _show(request, shipment, form, items, status=409, changed=editor_context.last_edit(shipment))
    except NotADraft:
        messages.error(request, _("The label was created in the meantime, so nothing was changed."))
        return _redirect(request, reverse("shipments:detail", args=[shipment.public_id]))
    return _saved(request, saved, form)


def _saved(request: ShopRequest, shipment: Shipment, form: DraftForm) -> HttpResponse:
    parcels = form.cleaned_data["parcels"] or 1
    if parcels > 1:
        messages.success(request, _("Draft saved."))
        return _redirect(request, reverse("shipments:split", args=[shipment.public_id]) + f"?count={parcels}")
    edit_url = reverse("shipments:edit", args=[shipment.public_id])
    if "label" not in request.POST and request.htmx and request.path == edit_url:
        return _show_saved(request, shipment, form)
    for note in form.postcode_notes():
        messages.info(request, str(note.text))
    if "label" not in request.POST:
        messages.success(request, _("Draft saved."))
        return _redirect(request, edit_url)
    if shipment.blocked_by:
        messages.error(request, _("Draft saved. Some data is still missing before a label can be created."))
        return _redirect(request, edit_url)
    shop = request.shop
    selection = shop.shipments.filter(pk=shipment.pk)
    key = request.POST.get("key", "")[:64] or uuid.uuid4().hex
    job = start_labels(
        shop, request.user, shipments=selection, layout=shop.label_layout, start=shop.label_start, key=key
    )
    return _redirect(request, reverse("shipments:job", args=[job.public_id]))


def _show_saved(request: ShopRequest, shipment: Shipment, submitted: DraftForm) -> HttpResponse:
    kept = _get_draft(request, str(shipment.public_id))
    form = DraftForm.from_instance(kept)
    form.typed_postal_code = str(submitted["postal_code"].value() or "")
    return _show(request, kept, form, _formset(request, kept), saved=True)


def _redirect(request: ShopRequest, address: str) -> HttpResponse:
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
