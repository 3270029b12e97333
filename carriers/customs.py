"""Customs declarations: validation, and which documents a parcel to outside the EU needs."""

from collections.abc import Iterator

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.capability_rules import load_data
from carriers.choices import CARRIERS, CONTRACT_CARRIERS
from carriers.parcels import CustomsDeclaration, CustomsLine, Destination, ParcelChoice
from carriers.problems import Problem, Text

CONTENTS = {
    "commercial_goods": _("Commercial goods"),
    "commercial_samples": _("Samples"),
    "documents": _("Documents"),
    "gifts": _("Gift"),
    "return": _("Return"),
}
CONTENTS_WITH_INVOICE = frozenset({"commercial_goods", "commercial_samples", "return"})
MAX_DESCRIPTION_LENGTH, MAX_INVOICE_LENGTH = 50, 150
# Minimum value of the whole declaration.
MIN_VALUE_CENTS = 100
CURRENCY = "EUR"
CN22, CN23, INVOICE = "cn22", "cn23", "invoice"
# The short form is enough up to this weight and below this value (300 special drawing rights).
CN22_MAX_GRAMS, CN22_MAX_CENTS = 2_000, 42_500


def required_documents(declaration: CustomsDeclaration, choice: ParcelChoice, weight: int) -> tuple[str, ...]:
    """The documents of a parcel to outside the EU: "cn22", or "cn23" with "invoice" for trade.

    The short CN22 is for light letter mail of low value (small and letterbox parcels); a parcel needs a CN23. Carriers
    other than PostNL use no CN forms: their declaration is the commercial invoice.
    """
    trade = (INVOICE,) if declaration.contents in CONTENTS_WITH_INVOICE else ()
    if choice.carrier != "postnl":
        return (INVOICE,)
    light = weight <= CN22_MAX_GRAMS and declaration.value_cents < CN22_MAX_CENTS
    if light and choice.package_type != "package":
        return (CN22,)
    return (CN23, *trade)


def customs_problems(
    declaration: CustomsDeclaration, destination: Destination, weight: int, carrier: str = "postnl"
) -> tuple[Problem, ...]:
    """``weight`` is the parcel's, in grams. The field of a line is ``customs-<index>-<name>``."""
    problems = [*_form_problems(declaration)]
    for index, line in enumerate(declaration.lines):
        problems += _line_problems(index, line, destination, carrier)
    if declaration.lines and declaration.value_cents < MIN_VALUE_CENTS:
        problems.append(Problem("customs", "customs_value", _("Together, the items must be worth at least €1.")))
    if declaration.weight > weight:
        text = _("The items weigh more than the parcel. Correct the weight of the parcel or of the items.")
        problems.append(Problem("customs", "customs_weight", text))
    return tuple(problems)


def _form_problems(declaration: CustomsDeclaration) -> Iterator[Problem]:
    if not declaration.lines:
        yield Problem("customs", "customs_empty", _("Add the items in this parcel to the customs data."))
    most = load_data()["customs"]["items"]["max"]
    if len(declaration.lines) > most:
        text = format_lazy(
            _(
                "A customs form has room for at most {most} items and this one has {count}. Give similar items the "
                "same HS code and origin, or split the order into several parcels."
            ),
            most=most,
            count=len(declaration.lines),
        )
        yield Problem("customs", "customs_full", text)
    if declaration.contents in CONTENTS_WITH_INVOICE and not declaration.invoice:
        yield Problem("customs-invoice", "customs_invoice", _("Enter an invoice number for customs."))
    if len(declaration.invoice) > MAX_INVOICE_LENGTH:
        text = format_lazy(
            _("The invoice number can have at most {limit} characters. Shorten it."), limit=MAX_INVOICE_LENGTH
        )
        yield Problem("customs-invoice", "customs_invoice_long", text)
    if declaration.currency != CURRENCY:
        message = _("Customs values must be in euros, but this order is in {currency}. Enter the values in euros.")
        yield Problem("customs", "customs_currency", format_lazy(message, currency=declaration.currency))


def _line_problems(index: int, line: CustomsLine, destination: Destination, carrier: str) -> Iterator[Problem]:
    for name, text in line_faults(line, destination, carrier):
        message = format_lazy(_("Item {n}: {text}"), n=index + 1, text=text)
        yield Problem(f"customs-{index}-{name}", f"customs_{name}", message)


def line_faults(line: CustomsLine, destination: Destination, carrier: str) -> Iterator[tuple[str, Text]]:
    """What is wrong with one line: the name of its part, and what to do. ``customs_problems`` has these too."""
    items = load_data()["customs"]["items"]
    if not line.description:
        yield "description", _("enter a description in English.")
    elif len(line.description) > MAX_DESCRIPTION_LENGTH:
        yield (
            "description",
            format_lazy(_("shorten the description to {limit} characters."), limit=MAX_DESCRIPTION_LENGTH),
        )
    least, most = items["amount"]
    if not least <= line.quantity <= most:
        yield "quantity", format_lazy(_("enter a quantity from {least} to {most}."), least=least, most=most)
    max_grams = items["weight_grams"][1]
    if line.weight < 1:
        yield "weight", _("enter the weight of one unit in grams.")
    elif line.weight * line.quantity > max_grams:
        message = _("together, the units weigh more than {limit} kg. Spread them across several items.")
        yield "weight", format_lazy(message, limit=max_grams // 1000)
    if line.value_cents < 1:
        yield "value", _("enter the value of one unit; every item on the form must have a value.")
    yield from _code_faults(line.hs_code, destination, carrier)
    if len(line.origin) != len("NL"):
        yield "origin", _("choose the country of origin.")


def hs_code_digits(destination: Destination, carrier: str) -> tuple[int, ...]:
    lengths = load_data()["customs"]["items"]["classification_digits"]
    by_carrier = lengths.get("dhl" if carrier.startswith("dhl") else carrier, lengths["default"])
    allowed = lengths.get(destination.country.upper(), by_carrier)
    return tuple(allowed)


def _code_faults(code: str, destination: Destination, carrier: str) -> Iterator[tuple[str, Text]]:
    lengths = hs_code_digits(destination, carrier)
    if code.isascii() and code.isdigit() and len(code) in lengths:
        return
    if destination.country.upper() == "US":
        yield "hs_code", _("the United States requires a 10-digit HS code.")
    elif carrier == "postnl":
        yield "hs_code", _("enter an HS code of 6, 8 or 10 digits.")
    else:
        message = _("{carrier} requires an HS code of {lengths} digits.")
        name = (CARRIERS | CONTRACT_CARRIERS).get(carrier, carrier)
        yield "hs_code", format_lazy(message, carrier=name, lengths=" / ".join(map(str, lengths)))
