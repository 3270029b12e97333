"""The customs worklist (Douane nodig): all drafts with missing customs data on one page."""

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from carriers.customs import CONTENTS_WITH_INVOICE, CURRENCY, customs_problems, hs_code_digits
from carriers.parcels import CustomsDeclaration, CustomsLine
from carriers.problems import Problem
from lib.forms import clean_data
from shipments.forms.customs import (
    CustomsHead,
    FormSet,
    count_rows,
    customs_formset,
    declaration,
    fill_values,
    initial_lines,
    rows_with_lines,
)
from shipments.forms.draft import country_options
from shipments.models import Shipment
from shipments.services.drafts.edit import edit_draft
from shipments.services.drafts.remembered_customs import find_remembered_customs, missing_customs
from shipments.services.drafts.save import EditConflict, NotADraft
from shipments.services.imports.order_customs import RememberedCustoms, values_by_rate
from shipments.views.editor_context import attach_message
from shops.tenancy import ShopRequest

MAX_SHOWN = 50


@dataclass(slots=True)
class CustomsDraft:
    shipment: Shipment
    head: CustomsHead
    items: FormSet
    error: str = ""
    other_problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0

    @property
    def declaration(self) -> CustomsDeclaration:
        return declaration(self.items, str(self.head["contents"].value()), str(self.head["invoice"].value() or ""))

    @property
    def is_valid(self) -> bool:
        return bool(self.items.is_valid()) and self.head.is_valid()

    @property
    def is_foreign(self) -> bool:
        return self.shipment.currency != CURRENCY

    @property
    def digits(self) -> str:
        """The number of digits of an HS code for this destination, like "10" or "6 / 8 / 10"."""
        return " / ".join(str(digits) for digits in hs_code_digits(self.shipment.destination, self.shipment.carrier))

    @property
    def optional(self) -> frozenset[str]:
        return frozenset() if self.head["contents"].value() in CONTENTS_WITH_INVOICE else frozenset({"invoice"})

    def attach_problems(self) -> None:
        """Attach each problem to its field; problems without a field go to ``other_problems``."""
        declared, shipment = self.declaration, self.shipment
        problems = customs_problems(declared, shipment.destination, shipment.weight, shipment.carrier)
        rows = rows_with_lines(self.items)
        for problem in problems:
            place = self._place(problem.field, rows)
            if place is None:
                self.other_problems.append(problem)
            else:
                attach_message(place, "problem", problem.text)
        self.problem_count = len(problems)

    def _place(self, name: str, rows: Sequence[Any]) -> Any:
        if name == "customs-invoice":
            return self.head["invoice"]
        index, _dash, part = name.removeprefix("customs-").partition("-")
        return rows[int(index)][part] if index.isdecimal() and int(index) < len(rows) else None


@dataclass(frozen=True, slots=True)
class ItemGroup:
    """Items with the same SKU, or without a SKU the same description. ``index`` is part of its field names."""

    index: int
    key: str
    name: str
    times: int
    known: CustomsLine


@require_http_methods(["GET", "HEAD", "POST"])
def customs_worklist(request: ShopRequest) -> HttpResponse:
    """POST checks the forms, fills in equal items (``fill``), or saves one draft or all (``save``)."""
    if request.method != "POST":
        rows = _rows(request)
        known = _known(request, rows)
        return _show(request, [_build_draft(shipment, known, None) for shipment in rows])
    data = clean_data(request.POST)
    filled = _fill(data, str(data["fill"])) if "fill" in data else 0
    if "use_rate" in data:
        filled += _fill_by_rate(request, data, str(data["use_rate"]))
    drafts = [_build_draft(shipment, {}, data) for shipment in _sent(request, data)]
    if "save" not in data:
        announcement = ngettext(
            "Filled in for %(n)d item. Save to keep it.", "Filled in for %(n)d items. Save to keep it.", filled
        )
        return _show(request, drafts, announcement=announcement % {"n": filled} if filled else "", dirty=True)
    return _save(request, drafts, str(data["save"]))


def _rows(request: ShopRequest) -> list[Shipment]:
    rows = missing_customs(request.shop).select_related("order").prefetch_related("customs_items")
    return list(rows[:MAX_SHOWN])


def _known(request: ShopRequest, rows: Sequence[Shipment]) -> RememberedCustoms:
    return find_remembered_customs(
        request.shop.pk, (item.sku for shipment in rows for item in shipment.customs_items.all())
    )


def _sent(request: ShopRequest, data: QueryDict) -> list[Shipment]:
    wanted = [value for value in data.getlist("shipment")[:MAX_SHOWN] if _is_uuid(value)]
    rows = request.shop.shipments.filter(public_id__in=wanted, status="draft").select_related("order")
    rows = rows.prefetch_related("customs_items")
    return sorted(rows, key=lambda shipment: wanted.index(str(shipment.public_id)))


def _is_uuid(value: str) -> bool:
    try:
        return str(uuid.UUID(value)) == value
    except ValueError:
        return False


def _prefix(shipment: Shipment) -> str:
    return f"z{shipment.public_id.hex}"


