"""Export to CSV files, and import from files: upload, columns, preview."""

import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import require_recent_sign_in
from shipments.forms.columns import ColumnsForm
from shipments.presentation.upload_preview import UploadPreview
from shipments.services.csv_files import file_export, file_import
from shipments.services.csv_files.columns import COLUMNS
from shipments.services.csv_files.grid import MAX_BYTES, InvalidFile
from shipments.views.shipment_list import redirect_back, selected_shipments
from shops.tenancy import ShopRequest

EXAMPLE = {
    "reference": "1001",
    "person": "Kim Voorbeeld",
    "street": "Lindelaan",
    "number": "12",
    "postal_code": "3524 KB",
    "city": "Utrecht",
    "country": "NL",
    "email": "kim@example.com",
    "weight": "700",
}


@require_POST
@require_recent_sign_in
def export_shipments(request: ShopRequest) -> HttpResponse:
    shipments = selected_shipments(request, request.POST)
    if not shipments.exists():
        messages.error(request, _("Choose at least one shipment."))
        return redirect_back(request)
    key = request.POST.get("key", "")[:32] + "-export" if request.POST.get("key") else uuid.uuid4().hex
    job = file_export.start_export(request.shop, request.user, shipments=shipments, key=key)
    return redirect("shipments:job", public_id=job.public_id)


@require_http_methods(["GET", "POST"])
def upload_file(request: ShopRequest) -> HttpResponse:
    """POST stores the file. One with our own titles, or with titles this shop chose columns for, is shown at once."""
    if request.method != "POST":
        return _upload_page(request)
    file = request.FILES.get("file")
    try:
        if file is None:
            raise InvalidFile(_("Choose a file first."))
        fingerprint = file_import.store_upload(request.shop, file.read(MAX_BYTES + 1))
        guess = file_import.open_sheet(request.shop, fingerprint).guess
    except InvalidFile as problem:
        return _upload_page(request, problem.message, status=422)
    page = "upload_columns" if file_import.needs_mapping(request.shop, guess) else "upload_preview"
    return redirect(f"shipments:{page}", fingerprint=fingerprint)


def _upload_page(request: ShopRequest, error: object = "", status: int = 200) -> HttpResponse:
    columns = [column for column in COLUMNS if column.is_read]
    page = {"error": error, "columns": columns, "most": MAX_BYTES // 1024 // 1024}
    return render(request, "shipments/upload.html", page, status=status)


def _unusable(request: ShopRequest, problem: InvalidFile) -> HttpResponse:
    """The page to choose a file again, with the reason; 404 for a file this shop does not have."""
    status = 404 if isinstance(problem, file_import.UploadGone) else 422
    return _upload_page(request, problem.message, status=status)


@require_GET
def download_template(request: ShopRequest) -> HttpResponse:
    language = (get_language() or "nl")[:2]
    row: list[object] = [EXAMPLE.get(column.key, "") for column in COLUMNS]
    response = HttpResponse(
        file_export.headings(language) + file_export.as_csv([row], language), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{_("template")}.csv"'
    return response


@require_http_methods(["GET", "POST"])
def choose_columns(request: ShopRequest, fingerprint: str) -> HttpResponse:
    """POST remembers for this shop which column holds what, and shows the lines."""
    try:
        sheet = file_import.open_sheet(request.shop, fingerprint)
    except InvalidFile as problem:
        return _unusable(request, problem)
    columns = file_import.chosen_columns(request.shop, sheet.guess)
    form = ColumnsForm(columns, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        file_import.remember_columns(request.shop, sheet.guess, form.keys)
        return redirect("shipments:upload_preview", fingerprint=fingerprint)
    page = {"form": form, "fingerprint": fingerprint, "sheet": sheet.grid.sheet, "others": sheet.grid.other_sheets}
    return render(request, "shipments/upload_columns.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def preview_upload(request: ShopRequest, fingerprint: str) -> HttpResponse:
    """POST starts the import. The same file is imported once, unless the merchant asks for it again."""
    choice = request.POST.get("doubles", "")
    with_held = request.POST.get("held") == "1"
    errors: Sequence[str] = ()
    try:
        if request.method == "POST":
            again = request.POST.get("key", "") if request.POST.get("again") else ""
            try:
                job = file_import.start_upload(
                    request.shop, request.user, fingerprint, again=again, doubles=choice, with_held=with_held
                )
                return redirect("shipments:job", public_id=job.public_id)
            except file_import.DoublesUndecided:
                errors = [_("Choose what to do with the references that are in the file more than once.")]
        table = file_import.open_upload(request.shop, fingerprint)
    except file_import.UploadGone as problem:
        return _unusable(request, problem)
    except InvalidFile as problem:
        # With other columns it may be a file of shipments after all.
        messages.error(request, str(problem.message))
        return redirect("shipments:upload_columns", fingerprint=fingerprint)
    page = {
        "preview": UploadPreview(request.shop, table),
        "fingerprint": fingerprint,
        "earlier": file_import.previous_import(request.shop, fingerprint),
        "key": uuid.uuid4().hex,
        "errors": errors,
        "with_held": with_held,
    }
    return render(request, "shipments/upload_preview.html", page, status=422 if errors else 200)
