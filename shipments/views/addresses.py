"""The worklist of addresses (Adressen): all drafts with an incomplete address on one page, each a form of its own."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from carriers.parcels import Address
from lib.forms import clean_data
from lib.stored_messages import localized
from shipments.content import ADDRESS_PROBLEM_FIELDS
from shipments.forms.recipient import OPTIONAL, RecipientForm
from shipments.models import Shipment
from shipments.models.querysets import ShipmentQuerySet
from shipments.queries.address_suggestions import Suggestion, suggest_addresses
from shipments.queries.counts import shipment_numbers
from shipments.queries.filters import parse_uuids
from shipments.services.drafts.edit import edit_draft
from shipments.services.drafts.save import EditConflict, NotADraft
from shipments.services.imports.notes import address_notes
from shipments.services.imports.order_recipient import place_of
from shipments.services.labels.needs import label_needs
from shipments.services.labels.register import start_labels
from shipments.states import Blocker
from shipments.views.editor_context import attach_message
from shops.tenancy import ShopRequest

MAX_SHOWN = 50
ALL, LABELS = "all", "labels"


@dataclass(slots=True)
class AddressRow:
    """A draft with the form of its address. ``error`` says why it was not saved."""

    shipment: Shipment
    form: RecipientForm
    error: str = ""
    suggestion: Suggestion | None = None
    wrong: list[tuple[forms.BoundField, str]] = field(default_factory=list)
    folded: list[tuple[forms.BoundField, str]] = field(default_factory=list)
    hidden: list[forms.BoundField] = field(default_factory=list)

    @property
    def prefix(self) -> str:
        return _prefix(self.shipment)

    @property
    def is_right(self) -> bool:
        """The address is; something else may be missing."""
        return self.shipment.blocked_by != Blocker.ADDRESS and not self.error and not self.form.errors

    @property
    def is_ready(self) -> bool:
        return self.is_right and self.shipment.is_draft and not self.shipment.blocked_by

    @property
    def missing(self) -> str:
        """What else is missing, in one sentence; empty for a complete draft."""
        problems = self.shipment.problems
        return str(localized(problems[0]["text"])) if problems else ""

    @property
    def shop_line(self) -> str:
        """The address as the webshop has it; empty without an order."""
        if self.shipment.order is None:
            return ""
        order = self.shipment.order.order
        return ", ".join(part for part in (order.destination.name, place_of(order.destination)) if part)

    @property
    def our_line(self) -> str:
        own = self.shipment.recipient
        return ", ".join(part for part in (own.name, own.street_line, own.extra, own.city_line) if part)

    def arrange(self) -> None:
        """Attach each problem to its field, and tell the fields to correct from those that are folded."""
        for problem in self.shipment.problems:
            name = "person" if problem["field"] == "name" else problem["field"]
            if problem["field"] in ADDRESS_PROBLEM_FIELDS and name in self.form.fields:
                attach_message(self.form[name], "problem", localized(problem["text"]))
        for bound, width in self.form.recipient_rows():
            if bound.errors or hasattr(bound, "problem"):
                self.wrong.append((bound, width))
            elif bound.name == "country":
                # A list of all countries in each form would weigh more than the page.
                self.hidden.append(bound)
            else:
                self.folded.append((bound, width))
        self.hidden += [*self.form.hidden_recipient_fields(), self.form["version"]]


@require_http_methods(["GET", "HEAD", "POST"])
def address_worklist(request: ShopRequest) -> HttpResponse:
    """POST saves one draft (``save`` with its id), takes a suggestion (``use``), or saves all and makes labels of those
    that are complete (``save=labels``). htmx gets the form of the one draft, and what the page says of all.
    """
    if request.method != "POST":
        drafts = _drafts(request).filter(blocked_by=Blocker.ADDRESS).order_by("listed_at", "pk")
        return _show(request, [_build(shipment) for shipment in drafts[:MAX_SHOWN]])
    data = clean_data(request.POST)
    rows = [_build(shipment, data) for shipment in _named(_drafts(request), data.getlist("shipment"))]
    ready = [_build(shipment) for shipment in _named(_drafts(request).filter(blocked_by=""), data.getlist("ready"))]
    which = str(data.get("use") or data.get("save") or "")
    status = max([_save(request, row, uses="use" in data) for row in _pressed(rows, which)], default=200)
    complete = [row for row in (*ready, *rows) if row.is_ready]
    if which == LABELS and complete and status == 200:
        return _make_labels(request, complete, data)
    if request.htmx and len(rows) == 1:
        return _show(request, rows, complete=len(complete), template="shipments/_address_saved.html", status=status)
    return _show(request, [*ready, *rows], complete=len(complete), status=status)


def _drafts(request: ShopRequest) -> ShipmentQuerySet:
    rows = request.shop.shipments.editable_drafts().select_related("order__connection", "shop__preferences")
    return rows.select_related("shop__gateway_account").prefetch_related("customs_items")


def _named(drafts: ShipmentQuerySet, ids: Sequence[str]) -> list[Shipment]:
    """In the order of the page."""
    wanted = parse_uuids(ids[:MAX_SHOWN])
    return sorted(drafts.filter(public_id__in=wanted), key=lambda shipment: wanted.index(shipment.public_id))


def _pressed(rows: Iterable[AddressRow], which: str) -> list[AddressRow]:
    """The rows to save: the one that was named, or all in which something was typed."""
    if which in {ALL, LABELS}:
        return [row for row in rows if row.form.is_bound and set(row.form.changed_data) - {"version"}]
    return [row for row in rows if str(row.shipment.public_id) == which and row.form.is_bound]


def _prefix(shipment: Shipment) -> str:
    return f"z{shipment.public_id.hex}"


def _build(shipment: Shipment, data: QueryDict | None = None) -> AddressRow:
    prefix = _prefix(shipment)
    sent = data if data is not None and f"{prefix}-version" in data else None
    return AddressRow(shipment, RecipientForm.of_shipment(shipment, sent, prefix=prefix))


def _save(request: ShopRequest, row: AddressRow, *, uses: bool) -> int:
    """Returns the HTTP status: 200 when saved, 422 for invalid input, 409 for a conflict."""
    if not row.form.is_valid():
        return 422
    shipment, recipient = row.shipment, row.form.recipient()
    if uses:
        recipient = _suggested(request, recipient)
    try:
        edit_draft(
            shipment,
            by=request.user,
            version=row.form.cleaned_data["version"],
            content=replace(shipment.content, recipient=recipient, customs=None),
            notes=address_notes(row.form.address_remarks()),
        )
    except EditConflict:
        # Two presses at once: the other one saved the same.
        if _drafts(request).get(pk=shipment.pk).recipient != recipient:
            row.error = _("Someone else changed this shipment. Open it to see the new version; nothing was saved here.")
            return 409
    except NotADraft:
        row.error = _("The label was created in the meantime, so nothing was changed.")
        return 409
    row.shipment = _drafts(request).get(pk=shipment.pk)
    row.form = _build(row.shipment).form
    return 200


def _suggested(request: ShopRequest, recipient: Address) -> Address:
    """What was suggested, found again: a browser only says that it is wanted."""
    found = suggest_addresses(request.shop.shipments.all(), {0: recipient})
    return found[0].address if found else recipient


def _make_labels(request: ShopRequest, rows: Sequence[AddressRow], data: QueryDict) -> HttpResponse:
    """At once, on the shop's own paper; a shop that still needs something is asked for it with this selection."""
    ids = [str(row.shipment.public_id) for row in rows]
    if label_needs(request.shop):
        return redirect(reverse("shipments:labels") + "?" + urlencode({"shipment": ids}, doseq=True))
    shop = request.shop
    job = start_labels(
        shop,
        request.user,
        shipments=shop.shipments.filter(public_id__in=ids).order_by("listed_at", "pk"),
        layout=shop.label_layout,
        start=shop.label_start,
        key=data.get("key", "")[:64] or uuid.uuid4().hex,
    )
    return redirect("shipments:job", public_id=job.public_id)


def _show(
    request: ShopRequest,
    rows: list[AddressRow],
    *,
    complete: int = 0,
    template: str = "shipments/addresses.html",
    status: int = 200,
) -> HttpResponse:
    _suggest(request, [row for row in rows if not row.is_right])
    for row in rows:
        row.arrange()
    right = sum(row.is_right for row in rows)
    if right and request.method == "POST" and not request.htmx:
        messages.success(
            request, ngettext("%(n)d address is right now.", "%(n)d addresses are right now.", right) % {"n": right}
        )
    context: dict[str, Any] = {
        "rows": rows,
        "complete": complete,
        "left": shipment_numbers(request.shop).addresses,
        "invalid": status == 422,
        "optional": OPTIONAL | {"phone", "region", "email"},
        "key": uuid.uuid4().hex,
        "most": MAX_SHOWN,
    }
    return render(request, template, context, status=status)


def _suggest(request: ShopRequest, rows: Sequence[AddressRow]) -> None:
    """For what is stored, or typed and not saved."""
    wanted = {row.shipment.pk: row.form.recipient() for row in rows}
    found = suggest_addresses(request.shop.shipments.all(), wanted)
    for row in rows:
        row.suggestion = found.get(row.shipment.pk)
