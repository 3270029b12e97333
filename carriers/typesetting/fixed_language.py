"""Country names on printed documents, independent of the merchant's language."""

from functools import cache

from babel import Locale


@cache
def country_name(code: str, language: str = "en") -> str:
    """The country's name; the code itself when it has none."""
    return str(Locale.parse(language).territories.get(code, code))


def country_code(typed: str) -> str:
    """The ISO code of a country typed as its code or by its Dutch or English name; empty when it is neither."""
    typed = typed.strip()
    if len(typed) == len("NL") and typed.isascii() and typed.isalpha():
        return typed.upper()
    return _codes().get(typed.casefold(), "")


@cache
def _codes() -> dict[str, str]:
    names = ((code, name) for language in ("nl", "en") for code, name in Locale.parse(language).territories.items())
    return {name.casefold(): code for code, name in names if len(code) == len("NL")}
