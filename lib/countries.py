"""ISO 3166-1 country codes."""

from functools import cache

from babel import Locale

# Two-letter territory codes of CLDR that are no countries.
NOT_COUNTRIES = frozenset({"EU", "UN", "ZZ", "EZ", "XA", "XB", "QO"})


@cache
def country_codes() -> frozenset[str]:
    """Every ISO 3166-1 alpha-2 code."""
    territories = [str(code) for code in Locale.parse("en").territories]
    return frozenset(code for code in territories if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES)
