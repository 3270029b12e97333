"""Words that stand on paper in a fixed language, whatever language the merchant uses."""

from functools import cache

from babel import Locale


@cache
def country_name(code: str, language: str = "en") -> str:
    """The country's name; the code itself when it has none."""
    return str(Locale.parse(language).territories.get(code, code))
