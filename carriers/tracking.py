"""Where a recipient follows a parcel, and what a shop calls the carrier."""

from urllib.parse import quote

from carriers.vocabulary import CARRIERS

POSTNL = "https://jouw.postnl.nl/track-and-trace/{barcode}-{country}-{postal_code}"
DHL = "https://my.dhlecommerce.nl/receiver/track-and-trace/{barcode}/{postal_code}"


def tracking_url(carrier: str, barcode: str, country: str, postal_code: str) -> str:
    """The carrier's page for this parcel; country and postcode are the recipient's own."""
    pattern = DHL if carrier.startswith("dhl") else POSTNL
    compact = "".join(postal_code.split())
    return pattern.format(barcode=quote(barcode), country=quote(country), postal_code=quote(compact))


def carrier_label(carrier: str) -> str:
    """The name a shop is told. Never one of Wix's own known names, because Wix would replace our link."""
    return CARRIERS.get(carrier, carrier)
