"""Douane nodig: every concept that misses customs data, filled in on one page."""

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
from shipments.forms.customs import (
    CustomsHead,
    FormSet,
    customs_formset,
    declaration,
    lines_of,
    number_of_rows,
    rows_with_lines,
)
from shipments.forms.draft import countries
from shipments.models import Shipment
from shipments.services.drafts.edit import edit_concept
from shipments.services.drafts.remembered_customs import missing_customs, remembered
from shipments.services.drafts.save import EditedElsewhere, NotAConcept
from shipments.services.imports.order_to_draft import Remembered
from shipments.views.editor_context import tell
from shops.tenancy import ShopRequest

MOST_SHOWN = 50


@dataclass(slots=True)
class Work:
    """One concept on the list: what is typed for it, and what it still misses."""

    shipment: Shipment
    head: CustomsHead
    items: FormSet
    trouble: str = ""
    left: list[Problem] = field(default_factory=list)
    number: int = 0

    @property
    def declaration(self) -> CustomsDeclaration:
        return declaration(self.items, str(self.head["contents"].value()), str(self.head["invoice"].value() or ""))

    @property
    def is_valid(self) -> bool:
        return bool(self.items.is_valid()) and self.head.is_valid()

    @property
    def is_foreign(self) -> bool:
        """Whether the order's prices are in another currency than the form's."""
        return self.shipment.currency != CURRENCY

    @property
    def digits(self) -> str:
        """How many digits an HS code has there: "10", or "6 / 8 / 10"."""
        return " / ".join(str(one) for one in hs_code_digits(self.shipment.destination, self.shipment.carrier))

    @property
    def optional(self) -> frozenset[str]:
        return frozenset() if self.head["contents"].value() in CONTENTS_WITH_INVOICE else frozenset({"invoice"})

    def examine(self) -> None:
        """Show what is missing at its field; the rest above the rows."""
        said, shipment = self.declaration, self.shipment
        problems = customs_problems(said, shipment.destination, shipment.weight, shipment.carrier)
        rows = rows_with_lines(self.items)
        for problem in problems:
            place = self._place(problem.field, rows)
            if place is None:
                self.left.append(problem)
            else:
                tell(place, "problem", problem.text)
        self.number = len(problems)

    def _place(self, name: str, rows: Sequence[Any]) -> Any:
        if name == "customs-invoice":
            return self.head["invoice"]
        index, _dash, part = name.removeprefix("customs-").partition("-")
        return rows[int(index)][part] if index.isdecimal() and int(index) < len(rows) else None


@dataclass(frozen=True, slots=True)
class Group:
    """Items that are equal: the same SKU, else the same description; ``index`` names its fields."""

    index: int
    key: str
    name: str
    times: int
    known: CustomsLine


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: ShopRequest) -> HttpResponse:
    """The work list. POST checks it, fills in equal items, or saves one shipment or all."""
    if request.method != "POST":
        rows = _rows(request)
        known = _known(request, rows)
        return _show(request, [_work(one, known, None) for one in rows])
    data = request.POST.copy()
    filled = _fill(data, str(data["fill"])) if "fill" in data else 0
    works = [_work(one, {}, data) for one in _sent(request, data)]
    if "save" not in data:
        said = ngettext(
            "Filled in for %(n)d item. Save to keep it.", "Filled in for %(n)d items. Save to keep it.", filled
        )
        return _show(request, works, said=said % {"n": filled} if filled else "", dirty=True)
    return _save(request, works, str(data["save"]))


def _rows(request: ShopRequest) -> list[Shipment]:
    return list(missing_customs(request.shop).prefetch_related("customs_items")[:MOST_SHOWN])


def _known(request: ShopRequest, rows: Sequence[Shipment]) -> Remembered:
    return remembered(request.shop.pk, (item.sku for one in rows for item in one.customs_items.all()))


def _sent(request: ShopRequest, data: QueryDict) -> list[Shipment]:
    """The concepts the page showed, in its order; another shop's, or one with a label meanwhile, is not among them."""
    wanted = [value for value in data.getlist("shipment")[:MOST_SHOWN] if _is_uuid(value)]
    rows = request.shop.shipments.filter(public_id__in=wanted, status="concept").prefetch_related("customs_items")
    return sorted(rows, key=lambda one: wanted.index(str(one.public_id)))


def _is_uuid(value: str) -> bool:
    try:
        return str(uuid.UUID(value)) == value
    except ValueError:
        return False


