"""Forms of retention and of the privacy page."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lib.forms import CleanTextMixin
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
            field.widget.attrs |= {"min": period.shortest, "max": period.longest, "inputmode": "numeric"}
