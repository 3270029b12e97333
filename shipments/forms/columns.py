"""The form on which a merchant says what the columns of a file hold."""

from collections.abc import Mapping

from django import forms
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from shipments.services.csv_files.mapping import TARGETS, Columns, column_title, missing_parts, use_remembered

SHOWN_SAMPLES = 3
MAX_SAMPLE_LENGTH = 60


class ColumnsForm(forms.Form):
    """One select per column, named ``column-0`` and so on. Data without any of them accepts the columns as they are."""

    def __init__(self, columns: Columns, data: Mapping[str, str] | None = None) -> None:
        if data is not None and not any(name.startswith("column-") for name in data):
            data = {f"column-{place}": key for place, key in enumerate(columns.keys) if key in TARGETS}
        super().__init__(data)
        self.columns = columns
        choices: list[tuple[str, Promise | str]] = [("", _("Do not use")), *TARGETS.items()]
        for place, (title, key) in enumerate(zip(columns.titles, columns.keys, strict=True)):
            label = title or format_lazy(_("Column {number}"), number=place + 1)
            initial = key if key in TARGETS else ""
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=label, choices=choices, required=False, initial=initial, widget=forms.Select({"class": "select"})
            )

    def clean(self) -> None:
        keys = [key for key in self.keys if key]
        if not keys:
            raise forms.ValidationError(_("Choose at least one column."))
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            name = column_title(key)
            raise forms.ValidationError(format_lazy(_("“{name}” is chosen for two columns. Choose one."), name=name))

    @property
    def keys(self) -> list[str]:
        return [self.cleaned_data.get(f"column-{place}", "") for place in range(len(self.columns.titles))]

    @property
    def rows(self) -> list[tuple[forms.BoundField, list[str]]]:
        """Every column with a few of its values."""
        return [
            (self[f"column-{place}"], [text[:MAX_SAMPLE_LENGTH] for text in dict.fromkeys(samples)][:SHOWN_SAMPLES])
            for place, samples in enumerate(self.columns.samples)
        ]

    @property
    def missing(self) -> list[Promise | str]:
        """What a label needs and no column of the present choice holds."""
        if not self.is_bound:
            return missing_parts(self.columns)
        return missing_parts(use_remembered(self.columns, [str(field.value() or "") for field, _samples in self.rows]))
