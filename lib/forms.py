"""Forms whose texts come in as every other text does: without characters that show nothing."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from lib.text import clean_text

# A field's own limit says what is too long; this one only bounds the work.
MAX_LENGTH = 1_000_000


def clean_data(data: Any) -> Any:
    """What a browser sent (a QueryDict, another mapping, or None for a form that was not sent) with every text cleaned.

    Passwords are left alone: they may hold anything.
    """
    if data is None:
        return data
    if isinstance(data, MultiValueDict):
        cleaned = data.copy()
        for name, values in data.lists():
            cleaned.setlist(name, [_clean(name, value) for value in values])
        return cleaned
    return {name: _clean(name, value) for name, value in data.items()}


def _clean(name: str, value: Any) -> Any:
    return value if "password" in name or not isinstance(value, str) else clean_text(value, MAX_LENGTH)[0]


class CleanTextMixin(forms.BaseForm):
    """Goes before ``forms.Form`` or ``forms.ModelForm``."""

    def __init__(self, data: Mapping[str, Any] | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(clean_data(data), *args, **kwargs)
