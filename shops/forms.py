"""Forms of the shop settings and the team."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from accounts.forms import INVALID_EMAIL_MESSAGE, new_password_field
from accounts.models import User
from carriers.capabilities import DEFAULT_CAPABILITIES, Capabilities
from carriers.choices import CARRIER_NAMES, DELIVERY_TYPES, OPTIONS, PACKAGE_TYPES
from carriers.contact_rules import CONTACT_SHARING
from carriers.parcels import ContactSharing, ParcelChoice
from carriers.phones import read_phone
from carriers.postcodes import normalize_postal_code
from carriers.tax_numbers import is_eori, is_vat, normalize_tax_number, read_vat
from lib.forms import CleanTextMixin
from shops.models import Invitation, Membership, PackagePreferences, Role, Shop
from shops.permissions import ShopPermission


class PreferencesForm(CleanTextMixin, forms.Form):
    """The defaults of imported orders."""

    carrier = forms.ChoiceField(label=_("default carrier"), choices=list(CARRIER_NAMES.items()))
    package_type = forms.ChoiceField(label=_("default package type"), choices=list(PACKAGE_TYPES.items()))
    delivery_type = forms.ChoiceField(label=_("delivery type"), choices=list(DELIVERY_TYPES.items()))
    signature = forms.BooleanField(label=OPTIONS["signature"], required=False)
    only_recipient = forms.BooleanField(label=OPTIONS["only_recipient"], required=False)
    age_check = forms.BooleanField(label=OPTIONS["age_check"], required=False)
    return_to_sender = forms.BooleanField(label=OPTIONS["return_to_sender"], required=False)
    large_format = forms.BooleanField(label=OPTIONS["large_format"], required=False)
    insurance = forms.IntegerField(label=_("insured up to"), min_value=0, required=False)
    insurance_percent = forms.IntegerField(
        label=_("part of the order value to insure (%)"),
        min_value=0,
        max_value=100,
        required=False,
        help_text=_(
            "From 0 to 100, rounded up to the carrier's next insured amount. 0 insures every parcel for "
            "the amount above."
        ),
    )
    default_weight = forms.IntegerField(
        label=_("weight if the webshop provides none"),
        min_value=1,
        max_value=30_000,
        help_text=_("Grams. Used when your webshop gives no weight of any product in the order."),
    )
    item_weight = forms.IntegerField(
        label=_("weight of an article without one"),
        min_value=1,
        max_value=30_000,
        required=False,
        help_text=_("Grams. Added for each piece that has no weight, when other products in the order do."),
    )
    contact_sharing = forms.ChoiceField(
        label=_("email and phone of the buyer for the carrier"),
        choices=[(key.value, name) for key, name in CONTACT_SHARING.items()],
        required=False,
        help_text=_(
            "The carrier can then tell the buyer when it comes. Carriers and destinations that need them always get "
            "them, and so do pick-up points."
        ),
    )

    def __init__(self, *args: Any, capabilities: Capabilities = DEFAULT_CAPABILITIES, **kwargs: Any) -> None:
        """``capabilities`` are those of the shop; what they do not allow is an error with a sentence."""
        super().__init__(*args, **kwargs)
        self.capabilities = capabilities
        for key, name in PACKAGE_TYPES.items():
            self.fields[f"box_{key}"] = forms.IntegerField(
                label=name, min_value=0, max_value=10_000, required=False, initial=0
            )

    def box_fields(self) -> list[forms.BoundField]:
        return [self[f"box_{key}"] for key in PACKAGE_TYPES]

    def box_weights(self) -> dict[str, int]:
        """Grams by package type, of a valid form."""
        return {key: grams for key in PACKAGE_TYPES if (grams := self.cleaned_data[f"box_{key}"])}

    @classmethod
    def from_instance(cls, preferences: PackagePreferences) -> "PreferencesForm":
        initial = {name: getattr(preferences, name) for name in PackagePreferences.CHOICE_FIELDS}
        names = ("default_weight", "item_weight", "insurance_percent", "contact_sharing")
        numbers = {name: getattr(preferences, name) for name in names}
        boxes = {f"box_{key}": preferences.box_weight(key) for key in PACKAGE_TYPES}
        return cls(initial=initial | numbers | boxes, capabilities=preferences.capabilities)

    def sharing(self) -> ContactSharing | None:
        """None when the form did not ask for it."""
        value = self.cleaned_data["contact_sharing"]
        return ContactSharing(value) if value else None

    def choice(self) -> ParcelChoice:
        """Also of an invalid form: unknown values become the first option."""
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
            for problem in self.capabilities.validate_parcel(self.choice(), None):
                self.add_error(problem.field if problem.field in self.fields else None, str(problem.text))
        return cleaned


class SenderForm(CleanTextMixin, forms.ModelForm):
    """The sender's address on every label."""

    REQUIRED_MESSAGES: ClassVar = {
        "street": _("Enter a street"),
        "number": _("Enter a house number"),
        "postal_code": _("Enter a postcode, such as 1234 AB"),
        "city": _("Enter a town"),
    }

    class Meta:
        model = Shop
        fields: ClassVar[tuple[str, ...]] = (
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
        error_messages: ClassVar = {"email": {"invalid": INVALID_EMAIL_MESSAGE}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, message in self.REQUIRED_MESSAGES.items():
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = message

    def clean_postal_code(self) -> str:
        code, is_valid = normalize_postal_code("NL", self.cleaned_data["postal_code"])
        if not is_valid:
            raise forms.ValidationError(self.REQUIRED_MESSAGES["postal_code"])
        return code

    def clean_phone(self) -> str:
        phone = read_phone(self.cleaned_data["phone"], "NL")
        if phone.is_wrong:
            raise forms.ValidationError(_("Enter a phone number with its area code, such as 030 123 45 67"))
        return phone.kept

    def clean_eori(self) -> str:
        eori = normalize_tax_number(self.cleaned_data["eori"])
        if eori and not is_eori(eori):
            raise forms.ValidationError(_("Enter the EORI number as customs issued it, such as NL123456789"))
        return eori

    def clean_vat(self) -> str:
        """A number with the right form is kept also when its check figures do not match: the page says so."""
        vat = read_vat(self.cleaned_data["vat"], "NL").number
        if vat and not is_vat(vat):
            raise forms.ValidationError(_("Enter the VAT number with its country code, such as NL123456789B13"))
        return vat

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("company") and not cleaned.get("person"):
            self.add_error("company", _("Enter a company or a name"))
        return cleaned


class SenderAddressForm(SenderForm):
    """The part of the sender that no label can do without."""

    class Meta(SenderForm.Meta):
        fields = ("company", "person", "postal_code", "number", "suffix", "street", "city")


class LabelForm(forms.ModelForm):
    class Meta:
        model = Shop
        fields = ("label_layout", "label_start", "label_continue")
        widgets = {
            "label_layout": forms.RadioSelect,
            "label_start": forms.RadioSelect(choices=[(place, place) for place in range(1, 5)]),
        }


class TrackingForm(forms.ModelForm):
    class Meta:
        model = Shop
        fields = ("tracking_page", "mails_buyer")


class GeneralForm(CleanTextMixin, forms.ModelForm):
    class Meta:
        model = Shop
        fields = ("name",)
        error_messages: ClassVar = {"name": {"required": _("Enter a name for the shop")}}


class NewShopForm(GeneralForm):
    """``key`` becomes the id of the shop, so that submitting twice opens one shop."""

    key = forms.UUIDField(widget=forms.HiddenInput)


class AcceptInvitationForm(CleanTextMixin, forms.Form):
    """A new account with the email address of the invitation."""

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
        password: str = self.cleaned_data["password"]
        validate_password(password, User(email=self.invitation.email, name=self.cleaned_data.get("name", "")))
        return password


def assignable_roles(by: Membership) -> list[tuple[str, str]]:
    """(value, label) of the roles that this member may give to others."""
    can_assign_owner = ShopPermission.MANAGE_OWNERS in by.permissions
    return [(str(value), str(name)) for value, name in Role.choices if value != Role.OWNER or can_assign_owner]


class RoleForm(CleanTextMixin, forms.Form):
    role = forms.ChoiceField(label=_("role"))

    def __init__(self, by: Membership, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = assignable_roles(by)  # type: ignore[attr-defined]


class InvitationForm(RoleForm):
    email = forms.EmailField(
        label=_("email address"),
        max_length=254,
        error_messages={"required": _("Enter an email address"), "invalid": INVALID_EMAIL_MESSAGE},
    )
    field_order = ("email", "role")

    def __init__(self, by: Membership, *args: Any, **kwargs: Any) -> None:
        super().__init__(by, *args, **kwargs)
        self.fields["role"].initial = Role.STAFF
