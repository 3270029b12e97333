"""Forms of retention and of the privacy page."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lib.forms import CleanTextMixin
from privacy.services.person_rows import PersonQuery
from shops.models import Retention
from shops.periods import PERIODS

BOUNDS_MESSAGE = _("From {shortest} to {longest} days.")


class RetentionForm(CleanTextMixin, forms.ModelForm):
    """For how many days each kind of data is kept."""

    class Meta:
        model = Retention
        fields = tuple(PERIODS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, period in PERIODS.items():
            field = self.fields[name]
            bounds = format_lazy(BOUNDS_MESSAGE, shortest=period.shortest, longest=period.longest)
            field.help_text = format_lazy("{} {}", period.text, bounds)
            message = format_lazy("{}: {}", period.title, bounds)
            field.error_messages |= dict.fromkeys(("required", "invalid", "min_value", "max_value"), message)
            field.widget.attrs |= {"min": period.shortest, "max": period.longest, "inputmode": "numeric"}


class PersonForm(CleanTextMixin, forms.Form):
    """Whom to find; at least one of the fields."""

    email = forms.CharField(label=_("email address"), max_length=254, required=False)
    name = forms.CharField(label=_("name"), max_length=200, required=False)
    number = forms.CharField(label=_("order number"), max_length=50, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and PersonQuery(**cleaned).is_empty:
            raise forms.ValidationError(_("Enter an email address, a name or an order number."), code="empty")
        return cleaned

    @property
    def query(self) -> PersonQuery:
        return PersonQuery(**self.cleaned_data)


class CloseShopForm(CleanTextMixin, forms.Form):
    """The name of the shop, so that nobody closes the wrong one."""

    name = forms.CharField(label=_("name of the shop"), max_length=100)

    def __init__(self, shop_name: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shop_name = shop_name

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if name.strip() != self.shop_name.strip():
            raise forms.ValidationError(_("This is not the name of the shop."), code="other")
        return name


class DeleteAccountForm(CleanTextMixin, forms.Form):
    """The email address of the account, so that nobody deletes it with one press."""

    email = forms.CharField(label=_("your email address"), max_length=254)

    def __init__(self, own_email: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own_email = own_email
        self.fields["email"].widget.attrs |= {"autocomplete": "off", "inputmode": "email"}

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        if email != self.own_email:
            raise forms.ValidationError(_("This is not the email address of your account."), code="other")
        return email
