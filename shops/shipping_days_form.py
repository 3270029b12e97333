"""The form of the days on which a shop hands its parcels over."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.delivery_days import ShippingHabits
from lib.text import plain_form
from shops.models import PackagePreferences

MAX_PERIODS, MAX_TEXT, MAX_LINE = 60, 4000, 60
FIRST_YEAR, LAST_YEAR = 2000, 2099
DATE_FORMATS = ("%d-%m-%Y", "%Y-%m-%d")
DATE_SHAPE = r"\d{1,2}[-./]\d{1,2}[-./]\d{4}|\d{4}-\d{1,2}-\d{1,2}"
PERIOD = re.compile(rf"({DATE_SHAPE})(?:\s*(?:t/m|tot en met|tot|until|to|-)\s*({DATE_SHAPE}))?", re.IGNORECASE)
LINE_MESSAGE = _(
    "Line {number}, “{line}”, is not a day. Write it as 24-12-2026, or a period as 24-12-2026 t/m 3-1-2027."
)
BACKWARDS_MESSAGE = _("Line {number}, “{line}”, ends before it begins. Put the first day first.")
TOO_MANY_MESSAGE = _("These are more than {limit} lines. Remove days that are over.")


class ShippingDaysForm(forms.Form):
    """``closed_days`` has a day or a period on each line."""

    closed_weekdays = forms.MultipleChoiceField(
        label=_("days on which you hand nothing over"),
        choices=[(str(number), name) for number, name in WEEKDAYS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "check"}),
    )
    cutoff_time = forms.TimeField(
        label=_("cut-off time"),
        required=False,
        input_formats=["%H:%M", "%H.%M", "%H:%M:%S"],
        error_messages={"invalid": _("Enter a time, such as 16:30")},
        help_text=_("A parcel whose label is made later leaves on your next shipping day. Dutch time."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    closed_days = forms.CharField(
        label=_("days on which the shop is closed"),
        required=False,
        max_length=MAX_TEXT,
        help_text=_("One day or period on each line, such as 24-12-2026 or 24-12-2026 t/m 3-1-2027."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    @classmethod
    def from_instance(cls, preferences: PackagePreferences) -> "ShippingDaysForm":
        initial = {
            "closed_weekdays": list(preferences.closed_weekdays),
            "cutoff_time": preferences.cutoff_time,
            "closed_days": "\n".join(period_text(*period) for period in preferences.habits.closed_periods),
        }
        return cls(initial=initial)

    def clean_closed_weekdays(self) -> frozenset[int]:
        chosen = frozenset(int(figure) for figure in self.cleaned_data["closed_weekdays"])
        if len(chosen) == len(WEEKDAYS):
            raise forms.ValidationError(_("Leave at least one day on which you hand parcels over."))
        return chosen

    def clean_closed_days(self) -> tuple[tuple[date, date], ...]:
        lines = [(number, line) for number, line in self._lines() if line]
        if len(lines) > MAX_PERIODS:
            raise forms.ValidationError(format_lazy(TOO_MANY_MESSAGE, limit=MAX_PERIODS))
        return tuple(sorted({self._period(number, line) for number, line in lines}))

    def _lines(self) -> Iterator[tuple[int, str]]:
        for number, line in enumerate(self.cleaned_data["closed_days"].splitlines(), 1):
            yield number, plain_form(line)

    @staticmethod
    def _period(number: int, line: str) -> tuple[date, date]:
        found = PERIOD.fullmatch(line)
        first = parse_day(found[1]) if found else None
        last = parse_day(found[2]) if found and found[2] else first
        if first is None or last is None:
            raise forms.ValidationError(format_lazy(LINE_MESSAGE, number=number, line=line[:MAX_LINE]))
        if last < first:
            raise forms.ValidationError(format_lazy(BACKWARDS_MESSAGE, number=number, line=line[:MAX_LINE]))
        return first, last

    def habits(self) -> ShippingHabits:
        """Of a valid form."""
        values: dict[str, Any] = self.cleaned_data
        return ShippingHabits(values["closed_weekdays"], values["closed_days"], values["cutoff_time"])


def parse_day(text: str) -> date | None:
    """A day of this century, written as in the Netherlands or as in ISO 8601; None for anything else."""
    for form in DATE_FORMATS:
        try:
            day = datetime.strptime(re.sub("[./]", "-", text), form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        return day if FIRST_YEAR <= day.year <= LAST_YEAR else None
    return None


def period_text(first: date, last: date) -> str:
    """As it is typed into the form."""
    return f"{first:%d-%m-%Y}" if first == last else f"{first:%d-%m-%Y} t/m {last:%d-%m-%Y}"
