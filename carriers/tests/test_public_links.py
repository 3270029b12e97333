"""Tracking links for a page that anybody can open say nothing of where the buyer lives."""

import pytest

from carriers.choices import CARRIERS
from carriers.tracking_links import tracking_url, without_postal_code


@pytest.mark.parametrize(("url", "short"), [
    ("https://c.example/3SX-NL-3524KB", "https://c.example/3SX-NL"),
    ("https://c.example/3SX/3524kb", "https://c.example/3SX"),
    ("https://c.example/3SX/3524KB/nl", "https://c.example/3SX/nl"),
    ("https://c.example/3SX?pc=3524+KB&lang=nl", "https://c.example/3SX?lang=nl"),
    ("https://c.example/3SX?lang=nl&pc=3524%20KB", "https://c.example/3SX?lang=nl"),
    ("https://c.example/?b=3SX&p=3524-KB#top", "https://c.example/?b=3SX#top"),
    ("https://c.example/3SX", "https://c.example/3SX"),
    ("https://c.example/x3524KBx", ""),
    ("", ""),
])  # fmt: skip
def test_the_postcode_goes(url: str, short: str):
    assert without_postal_code(url, "3524 KB") == short


@pytest.mark.parametrize("carrier", CARRIERS)
def test_of_every_carrier(carrier: str):
    link = tracking_url(carrier, "3SX", "NL", "3524 KB")
    assert without_postal_code(link, "3524 KB") == tracking_url(carrier, "3SX", "NL", "")


def test_without_a_postcode_a_link_stays_as_it_is():
    assert without_postal_code("https://c.example/3SX", " ") == "https://c.example/3SX"