def _prefix(shipment: Shipment) -> str:
    return f"z{shipment.public_id.hex}"


def _work(shipment: Shipment, known: Remembered, data: QueryDict | None) -> Work:
    prefix = _prefix(shipment)
    shipment_lines = lines_of(shipment, known)
    items = customs_formset(shipment_lines, data, prefix)
    if data is not None and f"{prefix}-version" in data:
        return Work(shipment, CustomsHead(data, prefix=prefix), items)
    initial = {"version": shipment.version, "contents": shipment.contents, "invoice": shipment.invoice}
    return Work(shipment, CustomsHead(initial=initial, prefix=prefix), items)


def _lines(works: Sequence[Work]) -> Iterator[CustomsLine]:
    for work in works:
        yield from work.declaration.lines


def _key(line: CustomsLine) -> str:
    return f"sku:{line.sku}" if line.sku else f"name:{line.description.strip().casefold()}"


def _groups(works: Sequence[Work]) -> list[Group]:
    """What is there more than once, with what one of them says already."""
    every = list(_lines(works))
    times = Counter(_key(line) for line in every)
    best: dict[str, CustomsLine] = {}
    for line in every:
        key = _key(line)
        if key not in best or (line.hs_code and not best[key].hs_code):
            best[key] = line
    common = [key for key, number in times.items() if number > 1]
    return [Group(index, key, best[key].description, times[key], best[key]) for index, key in enumerate(common)]


def _fill(data: QueryDict, index: str) -> int:
    """Put what was typed for one group into all of its rows; the number of rows it was put in."""
    key = str(data.get(f"group-{index}-key", ""))
    typed = {name: str(data.get(f"group-{index}-{name}", "")).strip() for name in ("description", "hs_code", "origin")}
    filled = 0
    for public_id in data.getlist("shipment")[:MOST_SHOWN]:
        prefix = f"z{public_id.replace('-', '')}"
        for row in range(number_of_rows(data, prefix)):
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


def _save(request: ShopRequest, works: list[Work], which: str) -> HttpResponse:
    """Save the shipment that was asked for, or all; what was typed for the others stays on the page."""
    done, saved, status, shown = 0, 0, 200, []
    for work in works:
        if which not in ("all", str(work.shipment.public_id)):
            shown.append(work)
            continue
        outcome = _save_one(request, work)
        status, saved = max(status, outcome), saved + (outcome == 200)
        if outcome == 200 and not _misses_customs(work.shipment):
            done += 1
        else:
            shown.append(_work(work.shipment, {}, None) if outcome == 200 else work)
    if not shown:
        _tell_the_end(request, done)
        return redirect("shipments:customs")
    said = _complete(done) if done else _("Saved what there is.") if saved else ""
    return _show(request, shown, said=said, dirty=which != "all", status=status)


def _complete(done: int) -> str:
    return ngettext("%(n)d shipment is complete.", "%(n)d shipments are complete.", done) % {"n": done}


def _tell_the_end(request: ShopRequest, done: int) -> None:
    if done:
        messages.success(request, _complete(done))
    else:
        messages.warning(request, _("These shipments got their label in the meantime, so nothing was changed."))


def _misses_customs(shipment: Shipment) -> bool:
    return any(str(problem["field"]).startswith("customs") for problem in shipment.problems)


def _save_one(request: ShopRequest, work: Work) -> int:
    """200 when it was saved; 422 when something typed cannot be kept; 409 when somebody else was first."""
    if not work.is_valid:
        return 422
    shipment = work.shipment
    try:
        work.shipment = edit_concept(
            shipment,
            by=request.user,
            version=work.head.cleaned_data["version"],
            content=replace(shipment.content, customs=work.declaration),
        )
    except EditedElsewhere:
        work.trouble = _("Somebody else changed this shipment. Open it to see the new version; nothing was saved here.")
        return 409
    except NotAConcept:
        work.trouble = _("The label was made in the meantime, so nothing was changed.")
        return 409
    work.shipment = request.shop.shipments.prefetch_related("customs_items").get(pk=shipment.pk)
    return 200


def _show(
    request: ShopRequest, works: list[Work], *, said: str = "", dirty: bool = False, status: int = 200
) -> HttpResponse:
    for work in works:
        work.examine()
    context = {
        "works": works,
        "groups": _groups(works),
        "said": said,
        "dirty": dirty,
        "invalid": status == 422,
        "countries": countries()[1:],
        "most": MOST_SHOWN,
    }
    return render(request, "shipments/customs.html", context, status=status)
