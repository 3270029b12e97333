"""The form of a shipping rule: its conditions, and what it changes of the parcel preferences."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.capabilities import Capabilities
from carriers.choices import CARRIER_NAMES, DELIVERY_TYPES, OPTIONS, PACKAGE_TYPES, ZONE_NAMES
from carriers.parcels import Destination
from carriers.partial_choice import set_fields
from carriers.problems import Text
from lib.country_names import find_country
from lib.forms import CleanTextMixin
from lib.text import parse_int
from shops.models import PackagePreferences, ShippingRule
from shops.services.shipping_rules import FIELDS
from shops.shipping_rule import GROUPS, split_list
from shops.shipping_rule_words import lazy_country, lazy_euros
from ui.templatetags.backoffice import country_name

MAX_GRAMS, MAX_EUROS = 100_000, Decimal(1_000_000)
# A country of each group, to see what is possible there.
EXAMPLES = {"NL": "NL", "BE": "BE", "EU": "DE", "ROW": "US"}
UNCHANGED = _("Not changed")
SWITCH = [("", UNCHANGED), ("true", _("On")), ("false", _("Off"))]
TOO_LOW_MESSAGE = _("Enter a number that is not lower than the one before it.")
INTEGER_INPUT = {"inputmode": "numeric"}


def _switch(name: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=OPTIONS[name],
        choices=SWITCH,
        required=False,
        coerce=lambda value: value == "true",
        empty_value=None,
    )


def _one_of(label: Any, names: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", UNCHANGED), *names.items()], required=False)


def _whole(label: Any, least: int, most: int, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        required=False,
        help_text=help_text,
        widget=forms.TextInput(attrs=INTEGER_INPUT),
    )


def _euros(label: Any) -> forms.DecimalField:
    widget = forms.TextInput(attrs={"inputmode": "decimal"})
    return forms.DecimalField(
        label=label,
        min_value=Decimal(0),
        max_value=MAX_EUROS,
        decimal_places=2,
        required=False,
        localize=True,
        widget=widget,
    )


class ShippingRuleForm(CleanTextMixin, forms.Form):
    """``values`` of a valid form are columns of a ShippingRule."""

    name = forms.CharField(
        label=_("name"),
        max_length=60,
        help_text=_("What you call it; drafts say it."),
        error_messages={"required": _("Enter a name, such as Letterbox within the Netherlands")},
    )
    is_on = forms.BooleanField(label=_("This rule is on"), required=False, initial=True)
    goes_on = forms.BooleanField(label=_("Then go on with the next rules"), required=False)

    groups = forms.MultipleChoiceField(
        label=_("destination"),
        choices=[(group, ZONE_NAMES[group]) for group in GROUPS],
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "check"}),
    )
    countries = forms.CharField(
        label=_("other countries"),
        max_length=300,
        required=False,
        help_text=_("With commas between them, such as Germany, FR."),
    )
    least_weight = _whole(_("weight from (grams)"), 0, MAX_GRAMS)
    most_weight = _whole(_("weight up to (grams)"), 1, MAX_GRAMS)
    least_value = _euros(_("order value from (€)"))
    most_value = _euros(_("order value up to (€)"))
    article = forms.CharField(label=_("article name contains"), max_length=100, required=False)
    skus = forms.CharField(
        label=_("SKU"),
        max_length=300,
        required=False,
        help_text=_("With commas between several. MUG* stands for every SKU that starts with MUG."),
    )
    postcodes = forms.CharField(
        label=_("postcode starts with"),
        max_length=300,
        required=False,
        help_text=_("With commas between several, such as 10, 11, 1200."),
    )
    shipping_method = forms.CharField(
        label=_("shipping method in the webshop contains"), max_length=100, required=False
    )

    carrier = _one_of(_("carrier"), CARRIER_NAMES)
    package_type = _one_of(_("package type"), PACKAGE_TYPES)
    delivery_type = _one_of(_("delivery type"), DELIVERY_TYPES)
    signature = _switch("signature")
    only_recipient = _switch("only_recipient")
    age_check = _switch("age_check")
    return_to_sender = _switch("return_to_sender")
    large_format = _switch("large_format")
    insurance = forms.TypedChoiceField(label=_("insured up to"), required=False, coerce=int, empty_value=None)
    insurance_percent = _whole(
        _("part of the order value to insure (%)"), 1, 100, _("Instead of an amount. Rounded up to the next amount.")
    )

    def __init__(self, *args: Any, preferences: PackagePreferences, **kwargs: Any) -> None:
        """``preferences`` are those that the rule changes."""
        super().__init__(*args, **kwargs)
        self.preferences, self.capabilities = preferences, preferences.capabilities
        able = set(self.capabilities.carriers()) | {self["carrier"].value()}
        carriers = [(key, name) for key, name in CARRIER_NAMES.items() if key in able]
        amounts = sorted({*_amounts(self.capabilities), *_kept_amount(self["insurance"].value())})
        named = [(str(cents), lazy_euros(cents) if cents else _("Not insured")) for cents in amounts]
        self.fields["carrier"].choices = [("", UNCHANGED), *carriers]  # type: ignore[attr-defined]
        self.fields["insurance"].choices = [("", UNCHANGED), *named]  # type: ignore[attr-defined]

    @classmethod
    def from_instance(cls, rule: ShippingRule, preferences: PackagePreferences) -> "ShippingRuleForm":
        initial: dict[str, Any] = {name: getattr(rule, name) for name in FIELDS if name != "destinations"}
        initial |= {name: str(initial[name]).lower() for name in OPTIONS if initial[name] is not None}
        initial["groups"] = [place for place in rule.destinations if place in GROUPS]
        initial["countries"] = ", ".join(country_name(place) for place in rule.destinations if place not in GROUPS)
        return cls(initial=initial, preferences=preferences)

    def option_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in OPTIONS]

    def clean_countries(self) -> list[str]:
        found = []
        for written in split_list(self.cleaned_data["countries"]):
            code = find_country(written)
            if not code:
                text = _("“{value}” is no country we know. Enter its name, or its code of two letters, such as NL.")
                raise forms.ValidationError(format_lazy(text, value=written[:40]))
            found.append(code)
        return list(dict.fromkeys(found))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for least, most in (("least_weight", "most_weight"), ("least_value", "most_value")):
            lower, upper = cleaned.get(least), cleaned.get(most)
            if lower is not None and upper is not None and lower > upper:
                self.add_error(most, TOO_LOW_MESSAGE)
        if cleaned.get("insurance") is not None and cleaned.get("insurance_percent") is not None:
            self.add_error("insurance_percent", _("Choose an amount or a part of the order value, not both."))
        if not self.errors:
            self._check_changes()
        return cleaned

    def _check_changes(self) -> None:
        values = self.values()
        if all(values[name] in (None, "") for name in ShippingRule.CHANGE_FIELDS):
            self.add_error(None, _("Choose at least one thing that this rule changes."))
        elif obstacle := rule_obstacle(ShippingRule(**values), self.preferences):
            self.add_error(None, str(obstacle))

    def values(self) -> dict[str, Any]:
        """Of a valid form."""
        cleaned = self.cleaned_data
        values = {name: cleaned[name] for name in FIELDS if name != "destinations"}
        groups = [group for group in GROUPS if group in cleaned["groups"]]
        values["destinations"] = list(dict.fromkeys([*groups, *cleaned["countries"]]))
        return values


def rule_obstacle(rule: ShippingRule, preferences: PackagePreferences) -> Text | None:
    """Why a rule can be carried out at none of its destinations; None when it can at one of them."""
    places = rule.destinations or list(GROUPS)
    heavy = rule.least_weight or None
    obstacles = []
    for place in places:
        destination = Destination(EXAMPLES.get(place, place))
        obstacle = set_fields(
            preferences.choice, rule.choice_fields, destination, preferences.capabilities, weight=heavy
        ).obstacle
        if obstacle is None:
            return None
        obstacles.append((place, obstacle))
    place, obstacle = obstacles[0]
    name = ZONE_NAMES.get(place) or lazy_country(place)
    return format_lazy(_("This rule cannot be carried out to {place}: {why}"), place=name, why=obstacle)


def _amounts(capabilities: Capabilities) -> Iterator[int]:
    """Every insured amount, in cents, of any carrier of the account."""
    for carrier in capabilities.carriers():
        for package_type in capabilities.package_types_of(carrier):
            sheet = capabilities.options_for(carrier, package_type)
            yield from sheet.insurance if sheet else ()


def _kept_amount(value: object) -> tuple[int, ...]:
    """That of a rule which was saved when the account had it."""
    cents = parse_int(value)
    return () if cents is None else (cents,)
