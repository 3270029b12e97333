"""The customs form's lines; weights are grams and values euros, both per piece."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from carriers.parcels import CustomsDeclaration, CustomsLine
from shipments.models import CustomsItem, Shipment

MOST_ITEMS = 100


class CustomsForm(forms.Form):
    """One kind of article; may be incomplete, the concept then keeps waiting."""

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
        max_length=14,
        required=False,
        error_messages={"invalid": _("Enter 6 to 10 digits.")},
    )
    origin = forms.RegexField(
        r"^[A-Za-z]{0,2}$",
        label=_("Origin"),
        max_length=2,
        required=False,
        error_messages={"invalid": _("Enter a country code of two letters.")},
    )

    def clean_hs_code(self) -> str:
        digits = "".join(character for character in self.cleaned_data["hs_code"] if character.isdigit())
        if len(digits) > 10:
            raise forms.ValidationError(_("Enter 6 to 10 digits."))
        return digits

    def clean_origin(self) -> str:
        return str(self.cleaned_data["origin"]).upper()

    def line(self) -> CustomsLine | None:
        """The line as typed; None for a row that was left empty or ticked for removal."""
        data = getattr(self, "cleaned_data", {})
        if data.get("DELETE") or not (data.get("description") or data.get("hs_code")):
            return None
        return CustomsLine(
            description=data["description"],
            quantity=data.get("quantity") or 1,
            weight=data.get("weight") or 0,
            value=int((data.get("value") or Decimal(0)) * 100),
            hs_code=data["hs_code"],
            origin=data["origin"],
        )


CustomsFormSet = forms.formset_factory(
    CustomsForm, extra=1, max_num=MOST_ITEMS, can_delete=True, absolute_max=MOST_ITEMS
)


def customs_formset(shipment: Shipment, data: object = None) -> forms.BaseFormSet:
    """The lines of a shipment, and one empty row for the next."""
    initial = [_initial(item) for item in shipment.customs_items.all()]
    return CustomsFormSet(data, initial=initial, prefix="customs")  # type: ignore[arg-type]


def _initial(item: CustomsItem) -> dict[str, object]:
    return {
        "description": item.description,
        "quantity": item.quantity,
        "weight": item.weight,
        "value": Decimal(item.value) / 100,
        "hs_code": item.hs_code,
        "origin": item.origin,
    }


def declaration(formset: forms.BaseFormSet, contents: str, invoice: str) -> CustomsDeclaration:
    """What the form says so far."""
    lines = tuple(line for form in formset if (line := form.line()) is not None)
    return CustomsDeclaration(contents=contents or "commercial_goods", invoice=invoice, lines=lines)
