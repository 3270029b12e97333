"""Where a recipient follows a parcel, and what a carrier is called."""

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
PORTAL = "https://{host}/track-trace/{barcode}/{postal_code}/{country}"
PORTAL_HOST = "myparcel.me"


def tracking_url(carrier: str, barcode: str, country: str, postal_code: str) -> str:
    """The carrier's page for this parcel, empty without a barcode.

    Country and postcode are the recipient's own, also when the parcel waits at a pick-up point: with others the
    carrier's page says it does not know the parcel. A carrier we have no page for is followed on MyParcel's.
    """
    pattern = URL_PATTERNS.get(carrier)
    if pattern is None:
        return portal_url(barcode, country, postal_code)
    return _filled(pattern, barcode, country, postal_code)


def portal_url(barcode: str, country: str, postal_code: str, subdomain: str = "") -> str:
    """MyParcel's page for this parcel, in the shop's own colours when it has a ``subdomain`` there."""
    host = f"{quote(subdomain)}.{PORTAL_HOST}" if subdomain else PORTAL_HOST
    return _filled(PORTAL, barcode, country, postal_code, host=host)


def _filled(pattern: str, barcode: str, country: str, postal_code: str, host: str = "") -> str:
    if not barcode:
        return ""
    compact = "".join(postal_code.split()).upper()
    url = pattern.format(
        host=host,
        barcode=quote(barcode, safe=""),
        country=quote(country.upper(), safe=""),
        postal_code=quote(compact, safe=""),
    )
    # Where a country has no postcodes the address ends after what is known.
    return url if compact else url.rstrip("-/")


def carrier_display_name(carrier: str) -> str:
    """The carrier's name as people know it."""
    return (CARRIERS | CONTRACT_CARRIERS).get(carrier, carrier)
