"""Files of shipments: out as CSV, in as CSV with a look at every line first."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shipments.services.csv_files import file_export, file_import
from shipments.services.csv_files.columns import COLUMNS
from shipments.services.csv_files.reader import IGNORED, MOST_BYTES, TITLES, UnreadableFile, plan, title_of
from shipments.views.shipment_list import back_to, selected
from shops.services.preferences import get_preferences
from shops.tenancy import ShopRequest

MOST_SHOWN = 200
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
def export(request: ShopRequest) -> HttpResponse:
    """The chosen shipments as a CSV file, made as a job."""
    shipments = selected(request, request.POST)
    if not shipments.exists():
        messages.error(request, _("Choose at least one shipment."))
        return back_to(request)
    key = request.POST.get("key", "")[:32] + "-export" if request.POST.get("key") else uuid.uuid4().hex
    job = file_export.start_export(request.shop, request.user, shipments=shipments, key=key)
    return redirect("shipments:job", public_id=job.public_id)


@require_http_methods(["GET", "POST"])
def upload(request: ShopRequest) -> HttpResponse:
    """Choose a file; nothing becomes a shipment before the preview was seen."""
    error: object = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            if file is None:
                raise UnreadableFile(_("Choose a file first."))
            data = file.read(MOST_BYTES + 1)
            return redirect("shipments:upload_preview", fingerprint=file_import.keep_file(request.shop, data))
        except UnreadableFile as problem:
            error = problem.sentence
    columns = [column for column in COLUMNS if column.is_read]
    page = {"error": error, "columns": columns, "most": MOST_BYTES // 1024 // 1024}
    return render(request, "shipments/upload.html", page, status=422 if error else 200)


@require_GET
def template(request: ShopRequest) -> HttpResponse:
    """An empty file with every column and one line as an example, in the reader's language."""
    language = (get_language() or "nl")[:2]
    row: list[object] = [EXAMPLE.get(column.key, "") for column in COLUMNS]
    response = HttpResponse(
        file_export.headings(language) + file_export.as_csv([row], language), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{_("template")}.csv"'
    return response


@require_http_methods(["GET", "POST"])
def preview(request: ShopRequest, fingerprint: str) -> HttpResponse:
    """What each line would become and which lines cannot; a POST starts. The same file twice is one import."""
    try:
        if request.method == "POST":
            again = request.POST.get("key", "") if request.POST.get("again") else ""
            job = file_import.start_upload(request.shop, request.user, fingerprint, again=again)
            return redirect("shipments:job", public_id=job.public_id)
        table = file_import.kept_file(request.shop, fingerprint)
    except UnreadableFile as problem:
        messages.error(request, str(problem.sentence))
        return redirect("shipments:upload")
    preferences = get_preferences(request.shop)
    plans = [plan(line, preferences) for line in table.lines]
    wrong = [one for one in plans if one.errors]
    good = [one for one in plans if not one.errors]
    page = {
        "fingerprint": fingerprint,
        "total": len(plans),
        "wrong": [(one, [(title_of(error.field), error.text) for error in one.errors]) for one in wrong[:MOST_SHOWN]],
        "wrong_count": len(wrong),
        "good": good[:MOST_SHOWN],
        "good_count": len(good),
        "incomplete": sum(bool(one.problems) for one in good),
        "used": [TITLES[key] for key in table.used if key not in IGNORED],
        "unknown": table.unknown,
        "earlier": file_import.earlier(request.shop, fingerprint),
        "key": uuid.uuid4().hex,
        "most": MOST_SHOWN,
    }
    return render(request, "shipments/upload_preview.html", page)
