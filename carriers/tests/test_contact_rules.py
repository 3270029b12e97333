"""Contact data: what stops a label, what is only said, and what reaches the carrier."""

from dataclasses import replace

import pytest

from carriers.capabilities import Capabilities
from carriers.capability_rules import AccountCapabilities
from carriers.choices import CARRIERS, CONTRACT_CARRIERS
from carriers.contact_rules import contact_remarks, shared_contact, with_kept_contact, with_usable_contact
from carriers.gateways.base import ReturnRequest
from carriers.gateways.myparcel.mapping import return_body, sender_body, shipment_body
from carriers.parcels import Address, Consignment, ContactSharing, Destination, ParcelChoice, PickupPoint
from carriers.pickup_points import pickup_problems

EVERYONE = Capabilities(AccountCapabilities(frozenset({*CARRIERS, *CONTRACT_CARRIERS})))
HOME = Address(person="Kim", street="Lindelaan", number="12", postal_code="3524 KB", city="Utrecht", country="NL")
NORWAY = replace(HOME, street="Eksempelgata 14", number="", postal_code="7011", city="Trondheim", country="NO")
GERMANY = replace(HOME, street="Am Markt", postal_code="20457", city="Hamburg", country="DE")
CONTACT = {"email": "kim@example.com", "phone": "06 5555 0123"}
SENDER = replace(HOME, company="Atelier")


def problems(choice: ParcelChoice, recipient: Address) -> dict[str, str]:
    place = Destination(recipient.country, recipient.postal_code)
    found = EVERYONE.validate_parcel(choice, place, None, recipient)
    return {problem.field: problem.code for problem in found if problem.field in {"email", "phone"}}


def sent(recipient: Address, choice: ParcelChoice | None = None, **fields) -> dict[str, str]:
    return shared_contact(Consignment("a", recipient, SENDER, choice or ParcelChoice(), 500, **fields))


@pytest.mark.parametrize(
    "email", ["kim@example..com", "kim@@example.com", "kim.example.com", "kim@example", "kim@example,com", "geen"]
)
def test_a_wrong_email_address_stops_only_a_parcel_that_needs_one(email):
    assert problems(ParcelChoice(), replace(NORWAY, email=email)) == {"email": "email_wrong"}
    assert problems(ParcelChoice("dpd"), replace(HOME, email=email)) == {"email": "email_wrong"}
    for free in (HOME, GERMANY):
        assert problems(ParcelChoice(), replace(free, email=email)) == {}
        assert [remark.field for remark in contact_remarks(replace(free, email=email))] == ["email"]


@pytest.mark.parametrize("phone", ["ring ikke", "0000000000", "3,16556E+10", "06-555501", "kim@example.com", "n/a"])
def test_a_wrong_phone_number_stops_only_a_parcel_that_needs_one(phone):
    reachable = replace(HOME, **CONTACT | {"phone": phone})
    needs = ParcelChoice("upsstandard", insurance=10_000)
    assert problems(needs, reachable) == {"phone": "phone_wrong"}
    assert problems(ParcelChoice(), reachable) == {}
    assert [remark.code for remark in contact_remarks(reachable)] == ["phone_wrong"]


@pytest.mark.parametrize("empty", ["", "-", "...", "?"])
def test_a_sign_is_as_little_as_nothing(empty):
    nobody = replace(NORWAY, email=empty, phone=empty)
    assert problems(ParcelChoice(), nobody) == {"email": "email_missing"}
    assert list(contact_remarks(nobody)) == []
    assert with_kept_contact(nobody) == replace(NORWAY, email="", phone="")


def test_what_is_wrong_is_kept_as_it_was_typed_and_never_sent():
    odd = replace(GERMANY, email="kim@example..com", phone="bitte klingeln")
    assert with_kept_contact(odd) == odd
    assert with_usable_contact(odd) == replace(odd, email="", phone="")
    assert sent(odd) == {}


@pytest.mark.parametrize(
    ("sharing", "home", "abroad"),
    [
        (ContactSharing.NEEDED, set(), set()),
        (ContactSharing.ABROAD, set(), {"email", "phone"}),
        (ContactSharing.EVERYWHERE, {"email", "phone"}, {"email", "phone"}),
    ],
)
def test_the_shop_decides_where_the_carrier_gets_contact_data_it_does_not_need(sharing, home, abroad):
    belgium = replace(HOME, postal_code="1000", city="Brussel", country="BE")
    for place in (HOME, belgium):
        assert set(sent(replace(place, email="kim@example.com", phone="+31655550123"), sharing=sharing)) == home
    assert set(sent(replace(GERMANY, **CONTACT | {"phone": "+31655550123"}), sharing=sharing)) == abroad


def test_what_is_needed_goes_whatever_the_shop_decides():
    least = {"sharing": ContactSharing.NEEDED}
    norway = replace(NORWAY, email="kim@example.com", phone="+4755550123")
    assert sent(norway, **least) == {"email": "kim@example.com"}
    reachable = replace(HOME, **CONTACT)
    both = {"email": "kim@example.com", "phone": "+31655550123"}
    for carrier in ("dpd", "trunkrs", "upsstandard", "upsexpresssaver"):
        assert sent(reachable, ParcelChoice(carrier), **least) == both
    code = ParcelChoice(insurance=10_000, extras=frozenset({"receipt_code"}))
    assert sent(reachable, code, **least) == {"email": "kim@example.com"}
    assert sent(reachable, ParcelChoice(delivery_type="pickup"), pickup=PickupPoint("postnl", "1"), **least) == both


def test_the_carrier_gets_numbers_with_a_country_and_domains_it_can_mail():
    there = replace(GERMANY, email="kim@müller.example", phone="0171/5550123")
    body = shipment_body(Consignment("a", there, SENDER, ParcelChoice(), 500))
    assert body["recipient"]["phone"] == "+491715550123"
    assert body["recipient"]["email"] == "kim@xn--mller-kva.example"
    assert sender_body(replace(SENDER, phone="030 5550123", email="geen")) == sender_body(
        replace(SENDER, phone="+31305550123")
    )


def test_a_return_is_mailed_to_an_address_that_mail_reaches():
    shop = replace(SENDER, email="shop@example.com")
    order = ReturnRequest("r", "1", replace(HOME, email="geen"), shop, ParcelChoice(), 500)
    assert return_body(order)["email"] == "shop@example.com"


def test_a_pick_up_point_needs_one_way_to_reach_the_buyer_that_works():
    point, choice = PickupPoint("postnl", "1", country="NL"), ParcelChoice(delivery_type="pickup")
    assert [one.code for one in pickup_problems(choice, point, replace(HOME, email="kim@", phone="geen"))] == [
        "contact_missing"
    ]
    assert not list(pickup_problems(choice, point, replace(HOME, email="kim@", phone="06 5555 0123")))
    assert not list(pickup_problems(choice, point, replace(HOME, email="kim@example.com", phone="geen")))
