"""Tracking links and the carrier names sent to the shop's platform."""

import re
from urllib.parse import quote, unquote_plus

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


def without_postal_code(url: str, postal_code: str) -> str:
    """The link for a page that anybody with its address can open: the carrier's page asks for the postcode itself.

    Empty when the postcode stands in it in a way that cannot be taken out.
    """
    compact = "".join(postal_code.split())
    if not compact:
        return url
    # However it is written there: with a blank or without, quoted, as a part of a path or as a parameter.
    written = r"(?:%20|\+|\s|-)?".join(map(re.escape, compact))
    short = re.sub(rf"(?:[?&][\w.-]+=|[-/]){written}(?=$|[/?&#-])", "", url, flags=re.IGNORECASE)
    if "?" not in short:
        short = short.replace("&", "?", 1)
    shown = "".join(unquote_plus(short).split()).replace("-", "").casefold()
    return "" if compact.casefold() in shown else short


def carrier_display_name(carrier: str) -> str:
    """The key itself for an unknown carrier."""
    return (CARRIERS | CONTRACT_CARRIERS).get(carrier, carrier)
