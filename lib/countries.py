"""ISO 3166-1 country codes, and the other codes that people and shops use for them."""

from functools import cache, lru_cache

from babel import Locale
from babel.core import get_global

# Two-letter territory codes of CLDR that are no countries.
NOT_COUNTRIES = frozenset({"EU", "UN", "ZZ", "EZ", "XA", "XB", "QO"})
# The European Commission writes EL for Greece and UK for the United Kingdom; CLDR knows only the latter.
_OTHER_CODES = {"EL": "GR", "XKX": "XK", "RKS": "XK", "ROM": "RO", "ENG": "GB", "SCT": "GB", "WLS": "GB"}


@cache
def country_codes() -> frozenset[str]:
    """Every ISO 3166-1 alpha-2 code."""
    territories = [str(code) for code in Locale.parse("en").territories]
    return frozenset(code for code in territories if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES)


@lru_cache(maxsize=4096)
def iso_country(code: str) -> str:
    """The ISO 3166-1 alpha-2 code for a code of two or three letters or figures, whatever its case.

    Also for codes that were withdrawn and have one successor, by the aliases of CLDR. What stands for no country, or
    for several, comes back in upper case as it was.
    """
    written = code.strip().upper()
    return written if written in country_codes() else _aliases().get(written, written)


@cache
def _aliases() -> dict[str, str]:
    known = {str(alias): [str(one) for one in codes] for alias, codes in get_global("territory_aliases").items()}
    single = {alias: codes[0] for alias, codes in known.items() if len(codes) == 1 and codes[0] in country_codes()}
    return single | _OTHER_CODES
