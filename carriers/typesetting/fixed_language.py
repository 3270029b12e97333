"""Country names on printed documents, independent of the merchant's language."""

from functools import cache

from babel import Locale

from carriers.word_forms import split_words
from lib.countries import country_codes, iso_country

# Names that people write and CLDR does not have; small letters, without marks, signs and blanks.
_OTHER_NAMES = {
    "vs": "US", "usa": "US", "amerika": "US", "verenigdestatenvanamerika": "US", "unitedstatesofamerica": "US",
    "america": "US", "engeland": "GB", "england": "GB", "schotland": "GB", "scotland": "GB", "wales": "GB",
    "grootbrittannie": "GB", "greatbritain": "GB", "britain": "GB", "holland": "NL", "thenetherlands": "NL",
    "hongkong": "HK", "tsjechischerepubliek": "CZ", "czechrepublic": "CZ", "zuidkorea": "KR", "korea": "KR",
    "macau": "MO", "macedonie": "MK", "macedonia": "MK", "birma": "MM", "burma": "MM", "turkije": "TR",
    "turkey": "TR", "bosnie": "BA", "bosnia": "BA", "rusland": "RU", "russia": "RU", "swaziland": "SZ",
    "ivoorkust": "CI", "ivorycoast": "CI", "vae": "AE", "uae": "AE", "dubai": "AE", "prc": "CN",
    "volksrepubliekchina": "CN", "vk": "GB",
}  # fmt: skip


@cache
def country_name(code: str, language: str = "en") -> str:
    """The country's name; the code itself when it has none."""
    return str(Locale.parse(language).territories.get(code, code))


def country_code(typed: str) -> str:
    """The ISO code of a country typed as its code or by its Dutch or English name; empty when it is neither."""
    plain = "".join(split_words(typed))
    named = _OTHER_NAMES.get(plain) or _codes().get(plain)
    code = named or iso_country(typed)
    return code if code in country_codes() else ""


@cache
def _codes() -> dict[str, str]:
    names = ((code, name) for language in ("nl", "en") for code, name in Locale.parse(language).territories.items())
    return {"".join(split_words(name)): code for code, name in names if code in country_codes()}
