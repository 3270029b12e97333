"""The coverage of destinations on the settings page."""

from django.utils.translation import override

from carriers.parcels import ParcelChoice
from shops.destination_coverage import coverage_by_zone


def told(choice: ParcelChoice) -> list[tuple[str, str]]:
    with override("en"):
        return [(line.state, str(line.text)) for line in coverage_by_zone(choice)]


def test_a_plain_parcel_goes_everywhere_and_customs_is_said():
    assert [state for state, _text in told(ParcelChoice())] == ["yes", "yes", "yes", "part"]


def test_everything_that_will_be_different_there_is_said():
    state, text = told(ParcelChoice(package_type="mailbox", insurance=0, age_check=False))[2]
    assert state == "part"
    assert "changed to PostNL · Parcel" in text
    state, text = told(ParcelChoice(signature=True, only_recipient=True, age_check=True))[2]
    assert state == "part"
    for option in ("Signature on delivery", "Recipient only", "Age check 18+"):
        assert f"{option} was switched off." in text


def test_another_carrier_than_postnl_lets_no_order_in_from_outside_the_eu():
    assert [state for state, _text in told(ParcelChoice("dhlforyou"))] == ["yes", "yes", "part", "no"]
