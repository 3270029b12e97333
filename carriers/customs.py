"""Customs forms: what they need before a parcel may leave the EU."""

from collections.abc import Iterator

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.parcels import CustomsDeclaration, CustomsLine, Destination
from carriers.problems import Problem

CONTENTS = {
    "commercial_goods": _("Commercial goods"),
    "commercial_samples": _("Samples"),
    "documents": _("Documents"),
    "gifts": _("Gift"),
    "return": _("Return"),
}
INVOICE_NEEDED = frozenset({"commercial_goods", "commercial_samples", "return"})
HS_LENGTHS = (6, 8, 10)
LEAST_VALUE = 100
"""Euro cents the whole declaration must be worth."""


def customs_problems(declaration: CustomsDeclaration, destination: Destination, weight: int) -> tuple[Problem, ...]:
    """What the form still misses; the field of a line is ``customs-<index>-<name>``."""
    problems = []
    if not declaration.lines:
        problems.append(Problem("customs", "customs_empty", _("Add the items in this parcel to the customs data.")))
    if declaration.contents in INVOICE_NEEDED and not declaration.invoice:
        problems.append(Problem("customs-invoice", "customs_invoice", _("Enter an invoice number for customs.")))
    for index, line in enumerate(declaration.lines):
        problems += _line_problems(index, line, destination)
    if declaration.lines and declaration.value < LEAST_VALUE:
        problems.append(Problem("customs", "customs_value", _("The items must be worth at least € 1 together.")))
    if declaration.weight > weight:
        text = _("The items weigh more than the parcel. Correct the weight of the parcel or of the items.")
        problems.append(Problem("customs", "customs_weight", text))
    return tuple(problems)


def _line_problems(index: int, line: CustomsLine, destination: Destination) -> Iterator[Problem]:
    def problem(name: str, text: object) -> Problem:
        return Problem(
            f"customs-{index}-{name}",
            f"customs_{name}",
            format_lazy(_("Item {n}: {text}"), n=index + 1, text=text),
        )

    if not line.description:
        yield problem("description", _("enter a description in English."))
    if line.weight < 1:
        yield problem("weight", _("enter the weight of one piece in grams."))
    if not line.hs_code.isdigit() or len(line.hs_code) not in HS_LENGTHS:
        yield problem("hs_code", _("enter an HS code of 6, 8 or 10 digits."))
    elif destination.country == "US" and len(line.hs_code) != HS_LENGTHS[-1]:
        yield problem("hs_code", _("the United States require an HS code of 10 digits."))
    if len(line.origin) != len("NL"):
        yield problem("origin", _("choose the country of origin."))
