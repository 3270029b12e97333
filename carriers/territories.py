"""In which zone a parcel lands: its own country, the rest of the EU, or the rest of the world.

Parts of EU countries that lie outside the customs or VAT area need a customs form although their country code
says EU; the table is what is generally true in customs law and is meant to be edited.
"""

from carriers.parcels import Destination

EU = frozenset(
    [
        "AT",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
ALONE = frozenset({"NL", "BE"})
OUTSIDE_BY_POSTCODE: dict[str, tuple[str, ...]] = {
    "ES": ("35", "38", "51", "52"),
    "FI": ("22",),
    "IT": ("23041", "23030", "22061", "22060"),
    "DE": ("27498", "78266"),
    "GR": ("63086", "63087"),
    "FR": ("971", "972", "973", "974", "975", "976"),
}
ZONES = ("NL", "BE", "EU", "ROW")


def zone(destination: Destination) -> str:
    """ "NL", "BE", "EU" or "ROW"; an unknown country is the rest of the world."""
    country = destination.country.upper()
    if country in ALONE:
        return country
    if country not in EU:
        return "ROW"
    digits = "".join(destination.postal_code.split())
    return "ROW" if digits.startswith(OUTSIDE_BY_POSTCODE.get(country, ("-",))) else "EU"
