"""Account > Logboek: who changed, exported, erased or looked at what. For owners."""

from itertools import chain

from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from audit import trail
from audit.actions import AuditAction, AuditKind
from lib.formulas import csv_lines
from shops.audit_log import PAGE_SIZE, LogFilter, export_rows, export_titles, log_rows
from shops.permissions import ShopPermission, require_permission
from shops.tenancy import ShopRequest


@require_safe
@require_permission(ShopPermission.MANAGE_OWNERS)
def audit_log(request: ShopRequest) -> HttpResponse:
    wanted = LogFilter.from_query(request.GET)
    entries = list(wanted.entries(request.shop)[: PAGE_SIZE + 1])
    page = {
        "rows": log_rows(request.shop, entries[:PAGE_SIZE]),
        "older": entries[PAGE_SIZE - 1].pk if len(entries) > PAGE_SIZE else None,
        "filter": wanted,
        "kinds": AuditKind.choices,
        "people": [member.user for member in request.shop.memberships.select_related("user").order_by("user__name")],
    }
    return render(request, "shops/audit_log.html", page)


@require_POST
@require_permission(ShopPermission.MANAGE_OWNERS)
def export_audit_log(request: ShopRequest) -> HttpResponse:
    """What the filter shows, as a file for a spreadsheet. The export is an entry itself."""
    wanted = LogFilter.from_query(request.POST)
    delimiter = ";" if (get_language() or "nl").startswith("nl") else ","
    with transaction.atomic():
        trail.record(AuditAction.TRAIL_EXPORTED, by=request, shop=request.shop)
    head = "\ufeff" + csv_lines([export_titles()], delimiter)
    lines = (csv_lines([row], delimiter) for row in export_rows(request.shop, wanted))
    response = StreamingHttpResponse(chain([head], lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="log-{timezone.localdate():%Y-%m-%d}.csv"'
    return response  # type: ignore[return-value]
