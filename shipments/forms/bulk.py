"""The bulk edit form. An empty field keeps the value of each draft."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carriers.capabilities import DEFAULT_CAPABILITIES, Capabilities
from carriers.choices import CARRIER_NAMES, OPTIONS, PACKAGE_TYPES

AS_IS = ("", _("Do not change"))
SWITCH = [AS_IS, ("1", _("On")), ("0", _("Off"))]
# Euros; an amount that a destination does not offer is rejected with a message.
AMOUNTS = (0, 100, 250, 500, 1000, 1500, 2000, 2500, 3000, 3500, 4000, 4500, 5000)


class BulkEditForm(forms.Form):
    carrier = forms.ChoiceField(label=_("carrier"), required=False)
    package_type = forms.ChoiceField(label=_("package type"), choices=[AS_IS, *PACKAGE_TYPES.items()], required=False)
    insurance = forms.ChoiceField(label=_("insured up to"), required=False)

    def __init__(self, *args: Any, capabilities: Capabilities = DEFAULT_CAPABILITIES, **kwargs: Any) -> None:
        """``capabilities`` are those of the shop, which decide the carriers."""
        super().__init__(*args, **kwargs)
        carriers = [AS_IS, *((key, CARRIER_NAMES[key]) for key in capabilities.carriers())]
        self.fields["carrier"].choices = carriers  # type: ignore[attr-defined]
        amounts = [AS_IS, *((str(amount * 100), f"€ {amount}") for amount in AMOUNTS)]
        self.fields["insurance"].choices = amounts  # type: ignore[attr-defined]
        for name, label in OPTIONS.items():
            self.fields[name] = forms.ChoiceField(label=label, choices=SWITCH, required=False)

    def changes(self) -> dict[str, str | bool | int]:
        """The chosen values by field of ParcelChoice; empty when the form is invalid."""
        if not self.is_valid():
            return {}
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        changes: dict[str, str | bool | int] = {}
        for name, value in chosen.items():
            changes[name] = value == "1" if name in OPTIONS else int(value) if name == "insurance" else value
        return changes
