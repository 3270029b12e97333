"""The value in which every validation rule reports a problem."""

from dataclasses import dataclass

from django.utils.functional import Promise

Text = Promise | str


@dataclass(frozen=True, slots=True)
class Problem:
    """``text`` says what is wrong and what to do; ``field`` is the form field to correct."""

    field: str
    code: str
    text: Text
