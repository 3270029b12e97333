"""The customs worklist (Douane nodig), and the search for HS codes."""

import uuid
from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from carriers.customs import MAX_DESCRIPTION_LENGTH
from carriers.hs_codes import find_hs_code, search_hs_codes
from lib.forms import clean_data
from lib.text import clean_text, parse_int
from shipments.forms.customs_worklist import CustomsSheet, ParcelRow, Place, places
from shipments.forms.recipient import country_options
from shipments.models import Shipment
from shipments.queries.customs_worklist import MAX_PARCELS, first_parcels, missing_customs
from shipments.services.drafts.edit import edit_draft
from shipments.services.drafts.remembered_customs import find_remembered_customs
from shipments.services.drafts.save import EditConflict, NotADraft
from shipments.services.imports.order_customs import RememberedCustoms
from shops.tenancy import ShopRequest

MAX_SEARCH_LENGTH = 100


@require_http_methods(["GET", "HEAD", "POST"])
def customs_worklist(request: ShopRequest) -> HttpResponse:
    """POST checks what was typed, fills in a suggestion (``suggest``), or saves all drafts (``save``)."""
    if request.method != "POST":
        rows = missing_customs(request.shop).select_related("order").prefetch_related("customs_items")
        shipments = first_parcels(rows[:MAX_PARCELS])
        return _show(request, CustomsSheet(shipments, _known(request, shipments)))
    data = clean_data(request.POST)
    versions = _sent_versions(data)
    if not versions:
        return redirect("shipments:customs")
    shipments = _sent(request, versions)
    known = _known(request, shipments)
    by_key = {shipment.pk: versions[str(shipment.public_id)] for shipment in shipments}
    if "suggest" in data:
        _fill_suggestion(data, CustomsSheet(shipments, known, data), str(data["suggest"]))
    sheet = CustomsSheet(shipments, known, data, versions=by_key)
    if "save" in data:
        return _save(request, sheet, known)
    if request.htmx:
        row = sheet.find(request.GET.get("check", ""))
        return render(request, "shipments/_customs_said.html", {"row": row, "sheet": sheet})
    return _show(request, sheet, dirty=True)


@require_GET
def hs_codes(request: ShopRequest) -> HttpResponse:
    """HS codes by words or first digits: a page, or for a script the options of a list."""
    typed = clean_text(request.GET.get("q", ""), MAX_SEARCH_LENGTH)[0].strip()
    page = "shipments/_hs_options.html" if request.htmx else "shipments/hs_codes.html"
    return render(request, page, {"q": typed, "found": search_hs_codes(typed), "most": MAX_SEARCH_LENGTH})


def _known(request: ShopRequest, shipments: list[Shipment]) -> RememberedCustoms:
    skus = (item.sku for shipment in shipments for item in shipment.customs_items.all())
    return find_remembered_customs(request.shop.pk, skus)


def _sent_versions(data: QueryDict) -> dict[str, int]:
    """By the public id of a draft, the version that was shown; in the order of the page."""
    versions = {}
    for sent in data.getlist("parcel")[:MAX_PARCELS]:
        public_id, _colon, version = str(sent).partition(":")
        number = parse_int(version)
        if _is_uuid(public_id) and number is not None:
            versions[public_id] = number
    return versions


def _sent(request: ShopRequest, versions: dict[str, int]) -> list[Shipment]:
    rows = request.shop.shipments.filter(public_id__in=versions, status="draft").select_related("order")
    wanted = list(versions)
    return sorted(rows.prefetch_related("customs_items"), key=lambda shipment: wanted.index(str(shipment.public_id)))


def _is_uuid(value: str) -> bool:
    try:
        return str(uuid.UUID(value)) == value
    except ValueError:
        return False


def _fill_suggestion(data: QueryDict, sheet: CustomsSheet, wanted: str) -> None:
    """``wanted`` is the prefix of an article and an HS code. A description is only replaced where ours is better."""
    prefix, _colon, code = wanted.partition(":")
    row, found = sheet.find(prefix), find_hs_code(code)
    if row is None or found is None:
        return
    data[f"{prefix}-hs_code"] = found.code
    if row.form.may_be_described and found.english:
        data[f"{prefix}-description"] = found.english[:MAX_DESCRIPTION_LENGTH]