def _build_draft(shipment: Shipment, known: RememberedCustoms, data: QueryDict | None) -> CustomsDraft:
    prefix = _prefix(shipment)
    shipment_lines = initial_lines(shipment, known)
    items = customs_formset(shipment_lines, data, prefix)
    if data is not None and f"{prefix}-version" in data:
        return CustomsDraft(shipment, CustomsHead(data, prefix=prefix), items)
    initial = {"version": shipment.version, "contents": shipment.contents, "invoice": shipment.invoice}
    return CustomsDraft(shipment, CustomsHead(initial=initial, prefix=prefix), items)


def _lines(drafts: Sequence[CustomsDraft]) -> Iterator[CustomsLine]:
    for draft in drafts:
        yield from draft.declaration.lines


def _key(line: CustomsLine) -> str:
    return f"sku:{line.sku}" if line.sku else f"name:{line.description.strip().casefold()}"


def _groups(drafts: Sequence[CustomsDraft]) -> list[ItemGroup]:
    lines = list(_lines(drafts))
    counts = Counter(_key(line) for line in lines)
    best: dict[str, CustomsLine] = {}
    for line in lines:
        key = _key(line)
        if key not in best or (line.hs_code and not best[key].hs_code):
            best[key] = line
    common = [key for key, count in counts.items() if count > 1]
    return [ItemGroup(index, key, best[key].description, counts[key], best[key]) for index, key in enumerate(common)]


def _fill(data: QueryDict, index: str) -> int:
    """Copy the values of a group to all of its rows; returns the number of rows."""
    key = str(data.get(f"group-{index}-key", ""))
    typed = {name: str(data.get(f"group-{index}-{name}", "")).strip() for name in ("description", "hs_code", "origin")}
    filled = 0
    for public_id in data.getlist("shipment")[:MAX_SHOWN]:
        prefix = f"z{public_id.replace('-', '')}"
        for row in range(count_rows(data, prefix)):
            place = f"{prefix}-{row}"
            line = CustomsLine(
                str(data.get(f"{place}-description", "")), 1, 0, 0, sku=str(data.get(f"{place}-sku", ""))
            )
            if _key(line) != key:
                continue
            for name, value in typed.items():
                if value:
                    data[f"{place}-{name}"] = value
            filled += 1
    return filled


def _fill_by_rate(request: ShopRequest, data: QueryDict, public_id: str) -> int:
    """Values of one draft in euros, by the rate of its order; returns the number of rows."""
    rows = [shipment for shipment in _sent(request, data) if str(shipment.public_id) == public_id and shipment.order]
    return sum(
        fill_values(data, values_by_rate(shipment.order.order), _prefix(shipment))
        for shipment in rows
        if shipment.order
    )


def _save(request: ShopRequest, drafts: list[CustomsDraft], which: str) -> HttpResponse:
    """Save one draft or all; unsaved input of the others stays on the page."""
    done, saved, status, shown = 0, 0, 200, []
    for draft in drafts:
        if which not in ("all", str(draft.shipment.public_id)):
            shown.append(draft)
            continue
        outcome = _save_one(request, draft)
        status, saved = max(status, outcome), saved + (outcome == 200)
        if outcome == 200 and not _misses_customs(draft.shipment):
            done += 1
        else:
            shown.append(_build_draft(draft.shipment, {}, None) if outcome == 200 else draft)
    if not shown:
        _add_final_message(request, done)
        return redirect("shipments:customs")
    announcement = _complete(done) if done else _("What you entered so far has been saved.") if saved else ""
    return _show(request, shown, announcement=announcement, dirty=which != "all", status=status)


def _complete(done: int) -> str:
    return ngettext("%(n)d shipment is complete.", "%(n)d shipments are complete.", done) % {"n": done}


def _add_final_message(request: ShopRequest, done: int) -> None:
    if done:
        messages.success(request, _complete(done))
    else:
        messages.warning(request, _("These shipments got their label in the meantime, so nothing was changed."))


def _misses_customs(shipment: Shipment) -> bool:
    return any(str(problem["field"]).startswith("customs") for problem in shipment.problems)


def _save_one(request: ShopRequest, draft: CustomsDraft) -> int:
    """Returns the HTTP status: 200 when saved, 422 for invalid input, 409 for a conflict."""
    if not draft.is_valid:
        return 422
    shipment = draft.shipment
    try:
        draft.shipment = edit_draft(
            shipment,
            by=request.user,
            version=draft.head.cleaned_data["version"],
            content=replace(shipment.content, customs=draft.declaration),
        )
    except EditConflict:
        draft.error = _("Someone else changed this shipment. Open it to see the new version; nothing was saved here.")
        return 409
    except NotADraft:
        draft.error = _("The label was created in the meantime, so nothing was changed.")
        return 409
    draft.shipment = request.shop.shipments.prefetch_related("customs_items").get(pk=shipment.pk)
    return 200


def _show(
    request: ShopRequest, drafts: list[CustomsDraft], *, announcement: str = "", dirty: bool = False, status: int = 200
) -> HttpResponse:
    for draft in drafts:
        draft.attach_problems()
    context = {
        "drafts": drafts,
        "groups": _groups(drafts),
        "announcement": announcement,
        "dirty": dirty,
        "invalid": status == 422,
        "country_options": country_options(),
        "most": MAX_SHOWN,
    }
    return render(request, "shipments/customs.html", context, status=status)
