"""The form of the draft editor: recipient, parcel and options."""

import re
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from carriers.capability_rules import PICKUP
from carriers.choices import CARRIER_NAMES, DRAFT_DELIVERY_TYPES, OPTIONS, PACKAGE_TYPES
from carriers.customs import CONTENTS
from carriers.parcels import ParcelChoice, PickupPoint
from lib.text import clean_text, parse_int
from shipments.content import ADDRESS_FIELDS, CHOICE_FIELDS, POINT_COLUMNS
from shipments.forms.recipient import RecipientForm
from shipments.models import Shipment
from shipments.services.drafts.split import MAX_PARCELS

# Grams, far above the limit of every carrier.
MAX_WEIGHT_GRAMS = 100_000
WEIGHT = re.compile(r"-?(\d{1,9}(\.\d{0,9})?|\.\d{1,9})")


class KilogramField(forms.CharField):
    """Accepts kilograms (2,10 or 2.1 kg) and returns whole grams."""

    def to_python(self, value: Any) -> Any:
        return parse_grams(str(value or ""))

    def validate(self, value: Any) -> None:
        if value is None:
            raise forms.ValidationError(_("Enter a weight in kilograms, such as 2.10."))
        if not 1 <= value <= MAX_WEIGHT_GRAMS:
            raise forms.ValidationError(_("Enter a weight from 0.001 to 100 kg."))

    def run_validators(self, value: Any) -> None:
        """Skips the validators of CharField, which expect text."""

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        locale = "nl" if (get_language() or "nl").startswith("nl") else "en_GB"
        return format_decimal(Decimal(value) / 1000, "#0.00#", locale=locale)


def parse_grams(typed: str) -> int | None:
    """Kilograms to grams; None for invalid input."""
    text = re.sub(r"\s|kg", "", typed.casefold()).replace(",", ".")
    return int((Decimal(text) * 1000).to_integral_value()) if WEIGHT.fullmatch(text) else None


class DraftForm(RecipientForm):
    """An incomplete draft is valid; only values that cannot be stored are errors."""

    reference = forms.CharField(label=_("reference"), max_length=50, required=False)
    carrier = forms.ChoiceField(label=_("carrier"), choices=list(CARRIER_NAMES.items()))
    package_type = forms.ChoiceField(label=_("package type"), choices=list(PACKAGE_TYPES.items()))
    delivery_type = forms.ChoiceField(label=_("delivery type"), choices=list(DRAFT_DELIVERY_TYPES.items()))
    insurance = forms.IntegerField(label=_("insured up to"), min_value=0, max_value=500_000, required=False)
    weight = KilogramField(label=_("weight"), max_length=12)
    parcels = forms.IntegerField(label=_("number of parcels"), min_value=1, max_value=MAX_PARCELS, required=False)
    description = forms.CharField(label=_("description on the label"), max_length=45, required=False)
    contents = forms.ChoiceField(label=_("contents"), choices=list(CONTENTS.items()), required=False)
    invoice = forms.CharField(label=_("invoice number"), max_length=50, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for column in POINT_COLUMNS.values():
            limit = getattr(Shipment._meta.get_field(column), "max_length", 0)
            self.fields[column] = forms.CharField(max_length=limit, required=False, widget=forms.HiddenInput)
        for name, label in OPTIONS.items():
            self.fields[name] = forms.BooleanField(label=label, required=False)
        for name, keyboard in {"weight": "decimal", "parcels": "numeric"}.items():
            self.fields[name].widget.attrs["inputmode"] = keyboard
        self.fields["parcels"].widget = forms.TextInput(attrs={"inputmode": "numeric"})
        self.fields["description"].widget.attrs |= {"data-count": "45"}

    @classmethod
    def from_instance(cls, shipment: Shipment) -> "DraftForm":
        names = (
            *ADDRESS_FIELDS,
            *CHOICE_FIELDS,
            *POINT_COLUMNS.values(),
            "reference",
            "weight",
            "description",
            "contents",
            "invoice",
            "version",
        )
        return cls(initial={name: getattr(shipment, name) for name in names} | {"parcels": 1})

    def choice(self) -> ParcelChoice:
        """May be a combination that no carrier offers."""
        switched: dict[str, Any] = {name: self[name].value() not in (None, False, "", "False") for name in OPTIONS}
        return ParcelChoice(
            carrier=self._known("carrier", CARRIER_NAMES),
            package_type=self._known("package_type", PACKAGE_TYPES),
            delivery_type=self._known("delivery_type", DRAFT_DELIVERY_TYPES),
            insurance=parse_int(self["insurance"].value()) or 0,
            **switched,
        )

    def pickup(self) -> PickupPoint | None:
        """The chosen pick-up point; None for another delivery type and while none is chosen."""
        parts = {name: clean_text(self[column].value(), 100)[0] for name, column in POINT_COLUMNS.items()}
        return PickupPoint(**parts) if parts["code"] and self.choice().delivery_type == PICKUP else None

    def point_fields(self) -> list[forms.BoundField]:
        return [self[column] for column in POINT_COLUMNS.values()]

    def _known(self, name: str, known: dict[str, Any]) -> str:
        value = str(self[name].value() or "")
        return value if value in known else next(iter(known))

    def grams(self) -> int:
        """1 when the weight is invalid."""
        value = self["weight"].value()
        grams = value if isinstance(value, int) else parse_grams(str(value or ""))
        return min(max(1, grams or 1), MAX_WEIGHT_GRAMS)
