"""The list of addresses: every draft with an incomplete address is worked down on one page, down to the labels."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.tests.factories import make_user
from carriers.gateways.local import LocalGateway
from carriers.parcels import Address, RegistrationRejected
from integrations.orders import OrderAddress
from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import make_order
from jobs import runner
from jobs.models import Job
from shipments.models import Shipment
from shipments.queries.address_suggestions import suggest_address
from shipments.services.labels import register, registration_call
from shipments.services.labels.barcode_numbers import allocate_numbers
from shipments.tests.factories import fill_sender, make_shipment
from shipments.tests.test_pickup_points import to_point
from shops.models import Shop
from shops.tests.factories import make_member

pytestmark = pytest.mark.django_db
ADDRESS = "/zendingen/adressen/"
MAX_QUERIES = 12
NAMES = ("person", "company", "street", "number", "suffix", "house_number", "box", "extra", "postal_code", "city")
ALL_NAMES = (*NAMES, "region", "country", "email", "phone", "version")


@pytest.fixture
def merchant(client_for, owner, shop: Shop) -> Client:
    return client_for(owner)


def incomplete(shop: Shop, reference: str, *missing: str, **fields: object) -> Shipment:
    """A draft without these fields, and the problems that its import found."""
    problems = [{"field": name, "code": f"{name}_missing", "text": {"nl": f"{name} ontbreekt"}} for name in missing]
    given = dict.fromkeys(missing, "") | {"blocked_by": "address", "problems": problems}
    return make_shipment(shop, reference=reference, **(given | fields))


def sent(shop: Shop, reference: str = "900", **fields: object) -> Shipment:
    given = {"status": "delivered", "barcode": f"3S{reference}", "registered_at": timezone.now()}
    return make_shipment(shop, reference=reference, **(given | fields))


def typed(*drafts: Shipment, **changes: str) -> dict[str, object]:
    """What a browser sends of these drafts; changes apply to each."""
    form: dict[str, object] = {"shipment": [str(draft.public_id) for draft in drafts]}
    for draft in drafts:
        values = {name: getattr(draft, name) for name in ALL_NAMES} | changes
        form |= {f"z{draft.public_id.hex}-{name}": value for name, value in values.items()}
    return form


def read(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def press(merchant: Client, form: dict[str, object], **pressed: object) -> str:
    """One press of Enter, as the script of the page sends it: the answer is the form of that draft."""
    return read(merchant.post(ADDRESS, form | pressed, headers={"HX-Request": "true"}))


def shown_fields(page: str) -> list[str]:
    """The fields that are not folded."""
    open_part = re.sub(r"<details.*?</details>", "", page, flags=re.DOTALL)
    return re.findall(r'<input[^>]*type="text"[^>]*name="z[0-9a-f]+-(\w+)"', open_part) or re.findall(
        r'name="z[0-9a-f]{32}-(\w+)"[^>]*class="input', open_part
    )


def test_every_draft_with_an_incomplete_address_is_listed_with_just_what_is_wrong(merchant, shop, rival):
    incomplete(shop, "1001", "number")
    make_shipment(shop, reference="1002")
    make_shipment(shop, reference="1003", blocked_by="customs")
    incomplete(rival, "1004", "number")
    page = read(merchant.get(ADDRESS))
    assert re.findall(r">#(\d+)<", page) == ["1001"]
    assert shown_fields(page) == ["number"], "the rest is folded"
    assert "number ontbreekt" in page


def test_the_shops_own_line_stands_beside_ours(merchant, shop):
    address = OrderAddress(
        first_name="Mees", last_name="Bakker", line1="Dorpsstr. t/o kerk", postal_code="9711 JX", city="Groningen"
    )
    order = mirror_order(make_connection(shop), make_order(1, address=address))
    incomplete(shop, "1001", "number", street="Dorpsstraat", order=order)
    page = read(merchant.get(ADDRESS))
    assert "Mees Bakker, Dorpsstr. t/o kerk, 9711 JX Groningen" in page
    assert "Hanna Vermeulen, Dorpsstraat, 3524 KB Utrecht" in page


def test_enter_saves_one_draft_at_once_and_tells_what_is_left(merchant, shop):
    one, _other = incomplete(shop, "1001", "number"), incomplete(shop, "1002", "number")
    answer = press(merchant, typed(one, number="12 a"), save=str(one.public_id))
    one.refresh_from_db()
    assert (one.number, one.suffix, one.blocked_by) == ("12", "a", "")
    assert "<html" not in answer, "the page stays"
    assert "1 adres is onvolledig." in answer
    assert "Bewaar en maak 1 label" in answer
    assert re.search(r'id="nav-addresses".*?nav__count"> 1 ', answer), "the menu counts along"


def test_what_is_still_wrong_stays_open_with_what_was_typed(merchant, shop):
    one = incomplete(shop, "1001", "number", "city")
    answer = press(merchant, typed(one, number="7"), save=str(one.public_id))
    assert shown_fields(answer) == ["city"], "the number is right now"
    assert "Bewaar en maak" not in answer
    answer = press(merchant, typed(one, number="9" * 41), save=str(one.public_id))
    assert "9" * 41 in answer
    one.refresh_from_db()
    assert one.number == "7"


def test_those_that_are_right_get_their_labels_with_the_same_press(merchant, shop):
    fill_sender(shop)
    earlier, now, open_one = (incomplete(shop, str(number), "number") for number in (1001, 1002, 1003))
    press(merchant, typed(earlier, number="1"), save=str(earlier.public_id))
    form = typed(open_one) | typed(now, number="2")
    form |= {"shipment": [str(now.public_id), str(open_one.public_id)], "ready": [str(earlier.public_id)]}
    merchant.post(ADDRESS, form | {"save": "labels", "key": "k"})
    merchant.post(ADDRESS, form | {"save": "labels", "key": "k"})
    items = Job.objects.get(kind="labels").items.all()
    assert sorted(item.shipment.reference for item in items) == ["1001", "1002"], "and one job, however often pressed"
    open_one.refresh_from_db()
    assert open_one.version == 1, "in which nothing was typed"


def test_what_the_shop_still_needs_is_asked_for_with_the_same_drafts(merchant, shop):
    one = incomplete(shop, "1001", "number")
    answer = merchant.post(ADDRESS, typed(one, number="2") | {"save": "labels"})
    assert answer.url == f"/zendingen/labels/?shipment={one.public_id}"
    assert not Job.objects.exists()


def test_no_label_is_made_while_something_typed_could_not_be_saved(merchant, shop):
    fill_sender(shop)
    ready, long = make_shipment(shop), incomplete(shop, "1001", "number")
    form = typed(long, number="9" * 41) | {"ready": [str(ready.public_id)], "save": "labels"}
    answer = merchant.post(ADDRESS, form)
    assert answer.status_code == 422
    assert "9" * 41 in read(answer)
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("missing", "earlier", "offered"),
    [
        (("street", "city"), {"number": "12"}, "Lindelaan 12, 3524 KB Utrecht"),
        (("street",), {"number": "99"}, "Lindelaan 12, 3524 KB Utrecht"),
        (("number",), {"number": "8", "suffix": "B"}, "Lindelaan 8-B, 3524 KB Utrecht"),
        (("number",), {"person": "Somebody else"}, ""),
        (("number",), {"street": "Another street"}, ""),
        (("street",), {"country": "BE"}, ""),
    ],
)
def test_an_address_is_suggested_from_what_the_house_the_buyer_or_the_postcode_had(missing, earlier, offered):
    place = {"street": "Lindelaan", "number": "12", "postal_code": "3524 KB", "city": "Utrecht", "country": "NL"}
    known = Address(**({"person": "Hanna Vermeulen"} | place | dict.fromkeys(missing, "")))
    found = suggest_address(known, [Shipment(**({"person": "hanna vermeulen"} | place | earlier))])
    address = found.address if found else None
    assert (f"{address.street_line}, {address.city_line}" if address else "") == offered


def test_a_suggestion_is_of_a_parcel_that_arrived_and_is_taken_with_one_press(merchant, shop):
    draft = incomplete(shop, "1001", "street")
    sent(shop, "901", status="returned")
    make_shipment(shop, reference="902")
    assert "Zoals op" not in read(merchant.get(ADDRESS))
    sent(shop)
    page = read(merchant.get(ADDRESS))
    assert "Neem Lindelaan 12, 3524 KB Utrecht over" in page
    assert "Zoals op #900" in page
    press(merchant, typed(draft), use=str(draft.public_id))
    draft.refresh_from_db()
    assert (draft.street, draft.blocked_by) == ("Lindelaan", "")


def test_nothing_is_suggested_where_earlier_parcels_disagree_or_of_another_shop(merchant, shop, rival):
    sent(rival)
    incomplete(shop, "1001", "street")
    assert "Zoals op" not in read(merchant.get(ADDRESS))
    sent(shop, "901")
    sent(shop, "902", street="Noorderkade", registered_at=timezone.now() - timedelta(days=1))
    assert "Zoals op" not in read(merchant.get(ADDRESS))


def test_a_draft_that_somebody_else_changed_is_not_overwritten(merchant, shop):
    one = incomplete(shop, "1001", "number")
    form = typed(one, number="3")
    Shipment.objects.filter(pk=one.pk).update(version=2, city="Elsewhere")
    answer = press(merchant, form, save=str(one.public_id))
    assert "Iemand anders" in answer
    assert 'value="3"' in answer, "what was typed stays"
    one.refresh_from_db()
    assert (one.number, one.city) == ("", "Elsewhere")


def test_a_draft_of_another_shop_cannot_be_saved_or_labelled_here(merchant, shop, rival):
    fill_sender(shop)
    theirs, ready = incomplete(rival, "1001", "number"), make_shipment(rival)
    merchant.post(ADDRESS, typed(theirs, number="3") | {"ready": [str(ready.public_id)], "save": "labels"})
    theirs.refresh_from_db()
    assert (theirs.version, Job.objects.count()) == (1, 0)


def test_who_may_only_read_sees_the_list_and_no_button(client_for, shop):
    incomplete(shop, "1001", "number")
    reader = make_member(shop, make_user(), "reader")
    page = read(client_for(reader.user).get(ADDRESS))
    assert "#1001" in page
    assert 'class="btn btn--sm" type="submit" name="save"' not in page


def test_the_list_asks_no_more_however_long_it_is(merchant, shop, django_assert_max_num_queries):
    for number in range(12):
        incomplete(shop, str(1000 + number), "street", postal_code=f"35{number:02} KB")
    with django_assert_max_num_queries(MAX_QUERIES):
        assert merchant.get(ADDRESS).status_code == 200


class Refusing(LocalGateway):
    """Takes no street but one."""

    def register(self, consignments):
        good = [one for one in consignments if one.recipient.street == "Noorderkade"]
        refused = [one for one in consignments if one not in good]
        return super().register(good) + [
            RegistrationRejected(one.reference, "No such street.", "street") for one in refused
        ]


def test_an_address_that_the_gateway_refused_is_listed_until_it_is_saved_again(merchant, shop, owner, monkeypatch):
    fill_sender(shop)
    gateway = Refusing(lambda series, count: allocate_numbers(shop.pk, series, count))
    monkeypatch.setattr(registration_call, "open_gateway", lambda shop, name: gateway)
    make_shipment(shop, reference="1001")
    collected = to_point(shop, reference="1002", email="hanna@mail.example")
    register.start_labels(shop, owner, shipments=shop.shipments.all(), layout="a6", start=1, key="k")
    runner.run_due()
    collected.refresh_from_db()
    assert "No such street." in Job.objects.get().items.get(shipment=collected).message
    assert collected.blocked_by == "", "the address of a pick-up point is not ours to correct"
    page = read(merchant.get(ADDRESS))
    assert re.findall(r">#(\d+)<", page) == ["1001"]
    assert "No such street." in page
    draft = shop.shipments.get(reference="1001")
    merchant.post(ADDRESS, typed(draft, street="Noorderkade") | {"save": "labels", "key": "l"})
    runner.run_due()
    draft.refresh_from_db()
    assert draft.status == "registered"
