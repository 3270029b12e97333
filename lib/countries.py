"""Which two letters are a country."""

from functools import cache

from babel import Locale

NOT_COUNTRIES = frozenset({"EU", "UN", "ZZ", "EZ", "XA", "XB", "QO"})
"""Codes of two letters that name something else."""


@cache
def country_codes() -> frozenset[str]:
    """Every ISO 3166-1 code of two letters."""
    known = [str(code) for code in Locale.parse("en").territories]
    return frozenset(code for code in known if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES)  # noqa: PLR2004 - two letters
