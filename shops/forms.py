"""What a merchant types about a shop, checked where it was typed."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from accounts.forms import INVALID_EMAIL_MESSAGE, new_password_field
from accounts.models import User
from carriers.capabilities import validate_parcel
from carriers.choices import CARRIERS, DELIVERY_TYPES, OPTIONS, PACKAGE_TYPES
from carriers.parcels import ParcelChoice
from carriers.postcodes import normalize_postal_code
from carriers.recipient_rules import is_eori, is_vat, normalize_tax_number
from shops.models import Invitation, Membership, PackagePreferences, Role, Shop
from shops.permissions import ShopPermission


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
    insurance_percent = forms.IntegerField(
        label=_("insure this part of the order's value (%)"),
        min_value=0,
        max_value=100,
        required=False,
        help_text=_("From 0 to 100, rounded up to a step of the carrier. 0 insures every parcel for the amount above."),
    )
    default_weight = forms.IntegerField(
        label=_("weight when the shop gives none"),
        min_value=1,
        max_value=30_000,
        help_text=_("Grams. Used when a product in your webshop has no weight."),
    )

    @classmethod
    def from_instance(cls, preferences: PackagePreferences) -> "PreferencesForm":
        initial = {name: getattr(preferences, name) for name in PackagePreferences.CHOICE_FIELDS}
        numbers = {name: getattr(preferences, name) for name in ("default_weight", "insurance_percent")}
        return cls(initial=initial | numbers)

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
            for problem in validate_parcel(self.choice(), None):
                self.add_error(problem.field if problem.field in self.fields else None, str(problem.text))
        return cleaned


class SenderForm(forms.ModelForm):
    """The address on every label; required as a carrier requires it."""

    MISSING: ClassVar = {
        "street": _("Enter a street"),
        "number": _("Enter a house number"),
        "postal_code": _("Enter a postcode, such as 1234 AB"),
        "city": _("Enter a town"),
    }

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
            "eori",
            "vat",
        )
        widgets = {"country": forms.HiddenInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, sentence in self.MISSING.items():
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = sentence
        self.fields["email"].error_messages["invalid"] = INVALID_EMAIL_MESSAGE

    def clean_postal_code(self) -> str:
        code, fits = normalize_postal_code("NL", self.cleaned_data["postal_code"])
        if not fits:
            raise forms.ValidationError(self.MISSING["postal_code"])
        return code

    def clean_eori(self) -> str:
        eori = normalize_tax_number(self.cleaned_data["eori"])
        if eori and not is_eori(eori):
            raise forms.ValidationError(_("Enter the EORI number as customs wrote it, such as NL123456789"))
        return eori

    def clean_vat(self) -> str:
        vat = normalize_tax_number(self.cleaned_data["vat"])
        if vat and not is_vat(vat):
            raise forms.ValidationError(_("Enter the VAT number with its country, such as NL123456789B01"))
        return vat

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("company") and not cleaned.get("person"):
            self.add_error("company", _("Enter a company or a name"))
        return cleaned


class LabelForm(forms.ModelForm):
    class Meta:
        model = Shop
        fields = ("label_layout", "label_start", "label_continue")
        widgets = {
            "label_layout": forms.RadioSelect,
            "label_start": forms.RadioSelect(choices=[(place, place) for place in range(1, 5)]),
        }


class TrackingForm(forms.ModelForm):
    """What a buyer gets from us besides what the shop system sends."""

    class Meta:
        model = Shop
        fields = ("tracking_page", "mails_buyer")


class GeneralForm(forms.ModelForm):
    class Meta:
        model = Shop
        fields = ("name",)
        error_messages: ClassVar = {"name": {"required": _("Enter a name for the shop")}}


class NewShopForm(GeneralForm):
    """A shop to be; ``key`` makes two presses of the button one shop."""

    key = forms.UUIDField(widget=forms.HiddenInput)


class AcceptInvitationForm(forms.Form):
    """The account of somebody who was invited; the address is the invitation's."""

    name = forms.CharField(
        label=_("your name"),
        max_length=100,
        error_messages={"required": _("Enter your name")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = new_password_field(_("password"))

    def __init__(self, invitation: Invitation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation = invitation
        self.fields["password"].help_text = _("At least 12 characters.")

    def clean_password(self) -> str:
        chosen: str = self.cleaned_data["password"]
        validate_password(chosen, User(email=self.invitation.email))
        return chosen


def assignable_roles(by: Membership) -> list[tuple[str, str]]:
    """The roles this member may hand out."""
    may_appoint = ShopPermission.MANAGE_OWNERS in by.permissions
    return [(str(value), str(name)) for value, name in Role.choices if value != Role.OWNER or may_appoint]


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("role"))

    def __init__(self, by: Membership, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = assignable_roles(by)  # type: ignore[attr-defined]


class InvitationForm(RoleForm):
    email = forms.EmailField(
        label=_("e-mail address"),
        max_length=254,
        error_messages={"required": _("Enter an email address"), "invalid": INVALID_EMAIL_MESSAGE},
    )
    field_order = ("email", "role")

    def __init__(self, by: Membership, *args: Any, **kwargs: Any) -> None:
        super().__init__(by, *args, **kwargs)
        self.fields["role"].initial = Role.STAFF
