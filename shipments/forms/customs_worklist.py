"""The customs worklist: the articles of many drafts with one form each, and what becomes of every draft by them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.forms import BoundField
from django.http import QueryDict

from carriers.customs import CONTENTS_WITH_INVOICE, CURRENCY, customs_problems, line_faults
from carriers.parcels import CustomsDeclaration, CustomsLine
from carriers.problems import Problem, Text
from shipments.forms.customs import CustomsHead
from shipments.forms.customs_articles import Article, ArticleForm, articles_of
from shipments.models import Shipment
from shipments.services.imports.order_customs import RememberedCustoms, to_cents, values_by_rate

# A line of a customs form: the key of its shipment and its place.
Place = tuple[int, int]
# Problems of a form that typing in the fields of its articles does not mend by itself.
WITHOUT_FIELD = frozenset({"customs_empty", "customs_full", "customs_weight"})


@dataclass
class ArticleRow:
    """``faults`` are by field, the first of each. ``is_saved``: fields that were left empty are missing now."""

    form: ArticleForm
    is_touched: bool
    is_saved: bool
    faults: dict[str, Text]
    is_complete: bool

    @property
    def article(self) -> Article:
        return self.form.article

    @property
    def messages(self) -> list[tuple[str, str, Text]]:
        """Id, label and text of what is wrong with what was typed, and once it was saved, what is missing."""
        shown: list[tuple[str, str, Text]] = []
        for field in self.form:
            text = next((str(error) for error in field.errors), None) or self._fault(field)
            if text:
                shown.append((f"{field.id_for_label}-f", str(field.label), text))
        return shown

    def _fault(self, field: BoundField) -> Text | None:
        is_asked = self.is_saved or field.name in self.form.changed_data
        return self.faults.get(field.name) if self.is_touched and is_asked else None

    def mark_wrong(self) -> None:
        """For the widgets, which a page without scripts shows as they are."""
        for field in self.form:
            if self._fault(field):
                field.field.widget.attrs["aria-invalid"] = "true"

    @property
    def remarks(self) -> list[tuple[str, Text]]:
        """Label and text of what was there before and does not do, such as a code with too few digits."""
        fields = ((self.form[name], text) for name, text in self.faults.items() if name in self.form.fields)
        shown = ((field, text) for field, text in fields if field.value() and not field.errors)
        return [(str(field.label), text) for field, text in shown if not self._fault(field)]

    @property
    def wrong_ids(self) -> str:
        return " ".join(name for name, _label, _text in self.messages)


@dataclass
class ParcelRow:
    """``form_problems`` are those of the form as a whole, which no article can mend alone."""

    shipment: Shipment
    version: int
    head: CustomsHead
    declared: CustomsDeclaration
    problems: Sequence[Problem]
    is_touched: bool = False
    uses_rate: bool = False
    error: str = ""

    @property
    def is_complete(self) -> bool:
        return not self.problems

    @property
    def is_changed(self) -> bool:
        return self.declared != self.shipment.declaration()

    @property
    def is_foreign(self) -> bool:
        return self.shipment.currency != CURRENCY

    @property
    def is_in_euros(self) -> bool:
        return self.declared.currency == CURRENCY

    @property
    def is_head_asked(self) -> bool:
        """The contents and the invoice number are only asked for where the number is missing."""
        missing = self.shipment.contents in CONTENTS_WITH_INVOICE and not self.shipment.invoice
        return missing or self.head.is_bound

    @property
    def form_problems(self) -> list[Problem]:
        """Before something was typed, only those that no field here says."""
        whole = [problem for problem in self.problems if problem.field in {"customs", "customs-invoice"}]
        return whole if self.is_touched else [problem for problem in whole if problem.code in WITHOUT_FIELD]


class CustomsSheet:
    """``versions`` are those of the drafts as they were shown; ``touched`` are lines that were changed before.

    ``is_saved``: empty fields of what was touched are asked for.
    """

    def __init__(
        self,
        shipments: Sequence[Shipment],
        remembered: RememberedCustoms,
        data: QueryDict | None = None,
        *,
        versions: Mapping[int, int] | None = None,
        touched: Collection[Place] = (),
        is_saved: bool = False,
    ) -> None:
        self._is_saved = is_saved
        self.data, self.versions, self._touched = data, versions or {}, set(touched)
        self.forms = [ArticleForm(article, data) for article in articles_of(shipments, remembered)]
        self._touched |= {place for form in self.forms if _is_changed(form) for place in places(form.article)}
        self._lines = self._completed_lines()
        self.parcels = [self._parcel(shipment) for shipment in shipments]
        self.articles = [self._article(form) for form in self.forms]

    @property
    def touched(self) -> set[Place]:
        return self._touched

    @property
    def complete(self) -> int:
        return sum(1 for parcel in self.parcels if parcel.is_complete)

    def find(self, prefix: str) -> ArticleRow | None:
        return next((row for row in self.articles if row.article.prefix == prefix), None)

    def invalid_shipments(self) -> set[int]:
        """The keys of the shipments of which something that was typed cannot be kept."""
        forms = [form for form in self.forms if form.is_bound and not form.is_valid()]
        heads = {parcel.shipment.pk for parcel in self.parcels if parcel.head.is_bound and not parcel.head.is_valid()}
        return heads | {shipment for form in forms for shipment, _index in places(form.article)}

    def _completed_lines(self) -> dict[int, dict[int, CustomsLine]]:
        lines: dict[int, dict[int, CustomsLine]] = {}
        for form in self.forms:
            for one in form.article.lines:
                completed = form.article.completed(one.line, form.typed)
                lines.setdefault(one.shipment.pk, {})[one.index] = completed
        return lines

    def _parcel(self, shipment: Shipment) -> ParcelRow:
        prefix = f"p{shipment.public_id.hex}"
        sent = self.data if self.data is not None and f"{prefix}-contents" in self.data else None
        initial = {"contents": shipment.contents, "invoice": shipment.invoice}
        head = CustomsHead(sent, prefix=prefix, initial=initial)
        uses_rate = self.data is not None and str(shipment.public_id) in self.data.getlist("rate")
        if uses_rate:
            self._fill_by_rate(shipment)
        declared = self._declaration(shipment, head)
        problems = customs_problems(declared, shipment.destination, shipment.weight, shipment.carrier)
        is_touched = uses_rate or _is_changed(head) or any(key == shipment.pk for key, _index in self._touched)
        version = self.versions.get(shipment.pk, shipment.version)
        return ParcelRow(shipment, version, head, declared, problems, is_touched, uses_rate)

    def _declaration(self, shipment: Shipment, head: CustomsHead) -> CustomsDeclaration:
        stored = shipment.declaration()
        lines = [line for _index, line in sorted(self._lines.get(shipment.pk, {}).items())]
        currency = CURRENCY
        if stored.currency != CURRENCY and not any(line.value_cents for line in lines):
            # Still in the currency of the order: nothing was said of a value in euros.
            pairs = zip(lines, stored.lines, strict=True)
            lines, currency = [replace(line, value_cents=was.value_cents) for line, was in pairs], stored.currency
        typed = head.cleaned_data if head.is_bound and head.is_valid() else {}
        contents, invoice = typed.get("contents", stored.contents), typed.get("invoice", stored.invoice)
        return CustomsDeclaration(contents, invoice, tuple(lines), currency)

    def _fill_by_rate(self, shipment: Shipment) -> None:
        """Values in euros for the lines that have none, by the rate of the order."""
        lines, values = self._lines.get(shipment.pk, {}), values_by_rate(shipment.order.order) if shipment.order else []
        by_sku = {sku: value for sku, value in values if sku}
        for index, line in lines.items():
            value = values[index][1] if len(values) == len(lines) else by_sku.get(line.sku, Decimal(0))
            if not line.value_cents:
                lines[index] = replace(line, value_cents=to_cents(value))

    def _article(self, form: ArticleForm) -> ArticleRow:
        faults: dict[str, Text] = {}
        for one in form.article.lines:
            line = self._lines[one.shipment.pk][one.index]
            for name, text in line_faults(line, one.shipment.destination, one.shipment.carrier):
                faults.setdefault(name, text)
        is_touched = any(place in self._touched for place in places(form.article))
        row = ArticleRow(form, is_touched, self._is_saved, faults, is_complete=not faults)
        row.mark_wrong()
        return row


def _is_changed(form: CustomsHead | ArticleForm) -> bool:
    return form.is_bound and form.has_changed()


def places(article: Article) -> list[Place]:
    return [(one.shipment.pk, one.index) for one in article.lines]
