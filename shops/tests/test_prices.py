"""What a parcel would cost: asked once, kept, and never guessed."""

from dataclasses import replace

import pytest
from django.core.cache import cache

from carriers.gateways.base import Price, PriceQuestion
from carriers.parcels import Destination, ParcelChoice
from shops.models import Shop
from shops.services import gateway_accounts
from shops.services.prices import find_prices
from tests.sandbox_server import MyParcelSandbox

pytestmark = pytest.mark.django_db
HOME = PriceQuestion(ParcelChoice(signature=True, insurance=10_000), Destination("NL", "9712 HN"), 900)


@pytest.fixture
def shop(shop: Shop, sandbox: MyParcelSandbox, settings) -> Shop:
    """With an account at the sandbox's gateway."""
    cache.clear()
    settings.MYPARCEL_API_URL = sandbox.api
    gateway_accounts.save_api_key(shop, sandbox.key)
    return shop


@pytest.mark.parametrize("shape", ["results", "items", "data.rates", "bare"])
def test_a_price_is_read_in_every_form_it_may_have(shop: Shop, sandbox: MyParcelSandbox, shape):
    sandbox.set_switches(rates_shape=shape)
    assert find_prices(shop, {"postnl": HOME}) == {"postnl": Price(704, "EUR", 852)}


def test_it_is_asked_once_and_then_kept(shop: Shop, sandbox: MyParcelSandbox):
    known = find_prices(shop, {"postnl": HOME})
    sandbox.set_switches(fault="500")
    assert find_prices(shop, {"postnl": HOME}) == known
    heavier = replace(HOME, weight=901)
    assert find_prices(shop, {"postnl": HOME, "heavier": heavier}) == known
    sandbox.set_switches(fault="")
    assert find_prices(shop, {"heavier": heavier}) == {}, "for a minute a gateway that was away is left alone"


def test_what_is_not_known_has_no_price(shop: Shop, sandbox: MyParcelSandbox):
    sandbox.set_switches(rates_known=False)
    for _time in ("asked", "kept"):
        assert find_prices(shop, {"postnl": HOME}) == {}
    dpd = replace(HOME, choice=ParcelChoice("dpd"))
    sandbox.set_switches(rates_known=True)
    assert find_prices(shop, {"dpd": dpd, "dhlforyou": replace(HOME, choice=ParcelChoice("dhlforyou"))}) == {
        "dhlforyou": Price(560, "EUR", 678)
    }


def test_another_key_has_prices_of_its_own(shop: Shop, sandbox: MyParcelSandbox):
    find_prices(shop, {"postnl": HOME})
    gateway_accounts.save_api_key(shop, sandbox.key)
    sandbox.set_switches(rates_known=False)
    assert find_prices(Shop.objects.get(pk=shop.pk), {"postnl": HOME}) == {}


def test_a_shop_without_an_account_asks_nothing(rival: Shop):
    assert find_prices(rival, {"postnl": HOME}) == {}


def test_the_editor_shows_them_beside_the_carriers(client_for, shop: Shop, owner):
    browser = client_for(owner)
    assert 'hx-post="/zendingen/prijzen/"' in browser.get("/zendingen/nieuw/").content.decode()
    form = {"country": "NL", "postal_code": "9712 HN", "carrier": "postnl", "package_type": "package", "weight": "0,9"}
    page = browser.post("/zendingen/prijzen/", form | {"delivery_type": "standard"}).content.decode()
    assert "PostNL € 5,95" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "DHL For You € 5,60" in page.replace("\N{NO-BREAK SPACE}", " ")
