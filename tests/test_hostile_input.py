"""Input that no form sends is rejected like any other invalid input, never with a server error."""

import pytest
from django.test import Client

from lib.text import parse_int
from shipments.tests.factories import fill_sender, make_shipment
from shops.models import Shop

pytestmark = pytest.mark.django_db
# More digits than Python turns into a number.
HUGE = "9" * 5000


@pytest.fixture
def merchant(client_for, shop: Shop) -> Client:
    return client_for(shop.memberships.get().user)


def typed(**fields: str) -> dict[str, str]:
    """The editor's form as a merchant fills it in, but for these fields."""
    whole = {
        "version": "1",
        "country": "NL",
        "carrier": "postnl",
        "package_type": "package",
        "delivery_type": "standard",
        "weight": "0.7",
        "person": "Kim Voorbeeld",
        "street": "Lindelaan",
        "number": "12",
        "postal_code": "3524 KB",
        "city": "Utrecht",
    }
    return whole | fields


@pytest.mark.parametrize("weight", ["1e999999", "1e999990", HUGE, "-1", "NaN", "²", "kilo", ""])
def test_what_is_no_weight_is_said_at_its_field(merchant, shop, weight):
    answer = merchant.post("/zendingen/nieuw/", typed(weight=weight))
    assert answer.status_code == 422
    assert not shop.shipments.exists()


@pytest.mark.parametrize("amount", ["²", HUGE, "-5", "1e9"])
@pytest.mark.parametrize("path", ["/zendingen/nieuw/", "/zendingen/nieuw/mogelijkheden/"])
def test_what_is_no_amount_insures_nothing(merchant, path, amount):
    assert merchant.post(path, typed(insurance=amount)).status_code in {200, 422}


def test_choices_nested_without_an_end_are_no_choices(merchant):
    for name in ("undo", "was"):
        answer = merchant.post("/zendingen/nieuw/mogelijkheden/", typed(country="BE", **{name: "[" * 30_000}))
        assert answer.status_code == 200


def test_a_customs_form_of_endless_rows_is_no_customs_form(merchant, shop):
    abroad = make_shipment(shop, country="US", postal_code="10001", city="New York", region="NY")
    for version in (HUGE, "²", "-1", "1"):
        rows = {"parcel": f"{abroad.public_id}:{version}", "suggest": HUGE, "rate": str(abroad.public_id)}
        assert merchant.post("/zendingen/douane/", rows).status_code in {200, 302}
    look = f"/zendingen/{abroad.public_id}/mogelijkheden/"
    for press in ({"add": "1"}, {"remove": HUGE}, {"remove": "²"}):
        assert merchant.post(look, typed(country="US", **{"customs-TOTAL_FORMS": HUGE}, **press)).status_code == 200
    assert merchant.get("/cijfers/", {"days": HUGE}).status_code == 200


def test_a_nul_never_reaches_a_view(merchant, shop):
    """PostgreSQL takes none, in no question."""
    merchant.post("/zendingen/filters/", {"name": "Naar\0 huis", "filter": "destination=nl"})
    assert shop.savedfilters.get().name == "Naar huis"
    shipment = make_shipment(shop)
    merchant.post("/zendingen/selectie/exporteren/", {"all_matching": "carrier=post%00nl", "key": "export"})
    assert shop.jobs.get().items.get().shipment == shipment
    assert shipment.reference in merchant.get("/zendingen/?carrier=post%00nl").content.decode()
    fill_sender(shop)
    merchant.post("/zendingen/labels/", {"shipment": str(shipment.public_id), "layout": "a6", "key": "a\0b"})
    assert shop.jobs.filter(idempotency_key="ab").exists()


@pytest.mark.parametrize(
    ("digits", "number"), [("0", 0), ("007", 7), ("", None), ("-1", None), ("1.5", None), ("²", None), (HUGE, None)]
)
def test_digits_are_a_number_and_nothing_else_is(digits, number):
    assert parse_int(digits) == number


@pytest.mark.parametrize("back", ["x", "//evil.example", "https://evil.example/", "javascript:alert(1)", "\0", "²", ""])
def test_who_came_from_nowhere_goes_back_to_the_list(merchant, shop, back):
    for door in ("/zendingen/selectie/verwijderen/", "/zendingen/labels/", "/zendingen/terugzetten/"):
        assert merchant.post(door, {"next": back})["Location"] == "/zendingen/"
