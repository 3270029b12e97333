"""Export to and import from CSV files."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shipments.services.csv_files import file_export, file_import
from shipments.services.csv_files.columns import COLUMNS
from shipments.services.csv_files.reader import IGNORED_KEYS, MAX_BYTES, TITLES, InvalidFile, column_title, plan_row
from shipments.views.shipment_list import redirect_back, selected_shipments
from shops.services.preferences import get_preferences
from shops.tenancy import ShopRequest

MAX_SHOWN = 200
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
    error: object = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            if file is None:
                raise InvalidFile(_("Choose a file first."))
            data = file.read(MAX_BYTES + 1)
            return redirect("shipments:upload_preview", fingerprint=file_import.store_upload(request.shop, data))
        except InvalidFile as problem:
            error = problem.message
    columns = [column for column in COLUMNS if column.is_read]
    page = {"error": error, "columns": columns, "most": MAX_BYTES // 1024 // 1024}
    return render(request, "shipments/upload.html", page, status=422 if error else 200)


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
def preview_upload(request: ShopRequest, fingerprint: str) -> HttpResponse:
    """POST starts the import. The same file is imported once, unless the merchant asks for it again."""
    try:
        if request.method == "POST":
            again = request.POST.get("key", "") if request.POST.get("again") else ""
            job = file_import.start_upload(request.shop, request.user, fingerprint, again=again)
            return redirect("shipments:job", public_id=job.public_id)
        table = file_import.open_upload(request.shop, fingerprint)
    except InvalidFile as problem:
        messages.error(request, str(problem.message))
        return redirect("shipments:upload")
    preferences = get_preferences(request.shop)
    plans = [plan_row(line, preferences) for line in table.lines]
    invalid = [row for row in plans if row.errors]
    valid = [row for row in plans if not row.errors]
    page = {
        "fingerprint": fingerprint,
        "total": len(plans),
        "invalid": [
            (row, [(column_title(error.field), error.text) for error in row.errors]) for row in invalid[:MAX_SHOWN]
        ],
        "invalid_count": len(invalid),
        "valid": valid[:MAX_SHOWN],
        "valid_count": len(valid),
        "incomplete": sum(bool(row.problems) for row in valid),
        "used": [TITLES[key] for key in table.used if key not in IGNORED_KEYS],
        "unknown": table.unknown,
        "earlier": file_import.previous_import(request.shop, fingerprint),
        "key": uuid.uuid4().hex,
        "most": MAX_SHOWN,
    }
    return render(request, "shipments/upload_preview.html", page)
