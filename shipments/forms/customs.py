"""The forms of a customs declaration. Weights are in grams and values in euros, both per unit."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from carriers.customs import CONTENTS, CURRENCY
from carriers.dutch_words import find_dutch_words
from carriers.parcels import CustomsDeclaration, CustomsLine
from carriers.typesetting.fixed_language import country_code, country_name
from lib.text import parse_int
from shipments.models import Shipment
from shipments.services.imports.order_customs import RememberedCustoms, with_remembered

# More than a form has room for, so that nothing is cut before it can be said.
MAX_ITEMS = 700
FormSet: TypeAlias = "forms.BaseFormSet[CustomsForm]"


class CustomsForm(forms.Form):
    """One line of the declaration. It may be incomplete; the draft then stays blocked."""

    description = forms.CharField(label=_("Description (English)"), max_length=50, required=False)
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=99_999, required=False)
    weight = forms.IntegerField(label=_("Grams each"), min_value=0, max_value=100_000, required=False)
    value = forms.DecimalField(
        label=_("Euro each"),
        min_value=Decimal(0),
        max_value=Decimal(1_000_000),
        decimal_places=2,
        required=False,
        localize=True,
    )
    hs_code = forms.RegexField(
        r"^[\d .]*$",
        label=_("HS code"),
        # Words are typed in it too, to find a code.
        max_length=60,
        required=False,
        error_messages={"invalid": _("Enter 6 to 10 digits, or choose a code from the list.")},
    )
    origin = forms.CharField(label=_("Origin"), max_length=60, required=False)
    sku = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["origin"].widget.attrs |= {
            "list": "countries",
            "autocomplete": "off",
        }
        self.fields["description"].widget.attrs["data-count"] = "50"
        self.fields["hs_code"].widget.attrs |= {"data-hs-codes": reverse("shipments:hs_codes"), "autocomplete": "off"}
        for name in self.fields.keys() & {"quantity", "weight", "value"}:
            keyboard = "decimal" if name == "value" else "numeric"
            self.fields[name].widget = forms.TextInput(attrs={"inputmode": keyboard})
            self.fields[name].widget.is_localized = name == "value"

    def clean_hs_code(self) -> str:
        digits = "".join(character for character in self.cleaned_data["hs_code"] if character.isdigit())
        if len(digits) > 10:
            raise forms.ValidationError(_("Enter 6 to 10 digits."))
        return digits

    def clean_origin(self) -> str:
        typed = str(self.cleaned_data["origin"])
        code = country_code(typed)
        if typed and not code:
            raise forms.ValidationError(_("We don't know this country. Choose one from the list."))
        return code

    @cached_property
    def dutch_words(self) -> list[str]:
        return find_dutch_words(str(self["description"].value() or ""))

    @property
    def doubt(self) -> str:
        """What is said of a description that seems to be Dutch; empty for others."""
        words = ", ".join(self.dutch_words)
        text = _("Is the description Dutch (%(words)s)? Customs officers read English. If it is right, leave it.")
        return text % {"words": words} if words else ""

    def line(self) -> CustomsLine | None:
        """None for an empty row."""
        data = getattr(self, "cleaned_data", None)
        if data is None:
            return self._shown()
        if not (data.get("description") or data.get("hs_code")):
            return None
        return CustomsLine(
            description=data.get("description", ""),
            quantity=data.get("quantity") or 1,
            weight=data.get("weight") or 0,
            value_cents=int((data.get("value") or Decimal(0)) * 100),
            hs_code=data.get("hs_code", ""),
            origin=data.get("origin", ""),
            sku=data.get("sku", ""),
        )

    def _shown(self) -> CustomsLine | None:
        shown = self.initial.get("line")
        return shown if isinstance(shown, CustomsLine) else None


class CustomsHead(forms.Form):
    contents = forms.ChoiceField(label=_("contents"), choices=list(CONTENTS.items()))
    invoice = forms.CharField(label=_("invoice number"), max_length=50, required=False)


CustomsFormSet = forms.formset_factory(CustomsForm, extra=0, max_num=MAX_ITEMS, absolute_max=MAX_ITEMS)


def customs_formset(
    lines: Iterable[CustomsLine], data: Mapping[str, Any] | None = None, prefix: str = "customs"
) -> FormSet:
    """One row per line; a declaration without lines starts with an empty row."""
    initial = [_initial_row(line) for line in lines] or [{}]
    if data is not None and f"{prefix}-TOTAL_FORMS" in data:
        return CustomsFormSet(data, prefix=prefix)
    return CustomsFormSet(initial=initial, prefix=prefix)


def initial_lines(shipment: Shipment, remembered: RememberedCustoms) -> list[CustomsLine]:
    return [with_remembered(line, remembered) for line in shipment.declaration().lines]


def _initial_row(line: CustomsLine) -> dict[str, object]:
    return {
        "description": line.description,
        "quantity": line.quantity,
        "weight": line.weight or None,
        "value": Decimal(line.value_cents).scaleb(-2) if line.value_cents else None,
        "hs_code": line.hs_code,
        "origin": origin_name(line.origin),
        "sku": line.sku,
        "line": line,
    }


def origin_name(code: str) -> str:
    """The country's name in the reader's language, which ``clean_origin`` reads."""
    return country_name(code, (get_language() or "nl")[:2]) if code else ""


def declaration(formset: FormSet, contents: str, invoice: str) -> CustomsDeclaration:
    """In euros. Invalid rows contribute their valid values."""
    if formset.is_bound:
        formset.is_valid()
    lines = tuple(line for form in formset if (line := form.line()) is not None)
    known = contents if contents in CONTENTS else "commercial_goods"
    return CustomsDeclaration(contents=known, invoice=invoice, lines=lines, currency=CURRENCY)


def rows_with_lines(formset: FormSet) -> list[CustomsForm]:
    return [form for form in formset if form.line() is not None]


def add_row(data: QueryDict, prefix: str = "customs") -> None:
    data[f"{prefix}-TOTAL_FORMS"] = str(min(count_rows(data, prefix) + 1, MAX_ITEMS))


def remove_row(data: QueryDict, row: str, prefix: str = "customs") -> None:
    """Remove a row and renumber the ones behind it; an unknown row number changes nothing."""
    total, first = count_rows(data, prefix), parse_int(row)
    if first is None or first >= total:
        return
    for index in range(first, total):
        for name in CustomsForm.base_fields:
            following = data.get(f"{prefix}-{index + 1}-{name}", "") if index + 1 < total else ""
            data[f"{prefix}-{index}-{name}"] = following
    data[f"{prefix}-TOTAL_FORMS"] = str(total - 1)


def fill_values(data: QueryDict, values: Sequence[tuple[str, Decimal]], prefix: str = "customs") -> int:
    """Write values in euros into the rows that have none: in order, or by SKU where rows were added or removed.

    ``values`` are (SKU, value) of the order's lines. Returns the number of rows that were filled.
    """
    total, by_sku, filled = count_rows(data, prefix), dict(values), 0
    for index in range(total):
        place = f"{prefix}-{index}"
        sku = str(data.get(f"{place}-sku", ""))
        value = values[index][1] if total == len(values) else by_sku.get(sku) if sku else None
        if value and not str(data.get(f"{place}-value", "")).strip():
            data[f"{place}-value"] = number_format(value, 2, force_grouping=False)
            filled += 1
    return filled


def count_rows(data: QueryDict, prefix: str) -> int:
    return min(parse_int(data.get(f"{prefix}-TOTAL_FORMS")) or 0, MAX_ITEMS)
