"""Account > Privacy: find a person, hand over what there is, erase it. Whom somebody looks for is in no address."""

from collections.abc import Iterator
from typing import cast
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from audit import trail
from audit.actions import AuditAction
from privacy.forms import PersonForm
from privacy.services.erase_person import request_erasure
from privacy.services.export_person import person_csv, person_json
from privacy.services.person_rows import PersonQuery
from privacy.services.preview import PersonPreview, preview_person, receipt_of
from shops.permissions import ShopPermission, require_permission
from shops.tenancy import ShopRequest

MAX_RECEIPTS = 20


@require_safe
@require_permission(ShopPermission.MANAGE_PERSONAL_DATA)
def privacy_page(request: ShopRequest) -> HttpResponse:
    return _render(request, PersonForm())


@require_POST
@sensitive_post_parameters()
@require_permission(ShopPermission.MANAGE_PERSONAL_DATA)
def find(request: ShopRequest) -> HttpResponse:
    """The counts and the newest rows, before anything is erased."""
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _render(request, form, status=422)
    trail.record(AuditAction.PERSON_FOUND, by=request, shop=request.shop)
    return _render(request, form, preview=preview_person(request.shop, form.query))


@require_POST
@sensitive_post_parameters()
@require_permission(ShopPermission.MANAGE_PERSONAL_DATA)
def export(request: ShopRequest) -> HttpResponse:
    """As JSON, or as CSV with ``format=csv``."""
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _render(request, form, status=422)
    trail.record(AuditAction.PERSON_EXPORTED, by=request, shop=request.shop)
    is_csv = request.POST.get("format") == "csv"
    lines, kind = _export_lines(request, form.query, is_csv=is_csv)
    response = StreamingHttpResponse(lines, content_type=kind)
    name = f"{_('person')}-{timezone.localdate():%Y-%m-%d}.{'csv' if is_csv else 'json'}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return cast(HttpResponse, response)


def _export_lines(request: ShopRequest, query: PersonQuery, *, is_csv: bool) -> tuple[Iterator[str], str]:
    if is_csv:
        return person_csv(request.shop, query, (get_language() or "nl")[:2]), "text/csv; charset=utf-8"
    return person_json(request.shop, query), "application/json"


@require_POST
@sensitive_post_parameters()
@require_permission(ShopPermission.MANAGE_PERSONAL_DATA)
def erase(request: ShopRequest) -> HttpResponse:
    """Only with the tick that says that there is no way back. A repeated form is one request."""
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _render(request, form, status=422)
    if "confirm" not in request.POST:
        return _render(request, form, preview=preview_person(request.shop, form.query), unconfirmed=True, status=422)
    request_erasure(request.shop, form.query, by=request.user, key=_key(request))
    messages.success(request, _("This person is being erased. The receipt is below in a moment."))
    return redirect("privacy:privacy")


def _key(request: ShopRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


def _render(
    request: ShopRequest,
    form: PersonForm,
    *,
    preview: PersonPreview | None = None,
    unconfirmed: bool = False,
    status: int = 200,
) -> HttpResponse:
    receipts = request.shop.personerasures.select_related("requested_by").order_by("-pk")
    context = {
        "form": form,
        "preview": preview,
        "unconfirmed": unconfirmed,
        "key": uuid4(),
        "exports": request.shop.shopexports.order_by("-pk")[:1],
        "receipts": [receipt_of(erasure) for erasure in receipts[:MAX_RECEIPTS]],
    }
    return render(request, "privacy/privacy.html", context, status=status)
