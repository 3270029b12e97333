"""What a shop's account may do: read from its gateway, kept with its date, and all that a merchant can choose."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from carriers.fallback import resolve_choice
from carriers.parcels import Destination, ParcelChoice
from lib.http import ApiUnauthorized
from shops.models import GatewayAccount, PackagePreferences, Shop
from shops.services import contracts, gateway_accounts
from tests.sandbox_server import MyParcelSandbox

pytestmark = pytest.mark.django_db
NL, BE = Destination("NL", "3511AA"), Destination("BE", "1000")
KEY_PAGE, PREFERENCES = "/instellingen/algemeen/myparcel/", "/instellingen/zendingen/"


@pytest.fixture(autouse=True)
def _use_sandbox(settings, sandbox: MyParcelSandbox):
    settings.MYPARCEL_API_URL = sandbox.api


def read(shop: Shop, sandbox: MyParcelSandbox, **switches: object) -> Shop:
    """The shop after its key was saved with these switches of the sandbox."""
    sandbox.set_switches(**switches)
    contracts.read_account(gateway_accounts.save_api_key(shop, sandbox.key))
    return Shop.objects.get(pk=shop.pk)


def test_saving_a_key_reads_what_its_account_may_do(client_for, shop: Shop, owner, sandbox: MyParcelSandbox):
    assert "dpd" not in shop.capabilities.carriers()
    sandbox.set_switches(contract_carriers="DPD;TRUNKRS", contract_lacks="DHL_EUROPLUS")
    client_for(owner).post(KEY_PAGE, {"api_key": sandbox.key})
    account = GatewayAccount.objects.get()
    assert timezone.now() - account.contracts_read_at < timedelta(minutes=1)
    assert account.shop.capabilities.carriers() == ("postnl", "dhlforyou", "dhlparcelconnect", "dpd", "trunkrs")


def test_only_what_both_the_rules_and_the_account_allow_is_offered(shop: Shop, sandbox: MyParcelSandbox):
    lacks = "POSTNL.requiresAgeVerification;POSTNL.EVENING_DELIVERY;DHL_FOR_YOU.insurance;POSTNL.MAILBOX"
    able = read(shop, sandbox, contract_lacks=lacks).capabilities
    sheet = able.options_for("postnl", "package", destination=NL)
    assert sheet.options["age_check"].state == "forbidden"
    assert sheet.options["signature"].state == "allowed"
    assert sheet.delivery_types == ("standard", "morning")
    assert "mailbox" not in able.package_types_of("postnl")
    assert able.insured_amounts(ParcelChoice("dhlforyou"), NL) == (0,)
    assert able.options_for("postnl", "package_small", destination=NL) is not None, "tracked stays on, as it must"
    with override("en"):
        assert str(sheet.options["age_check"].reason) == "Not part of your account."


def test_trunkrs_delivers_as_the_account_says_and_not_as_the_rules_guess(shop: Shop, sandbox: MyParcelSandbox):
    able = read(shop, sandbox, contract_carriers="TRUNKRS", contract_lacks="TRUNKRS.STANDARD_DELIVERY").capabilities
    assert able.options_for("trunkrs", "package", destination=NL).delivery_types == ("same_day",)
    assert not able.serves("trunkrs", BE)


def test_the_same_carrier_under_two_contracts_may_do_what_either_allows(shop: Shop, sandbox: MyParcelSandbox):
    able = read(shop, sandbox, contract_twice=True, contract_carriers="DPD").capabilities
    assert able.package_types_of("dpd") == ("package", "mailbox")


def test_a_contract_of_their_own_brings_the_products_that_only_it_has(shop: Shop, sandbox: MyParcelSandbox):
    assert not read(shop, sandbox).capabilities.account.row_for("postnl", "mailbox", BE)
    assert read(shop, sandbox, contract_carriers="POSTNL").capabilities.account.row_for("postnl", "mailbox", BE)


def test_while_the_gateway_is_away_the_last_answer_stays_with_its_date(shop: Shop, sandbox: MyParcelSandbox):
    account = read(shop, sandbox, contract_carriers="DPD").gateway_account
    known_since = account.contracts_read_at
    for fault in ("500", "html", "429"):
        sandbox.set_switches(fault=fault, fault_path="capabilities")
        contracts.read_account(account)
    account.refresh_from_db()
    assert account.contracts_read_at == known_since
    assert "dpd" in account.shop.capabilities.carriers()
    assert account.contracts_due_at > timezone.now() + timedelta(minutes=30)


def test_half_an_answer_keeps_the_other_half(shop: Shop, sandbox: MyParcelSandbox, monkeypatch):
    account = read(shop, sandbox, contract_carriers="POSTNL").gateway_account
    monkeypatch.setattr("carriers.gateways.myparcel.contracts.CAPABILITIES", "/shipments/nowhere")
    sandbox.set_switches(contract_carriers="POSTNL;GLS")
    contracts.read_account(account)
    terms = GatewayAccount.objects.get().terms
    assert (terms.of("gls") is not None, terms.own_contracts) == (True, {"postnl"})


def test_the_general_rules_serve_until_the_first_answer(shop: Shop, sandbox: MyParcelSandbox):
    sandbox.set_switches(fault="500", fault_path="capabilities")
    contracts.read_account(gateway_accounts.save_api_key(shop, sandbox.key))
    able = Shop.objects.get(pk=shop.pk).capabilities
    assert able.carriers() == ("postnl", "dhlforyou", "dhlparcelconnect", "dhleuroplus")
    assert able.options_for("postnl", "package", destination=NL).options["age_check"].state == "allowed"


def test_an_answer_of_another_key_is_not_of_this_account(shop: Shop, sandbox: MyParcelSandbox):
    account = read(shop, sandbox, contract_carriers="DPD").gateway_account
    account.contracts |= {contracts.KEY_MARK: "of another key"}
    account.save()
    sandbox.set_switches(fault="500", fault_path="capabilities")
    contracts.read_account(account)
    assert GatewayAccount.objects.get().terms is None


def test_every_account_is_read_once_a_day_and_one_that_fails_harms_no_other(
    shop: Shop, rival: Shop, sandbox: MyParcelSandbox
):
    broken = gateway_accounts.save_api_key(rival, sandbox.key)
    GatewayAccount.objects.filter(pk=broken.pk).update(api_key_encrypted="cannot be read")
    gateway_accounts.save_api_key(shop, sandbox.key)
    assert contracts.read_due() == 2
    assert contracts.read_due() == 0
    assert GatewayAccount.objects.get(shop=shop).contracts_read_at
    GatewayAccount.objects.update(contracts_due_at=timezone.now() - timedelta(minutes=1))
    assert contracts.read_due() == 2


def test_a_preference_the_account_cannot_do_is_said_and_imports_fall_back_with_a_note(
    client_for, shop: Shop, owner, sandbox: MyParcelSandbox
):
    PackagePreferences.objects.update_or_create(shop=shop, defaults={"carrier": "dhlforyou"})
    shop = read(shop, sandbox, contract_lacks="DHL_FOR_YOU")
    page = client_for(owner).get(PREFERENCES).content.decode()
    assert "DHL For You hoort niet bij je account." in page
    resolved = resolve_choice(shop.preferences.choice, NL, shop.capabilities)
    assert resolved.choice.carrier == "postnl"
    with override("en"):
        (change,) = resolved.changes
        assert str(change.text).startswith("DHL For You · Parcel is not part of your account; changed to PostNL")


def test_a_carrier_under_contract_can_be_preferred_only_by_who_has_it(
    client_for, shop: Shop, owner, sandbox: MyParcelSandbox
):
    wanted = {"carrier": "dpd", "package_type": "package", "delivery_type": "standard", "default_weight": "1000"}
    wanted |= {"insurance": "0", "insurance_percent": "0"}
    read(shop, sandbox)
    assert 'value="dpd"' not in client_for(owner).get(PREFERENCES).content.decode()
    assert client_for(owner).post(PREFERENCES, wanted).status_code == 422
    read(shop, sandbox, contract_carriers="DPD")
    assert 'value="dpd"' in client_for(owner).get(PREFERENCES).content.decode()
    assert client_for(owner).post(PREFERENCES, wanted).status_code == 302
    assert PackagePreferences.objects.get(shop=shop).carrier == "dpd"


def test_an_account_that_may_not_ask_has_no_wrong_key(shop: Shop, sandbox: MyParcelSandbox, monkeypatch):
    account = read(shop, sandbox, contract_carriers="DPD").gateway_account

    def refuse(*_args: object, **_options: object) -> None:
        raise ApiUnauthorized("Permission denied", status=403)

    monkeypatch.setattr("carriers.gateways.myparcel.client.MyParcelClient.ask", refuse)
    contracts.read_account(account)
    account.refresh_from_db()
    assert (account.last_error, account.terms.of("dpd") is not None) == ({}, True)


def test_a_preference_that_needed_the_account_is_said_after_its_key_is_gone(client_for, shop: Shop, owner, sandbox):
    shop = read(shop, sandbox, contract_carriers="DPD")
    PackagePreferences.objects.update_or_create(shop=shop, defaults={"carrier": "dpd"})
    assert "Je account kan niet" not in client_for(owner).get(PREFERENCES).content.decode()
    gateway_accounts.remove_api_key(shop)
    page = client_for(owner).get(PREFERENCES).content.decode()
    assert "Je account kan niet wat deze voorkeuren vragen." in page
    assert "DPD kan alleen met een eigen contract." in page
