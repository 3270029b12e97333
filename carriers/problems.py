"""Why something cannot be: one value for every rule that says no."""

from dataclasses import dataclass

from django.utils.functional import Promise

Text = Promise | str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something cannot be, in a sentence that says what to do; ``field`` is where it is mended."""

    field: str
    code: str
    text: Text
