"""Support sees the last calls to a platform or a gateway: which, when, what came back; never what was said."""

import threading
from typing import Any

import pytest
from django.utils import timezone

from carriers.gateways.myparcel.provider import MyParcelProvider
from integrations.tests.factories import make_connection
from lib import exchange_log
from lib.exchange_log import Account, calls_are_for, harmless_path, listener
from shops.models import Exchange, GatewayAccount, Shop
from shops.services import exchanges, gateway_accounts


@pytest.fixture(autouse=True)
def _nothing_collected() -> None:
    exchange_log.take_collected()
    calls_are_for("acme", None)


def call(times: int = 1, *, path: str = "/v1/orders", status: int = 200) -> None:
    for number in range(times):
        listener("acme")("GET", path, status, 12, f"request-{number}")


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/ecom/v1/orders/search", "/ecom/v1/orders/search"),
        (
            "/orders/0b7d1f0e-1111-4222-8333-abcdefabcdef",
            "/orders/0b7d1f0e-1111-4222-8333-abcdefabcdef",
        ),
        ("/shipments/123;456", "/shipments/123;456"),
        ("/delivery_options?postal_code=3524KB&number=12", "/delivery_options"),
        ("/addresses/3524KB/12a", "/addresses/…/…"),
        ("/buyers/hanna@example.com", "/buyers/…"),
        ("/name/Hanna%20Vermeulen", "/name/…"),
    ],
)
def test_a_path_is_kept_without_what_could_name_a_person(path, kept):
    assert harmless_path(path) == kept


@pytest.mark.django_db
def test_calls_cost_no_statement_until_they_are_stored_together(shop, django_assert_num_queries):
    with django_assert_num_queries(0):
        calls_are_for("acme", Account(shop.pk, "acme-1"))
        call(30)
    # A savepoint and its end, the shops, the rows, the ring.
    with django_assert_num_queries(5):
        exchanges.store_collected()
    assert Exchange.objects.count() == 30
    newest = exchanges.last_exchanges(shop, ["acme-1"])["acme-1"][0]
    assert (newest.method, newest.path, newest.status, newest.request_id) == ("GET", "/v1/orders", 200, "request-29")


@pytest.mark.django_db
def test_the_ring_keeps_the_last_ones_of_each_account_and_never_grows(shop, rival):
    calls_are_for("acme", Account(rival.pk, "acme-2"))
    call(3)
    calls_are_for("acme", Account(shop.pk, "acme-1"))
    for _turn in range(4):
        call(60)
        exchanges.store_collected()
    assert Exchange.objects.filter(code="acme-1").count() == exchanges.MAX_KEPT
    assert Exchange.objects.filter(code="acme-2", shop=rival).count() == 3
    assert exchanges.last_exchanges(rival, ["acme-1"]) == {"acme-1": []}


def test_what_is_collected_is_bounded_too():
    calls_are_for("acme", Account(1, "acme-1"))
    call(exchange_log.MAX_COLLECTED + 50)
    assert len(exchange_log.take_collected()) == exchange_log.MAX_COLLECTED


def test_calls_of_nobody_we_know_are_not_kept():
    call()
    calls_are_for("acme", Account(1, "acme-1"))
    calls_are_for("other", Account(2, "other-2"))
    calls_are_for("acme", None)
    call()
    assert exchange_log.take_collected() == []


def test_a_thread_never_writes_its_calls_to_the_account_of_another():
    calls_are_for("acme", Account(1, "acme-1"))
    thread = threading.Thread(target=call)
    thread.start()
    thread.join()
    assert exchange_log.take_collected() == []


@pytest.mark.django_db
def test_calls_of_a_shop_that_is_gone_meanwhile_are_dropped(shop):
    calls_are_for("acme", Account(shop.pk + 1000, "acme-9"))
    call()
    calls_are_for("acme", Account(shop.pk, "acme-1"))
    call()
    exchanges.store_collected()
    assert [row.code for row in Exchange.objects.all()] == ["acme-1"]


@pytest.mark.django_db
def test_the_calls_of_a_key_are_those_of_its_account(sandbox, settings, shop: Shop):
    provider = MyParcelProvider(sandbox.api)
    settings.MYPARCEL_API_URL = sandbox.api
    account = gateway_accounts.save_api_key(shop, sandbox.key, "myparcel")
    exchange_log.take_collected()
    provider.check_credentials(gateway_accounts.decrypt_api_key(GatewayAccount.objects.get(pk=account.pk)))
    exchanges.store_collected()
    found = exchanges.last_exchanges(shop, [account.reference_code])[account.reference_code]
    assert {row.path for row in found} == {"/shipments", "/whoami"}
    assert {row.status for row in found} == {200}
    provider_key = sandbox.key
    assert not any(provider_key in f"{row.path}{row.request_id}" for row in found)


@pytest.mark.django_db
def test_the_page_of_a_site_in_trouble_shows_them_with_the_code_for_support(client_for, owner, shop: Shop):
    site = make_connection(shop, last_error={"nl": "Acme geeft geen antwoord."}, failing_since=timezone.now())
    calls_are_for("acme", Account(shop.pk, site.reference_code))
    call(status=503)
    call(status=0)
    exchanges.store_collected()
    owner.language = "nl"
    owner.save()
    text: Any = client_for(owner).get("/integratie/acme/").content.decode()
    assert site.reference_code in text
    assert "503" in text
    assert "geen antwoord" in text
