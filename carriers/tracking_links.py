"""Tracking links and the carrier names sent to the shop's platform."""

from urllib.parse import quote

from carriers.choices import CARRIERS, CONTRACT_CARRIERS

DHL = "https://my.dhlecommerce.nl/receiver/track-and-trace/{barcode}/{postal_code}"
UPS = "https://www.ups.com/track?tracknum={barcode}"
URL_PATTERNS = {
    "postnl": "https://jouw.postnl.nl/track-and-trace/{barcode}-{country}-{postal_code}",
    "dhlforyou": DHL,
    "dhlparcelconnect": DHL,
    "dhleuroplus": DHL,
    "dpd": "https://tracking.dpd.de/status/nl_NL/parcel/{barcode}",
    "gls": "https://gls-group.com/track/{barcode}",
    "upsstandard": UPS,
    "upsexpresssaver": UPS,
    "trunkrs": "https://parcel.trunkrs.nl/{barcode}/{postal_code}",
}


def tracking_url(carrier: str, barcode: str, country: str, postal_code: str) -> str:
    """The carrier's tracking page; empty without a barcode, and for a carrier without such a page.

    Country and postcode are the recipient's own, also when the parcel is at a pick-up point: with others the carrier's
    page does not find the parcel.
    """
    return fill_pattern(URL_PATTERNS.get(carrier, ""), barcode, country, postal_code)


def fill_pattern(pattern: str, barcode: str, country: str, postal_code: str) -> str:
    """Quotes every value; empty without a pattern or a barcode."""
    if not pattern or not barcode:
        return ""
    compact = "".join(postal_code.split()).upper()
    url = pattern.format(
        barcode=quote(barcode, safe=""),
        country=quote(country.upper(), safe=""),
        postal_code=quote(compact, safe=""),
    )
    # Without a postcode, remove the separator before it.
    return url if compact else url.rstrip("-/")


def carrier_display_name(carrier: str) -> str:
    """The key itself for an unknown carrier."""
    return (CARRIERS | CONTRACT_CARRIERS).get(carrier, carrier)
