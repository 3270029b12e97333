"""What a merchant types about a shop, checked where it was typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import PackagePreferences, Shop
from carriers.addresses import repair_postal_code
from carriers.capabilities import examine
from carriers.parcels import ParcelChoice
from carriers.vocabulary import CARRIERS, DELIVERY_TYPES, OPTIONS, PACKAGE_TYPES


class PreferencesForm(forms.Form):
    """How imported orders become concepts; ``choice()`` is what was chosen."""

    carrier = forms.ChoiceField(label=_("default carrier"), choices=list(CARRIERS.items()))
    package_type = forms.ChoiceField(label=_("default package type"), choices=list(PACKAGE_TYPES.items()))
    delivery_type = forms.ChoiceField(label=_("delivery moment"), choices=list(DELIVERY_TYPES.items()))
    signature = forms.BooleanField(label=OPTIONS["signature"], required=False)
    only_recipient = forms.BooleanField(label=OPTIONS["only_recipient"], required=False)
    age_check = forms.BooleanField(label=OPTIONS["age_check"], required=False)
    return_to_sender = forms.BooleanField(label=OPTIONS["return_to_sender"], required=False)
    large_format = forms.BooleanField(label=OPTIONS["large_format"], required=False)
    insurance = forms.IntegerField(label=_("insured up to"), min_value=0, required=False)
    default_weight = forms.IntegerField(
        label=_("weight when the shop gives none"),
        min_value=1,
        max_value=30_000,
        help_text=_("Grams. Used when a product in Wix has no weight."),
    )

    @classmethod
    def showing(cls, preferences: PackagePreferences) -> "PreferencesForm":
        initial = {name: getattr(preferences, name) for name in PackagePreferences.CHOICE_FIELDS}
        return cls(initial=initial | {"default_weight": preferences.default_weight})

    def choice(self) -> ParcelChoice:
        """What is chosen now, complete or not; unknown values fall back to the defaults."""
        values: dict[str, Any] = {}
        for name in PackagePreferences.CHOICE_FIELDS:
            value = self[name].value()
            if name in OPTIONS:
                values[name] = value not in (None, False, "", "False")
            elif name == "insurance":
                values[name] = int(value) if str(value or "").isdigit() else 0
            else:
                known = dict(self.fields[name].choices)  # type: ignore[attr-defined]
                values[name] = value if value in known else next(iter(known))
        return ParcelChoice(**values)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            for problem in examine(self.choice(), None):
                self.add_error(problem.field if problem.field in self.fields else None, str(problem.text))
        return cleaned


class SenderForm(forms.ModelForm):
    """The address on every label; required as a carrier requires it."""

    class Meta:
        model = Shop
        fields = (
            "company",
            "person",
            "street",
            "number",
            "suffix",
            "postal_code",
            "city",
            "country",
            "email",
            "phone",
        )
        widgets = {"country": forms.HiddenInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("street", "number", "postal_code", "city"):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = _("Fill in this field: %(field)s.") % {
                "field": self.fields[name].label
            }

    def clean_postal_code(self) -> str:
        code, fits = repair_postal_code("NL", self.cleaned_data["postal_code"])
        if not fits:
            raise forms.ValidationError(_("Enter a postcode, such as 1234 AB."))
        return code

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("company") and not cleaned.get("person"):
            self.add_error("company", _("Enter a company or a name."))
        return cleaned


class LabelForm(forms.ModelForm):
    class Meta:
        model = Shop
        fields = ("label_layout", "label_start")
        widgets = {
            "label_layout": forms.RadioSelect,
            "label_start": forms.RadioSelect(choices=[(place, place) for place in range(1, 5)]),
        }
