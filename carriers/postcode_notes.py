"""What the merchant is told about a postcode that was repaired, or that may be of another country."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.addresses import AddressCorrection
from carriers.lookalikes import fitting_countries, note_about
from carriers.postcodes import read_postal_code
from carriers.problems import Text

FIELD = "postal_code"
LETTERS = _(
    "A sign of the postcode was corrected: a letter stood where only a figure can stand, or one that looks alike."
)
ZERO = _("The postcode lacked zeros at the beginning, which spreadsheets drop; they were put back.")


def postcode_corrections(country: str, typed: str) -> tuple[AddressCorrection, ...]:
    """What was changed beyond blanks, dashes and signs that nobody sees, with before and after; at most one."""
    found = read_postal_code(country, typed)
    if not found.repair:
        return ()
    text: Text = LETTERS if found.repair == "letters" else ZERO
    if hint := fitting_countries(country, typed):
        text = format_lazy("{} {}", text, hint)
    return (AddressCorrection(FIELD, f"postal_code_{found.repair}", text, typed, found.text),)


def postcode_hint(country: str, typed: str) -> Text:
    """Names the country that a valid postcode may be of instead of ``country``; else empty."""
    found = read_postal_code(country, typed)
    return note_about(country, typed) if found.is_valid and not found.repair else ""