def _save(request: ShopRequest, sheet: CustomsSheet, known: RememberedCustoms) -> HttpResponse:
    """Save what can be kept; what is not complete stays on the page."""
    invalid, kept, done, status = sheet.invalid_shipments(), [], 0, 200
    errors: dict[int, str] = {}
    for parcel in sheet.parcels:
        if parcel.shipment.pk in invalid:
            status = max(status, 422)
            kept.append(parcel)
        elif error := _save_parcel(request, parcel):
            status, errors[parcel.shipment.pk] = 409, error
            kept.append(parcel)
        elif parcel.is_complete:
            done += 1
        else:
            kept.append(parcel)
    if not kept or (status == 200 and not any(parcel.is_touched for parcel in kept)):
        _add_final_message(request, done, nothing_left=not kept)
        return redirect("shipments:customs")
    left = _still_open(request, sheet, known, kept, invalid | errors.keys())
    for parcel in left.parcels:
        parcel.error = errors.get(parcel.shipment.pk, "")
    announcement = _complete(done) if done else _("What you entered so far has been saved.")
    return _show(request, left, announcement=announcement, dirty=status != 200, status=status)


def _save_parcel(request: ShopRequest, parcel: ParcelRow) -> str:
    """Returns what stood in the way, or an empty string. A draft that did not change is left alone."""
    shipment = parcel.shipment
    if not parcel.is_changed:
        return ""
    content = replace(shipment.content, customs=parcel.declared)
    try:
        edit_draft(shipment, by=request.user, version=parcel.version, content=content)
    except EditConflict:
        return _("Someone else changed this shipment. Open it to see the new version; nothing was saved here.")
    except NotADraft:
        return _("The label was created in the meantime, so nothing was changed.")
    return ""


def _still_open(
    request: ShopRequest, sheet: CustomsSheet, known: RememberedCustoms, kept: list[ParcelRow], unsaved: set[int]
) -> CustomsSheet:
    """The drafts that stay on the page: as they are stored now, with what was typed and could not be stored."""
    fresh = {
        row.pk: row
        for row in request.shop.shipments.filter(pk__in=[parcel.shipment.pk for parcel in kept])
        .select_related("order")
        .prefetch_related("customs_items")
    }
    shipments = [fresh[parcel.shipment.pk] for parcel in kept if parcel.shipment.pk in fresh]
    versions = {parcel.shipment.pk: parcel.version for parcel in kept if parcel.shipment.pk in unsaved}
    data = sheet.data.copy() if sheet.data is not None else QueryDict(mutable=True)
    for form in sheet.forms:
        if not _stands_on(places(form.article), unsaved):
            data.pop(f"{form.prefix}-description", None)
    for parcel in sheet.parcels:
        if parcel.shipment.pk not in unsaved:
            data.pop(f"{parcel.head.prefix}-contents", None)
    return CustomsSheet(shipments, known, data, versions=versions, touched=sheet.touched, is_saved=True)


def _stands_on(article: list[Place], unsaved: set[int]) -> bool:
    return any(shipment in unsaved for shipment, _index in article)


def _complete(done: int) -> str:
    return ngettext("%(n)d shipment is complete.", "%(n)d shipments are complete.", done) % {"n": done}


def _add_final_message(request: ShopRequest, done: int, *, nothing_left: bool) -> None:
    if done:
        messages.success(request, _complete(done))
    elif nothing_left:
        messages.warning(request, _("These shipments got their label in the meantime, so nothing was changed."))
    else:
        messages.info(request, _("You had not filled in anything yet."))


def _show(
    request: ShopRequest, sheet: CustomsSheet, *, announcement: str = "", dirty: bool = False, status: int = 200
) -> HttpResponse:
    sheet.articles.sort(key=lambda row: row.is_complete and not row.form.errors)
    context = {
        "sheet": sheet,
        "announcement": announcement,
        "dirty": dirty,
        "invalid": status == 422,
        "country_options": country_options(),
        "waiting": missing_customs(request.shop).count(),
    }
    return render(request, "shipments/customs.html", context, status=status)
