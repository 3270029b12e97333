"""Tracking links of every carrier, with the recipient's own postcode and country."""

import pytest

from carriers.choices import CARRIERS, CONTRACT_CARRIERS
from carriers.tracking_links import URL_PATTERNS, carrier_display_name, tracking_url


@pytest.mark.parametrize(
    ("carrier", "expected"),
    [
        ("postnl", "https://jouw.postnl.nl/track-and-trace/3SMYPA749883621-NL-9712HN"),
        ("dhlforyou", "https://my.dhlecommerce.nl/receiver/track-and-trace/3SMYPA749883621/9712HN"),
        ("dhlparcelconnect", "https://my.dhlecommerce.nl/receiver/track-and-trace/3SMYPA749883621/9712HN"),
        ("dhleuroplus", "https://my.dhlecommerce.nl/receiver/track-and-trace/3SMYPA749883621/9712HN"),
        ("dpd", "https://tracking.dpd.de/status/nl_NL/parcel/3SMYPA749883621"),
        ("gls", "https://gls-group.com/track/3SMYPA749883621"),
        ("upsstandard", "https://www.ups.com/track?tracknum=3SMYPA749883621"),
        ("upsexpresssaver", "https://www.ups.com/track?tracknum=3SMYPA749883621"),
        ("trunkrs", "https://parcel.trunkrs.nl/3SMYPA749883621/9712HN"),
        ("somebody_new", ""),
    ],
)
def test_each_carrier_has_its_page(carrier, expected):
    assert tracking_url(carrier, "3SMYPA749883621", "nl", "9712 hn") == expected


def test_every_carrier_of_the_product_has_a_page():
    assert set(URL_PATTERNS) == {*CARRIERS, *CONTRACT_CARRIERS}


@pytest.mark.parametrize("carrier", [*URL_PATTERNS, "somebody_new"])
def test_a_concept_has_no_link_and_a_country_without_postcodes_has_a_whole_one(carrier):
    assert tracking_url(carrier, "", "NL", "9712 HN") == ""
    assert not tracking_url(carrier, "CV515676839NL", "IE", "").endswith(("-", "/"))


def test_nothing_a_buyer_typed_can_change_where_the_link_leads():
    url = tracking_url("postnl", "3SMYPA749883621", "NL", "../?x=1#/<script>")
    assert url.startswith("https://jouw.postnl.nl/track-and-trace/3SMYPA749883621-NL-")
    assert not set("?#<>") & set(url)
    assert url.count("/") == 4


@pytest.mark.parametrize("carrier", [*CARRIERS, *CONTRACT_CARRIERS])
def test_every_carrier_has_a_name_that_people_know(carrier):
    assert carrier_display_name(carrier) != carrier
