"""Bulk edit: choose the changes, preview them for each draft, then start a job."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from carriers.choices import OPTIONS
from shipments.draft_diff import LazyText, choice_changes
from shipments.forms.bulk import BulkEditForm
from shipments.models import Shipment
from shipments.services.drafts import bulk_edit
from shipments.views.shipment_list import Selection, parse_selection, redirect_back
from shops.tenancy import ShopRequest

MAX_PREVIEWED = 1000
MAX_SHOWN = 200


@dataclass(frozen=True, slots=True)
class EditPreview:
    shipment: Shipment
    plan: bulk_edit.EditPlan

    @property
    def differences(self) -> list[LazyText]:
        return choice_changes(self.shipment.choice, self.plan.choice)


@require_POST
def bulk_edit_drafts(request: ShopRequest) -> HttpResponse:
    """The first POST shows the form, ``preview`` also the preview, ``apply`` starts the job."""
    choice = parse_selection(request, request.POST)
    drafts = Selection(choice.shipments.editable_drafts(), choice.fields)
    count = drafts.count
    if not count:
        messages.error(request, _("None of these is a draft. A shipment with a label cannot be changed."))
        return redirect_back(request)
    is_submitted = "preview" in request.POST or "apply" in request.POST
    form = BulkEditForm(request.POST if is_submitted else None, capabilities=request.shop.capabilities)
    changes = form.changes() if is_submitted else {}
    if "apply" in request.POST and changes:
        key = request.POST.get("key", "")[:64] or uuid.uuid4().hex
        job = bulk_edit.start_edit(request.shop, request.user, shipments=drafts.shipments, changes=changes, key=key)
        return redirect("shipments:job", public_id=job.public_id)
    facts: dict[str, Any] = {
        "form": form,
        "options": OPTIONS,
        "fields": choice.fields,
        "count": count,
        "with_label": choice.count - count,
        "key": uuid.uuid4().hex,
        "back": request.POST.get("next", ""),
        "nothing_asked": is_submitted and form.is_valid() and not changes,
    }
    return render(request, "shipments/bulk_edit.html", facts | (_preview(drafts, changes) if changes else {}))


def _preview(drafts: Selection, changes: Mapping[str, Any]) -> dict[str, object]:
    rows = [
        EditPreview(shipment, bulk_edit.plan_edit(shipment, changes)) for shipment in drafts.shipments[:MAX_PREVIEWED]
    ]
    blocked = [row for row in rows if row.plan.blocker is not None]
    changed = [row for row in rows if row.plan.blocker is None and row.plan.choice != row.shipment.choice]
    return {
        "has_preview": True,
        "blocked": blocked[:MAX_SHOWN],
        "blocked_count": len(blocked),
        "changed": changed[:MAX_SHOWN],
        "changed_count": len(changed),
        "same_count": len(rows) - len(blocked) - len(changed),
        "most": MAX_PREVIEWED,
    }


@require_POST
def undo_bulk_edit(request: ShopRequest, public_id: uuid.UUID) -> HttpResponse:
    """Within ten minutes. Drafts that changed since then stay as they are."""
    job = get_object_or_404(request.shop.jobs, public_id=public_id)
    if not bulk_edit.can_undo(job):
        messages.error(
            request, _("This could be undone for ten minutes after it finished. Edit the drafts again instead.")
        )
        return redirect("shipments:job", public_id=public_id)
    undo = bulk_edit.start_undo(job, request.user)
    return redirect("shipments:job", public_id=undo.public_id)
