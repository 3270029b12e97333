"""The concept editor's form: recipient, parcel and options."""

from decimal import Decimal
from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from carriers.addresses import repair_postal_code
from carriers.customs import CONTENTS
from carriers.parcels import Address, Destination, ParcelChoice
from carriers.vocabulary import CARRIERS, DELIVERY_TYPES, OPTIONS, PACKAGE_TYPES
from lib.countries import codes
from lib.text import clean
from shipments.concepts import LIMITS
from shipments.models import Shipment

RECIPIENT_LABELS = {
    "person": _("name"),
    "company": _("company"),
    "street": _("street"),
    "number": _("house number"),
    "suffix": _("addition"),
    "box": _("box"),
    "extra": _("extra address line"),
    "postal_code": _("postcode"),
    "city": _("town"),
    "region": _("region"),
    "email": _("e-mail address"),
    "phone": _("phone"),
}


def countries() -> list[tuple[str, str]]:
    """Every country by name in the reader's language, and none."""
    names = Locale.parse((get_language() or "nl")[:2]).territories
    known = [(code, names[code]) for code in codes() if code in names]
    return [("", "–"), *sorted(known, key=lambda pair: pair[1])]


class ConceptForm(forms.Form):
    """A concept may be saved incomplete; only what cannot be stored at all is refused."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    country = forms.ChoiceField(label=_("country"), required=False)
    carrier = forms.ChoiceField(label=_("carrier"), choices=list(CARRIERS.items()))
    package_type = forms.ChoiceField(label=_("package type"), choices=list(PACKAGE_TYPES.items()))
    delivery_type = forms.ChoiceField(label=_("delivery moment"), choices=list(DELIVERY_TYPES.items()))
    insurance = forms.IntegerField(label=_("insured up to"), min_value=0, max_value=500_000, required=False)
    weight = forms.IntegerField(label=_("weight in grams"), min_value=1, max_value=100_000)
    description = forms.CharField(
        label=_("text on the label"), max_length=45, required=False, help_text=_("At most 45 characters.")
    )
    contents = forms.ChoiceField(label=_("contents"), choices=list(CONTENTS.items()), required=False)
    invoice = forms.CharField(label=_("invoice number"), max_length=50, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in RECIPIENT_LABELS.items():
            limit = LIMITS[name]
            self.fields[name] = forms.CharField(label=label, max_length=limit, required=False)
        for name, label in OPTIONS.items():
            self.fields[name] = forms.BooleanField(label=label, required=False)
        self.fields["country"].choices = countries()  # type: ignore[attr-defined]

    @classmethod
    def showing(cls, shipment: Shipment) -> "ConceptForm":
        names = (
            *Shipment.ADDRESS_FIELDS,
            *Shipment.CHOICE_FIELDS,
            "weight",
            "description",
            "contents",
            "invoice",
            "version",
        )
        return cls(initial={name: getattr(shipment, name) for name in names})

    def recipient(self) -> Address:
        """The address as typed, its postcode in form."""
        parts = {name: clean(self[name].value(), 254)[0] for name in Shipment.ADDRESS_FIELDS}
        parts["postal_code"] = repair_postal_code(parts["country"], parts["postal_code"])[0]
        return Address(**parts)

    def destination(self) -> Destination:
        address = self.recipient()
        return Destination(address.country, address.postal_code, address.region)

    def choice(self) -> ParcelChoice:
        """What is chosen now, possible or not."""
        insurance = str(self["insurance"].value() or "")
        switched: dict[str, Any] = {name: self[name].value() not in (None, False, "", "False") for name in OPTIONS}
        return ParcelChoice(
            carrier=self._known("carrier", CARRIERS),
            package_type=self._known("package_type", PACKAGE_TYPES),
            delivery_type=self._known("delivery_type", DELIVERY_TYPES),
            insurance=int(insurance) if insurance.isdigit() else 0,
            **switched,
        )

    def _known(self, name: str, known: dict[str, Any]) -> str:
        value = str(self[name].value() or "")
        return value if value in known else next(iter(known))

    def grams(self) -> int:
        """The weight as typed; one gram where nothing usable was."""
        value = str(self["weight"].value() or "")
        return max(1, int(Decimal(value))) if value.isdigit() else 1
