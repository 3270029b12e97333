"""The current shop, and the pages of its settings."""

import pytest
from django.test import Client

from accounts.tests.factories import make_user
from shops.models import PackagePreferences, Shop
from shops.tests.factories import make_member, make_shop

pytestmark = pytest.mark.django_db


def test_the_oldest_shop_opens_first_and_another_can_be_chosen(client_for, owner, shop):
    second = make_shop(name="Second")
    make_member(second, owner)
    browser = client_for(owner)
    assert "Atelier Noord" in browser.get("/instellingen/zendingen/").content.decode()
    browser.post(f"/shop/{second.public_id}/kies/")
    assert "<h1>Second</h1>" in browser.get("/instellingen/zendingen/").content.decode()


def test_after_a_session_ended_one_comes_back_to_the_shop_one_worked_in(client_for, owner, shop, rival):
    second = make_shop(name="Second")
    make_member(second, owner)
    browser = client_for(owner)
    browser.post(f"/shop/{second.public_id}/kies/")
    again = client_for(owner)
    again.cookies["shop"] = browser.cookies["shop"].value
    assert "<h1>Second</h1>" in again.get("/instellingen/zendingen/").content.decode()
    again.cookies["shop"] = str(rival.public_id)
    assert "<h1>Atelier Noord</h1>" in again.get("/instellingen/zendingen/").content.decode()


def test_a_shop_of_somebody_else_cannot_be_chosen(client_for, owner, shop, rival):
    assert client_for(owner).post(f"/shop/{rival.public_id}/kies/").status_code == 404


def test_who_belongs_to_no_shop_reads_what_to_do(client_for):
    page = client_for(make_user()).get("/")
    assert page.status_code == 403
    assert "Vraag de eigenaar van je shop" in page.content.decode()


PREFERRED = {
    "carrier": "postnl",
    "package_type": "package",
    "delivery_type": "standard",
    "insurance": "0",
    "default_weight": "500",
    "insurance_percent": "80",
}


def test_a_shop_says_where_carriers_get_contact_data_they_do_not_need(client_for, owner, shop):
    browser = client_for(owner)
    assert shop.contact_sharing == "abroad"
    browser.post("/instellingen/zendingen/", PREFERRED | {"contact_sharing": "everywhere"})
    assert Shop.objects.get(pk=shop.pk).contact_sharing == "everywhere"
    assert '<option value="everywhere" selected>' in browser.get("/instellingen/zendingen/").content.decode()
    browser.post("/instellingen/zendingen/", PREFERRED)
    assert Shop.objects.get(pk=shop.pk).contact_sharing == "everywhere"
    answer = browser.post("/instellingen/zendingen/", PREFERRED | {"contact_sharing": "nobody"})
    assert answer.status_code == 422
    assert Shop.objects.get(pk=shop.pk).contact_sharing == "everywhere"


@pytest.mark.parametrize(
    ("given", "kept"),
    [("030 555 01 23", "+31305550123"), ("+49 30 5550123", "+49305550123"), ("", ""), ("-", ""), ("bel niet", None)],
)
def test_the_phone_of_the_sender_is_kept_with_its_country(client_for, owner, shop, given, kept):
    sender = {"company": "Atelier", "street": "Kade", "number": "1", "postal_code": "3511AA", "city": "Utrecht"}
    answer = client_for(owner).post("/instellingen/afzender/", sender | {"country": "NL", "phone": given})
    assert answer.status_code == (422 if kept is None else 302)
    shop.refresh_from_db()
    assert shop.phone == (kept or "")


def test_preferences_are_kept_for_every_import(client_for, owner, shop):
    answer = client_for(owner).post("/instellingen/zendingen/", PREFERRED | {"signature": "1"})
    assert answer.status_code == 302
    kept = PackagePreferences.objects.get(shop=shop)
    assert (kept.signature, kept.default_weight, kept.saved_at is not None) == (True, 500, True)
    assert kept.insurance_percent == 80


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"package_type": "mailbox", "signature": "1"}, "Niet mogelijk bij Brievenbuspakje."),
        ({"carrier": "dhlparcelconnect", "package_type": "mailbox"}, "Kies een ander pakkettype."),
        ({"insurance": "123"}, "Kies een ander bedrag."),
        ({"carrier": "nobody"}, "nobody"),
        ({"default_weight": "0"}, "1"),
        ({"delivery_type": "pickup"}, "pickup"),
    ],
)
def test_a_combination_that_cannot_exist_is_refused_with_the_reason(client_for, owner, shop, changes, sentence):
    page = client_for(owner).post("/instellingen/zendingen/", PREFERRED | changes)
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert PackagePreferences.objects.get(shop=shop).saved_at is None


def test_looking_what_is_possible_saves_nothing(client_for, owner, shop):
    page = client_for(owner).post("/instellingen/zendingen/", PREFERRED | {"carrier": "dhlforyou", "look": "1"})
    assert page.status_code == 200
    assert "dat kan alleen met PostNL als standaard vervoerder" in page.content.decode()
    assert PackagePreferences.objects.get(shop=shop).carrier == "postnl"


def test_a_member_sees_the_settings_but_cannot_change_them(client_for, shop):
    member = make_user()
    make_member(shop, member)
    browser = client_for(member)
    assert (
        "Alleen een Eigenaar of Beheerder kan ze wijzigen." in browser.get("/instellingen/zendingen/").content.decode()
    )
    for path in ("/instellingen/zendingen/", "/instellingen/afzender/", "/instellingen/labels/"):
        refused = browser.post(path, PREFERRED)
        assert refused.status_code == 403
        assert "Vraag een Beheerder." in refused.content.decode()


SENDER = {
    "company": "Atelier",
    "street": "Kade",
    "number": "1",
    "postal_code": "3511aa",
    "city": "Utrecht",
    "country": "NL",
}


def test_the_sender_address_is_kept_in_its_proper_form(client_for, owner, shop):
    client_for(owner).post("/instellingen/afzender/", SENDER)
    shop.refresh_from_db()
    assert shop.has_sender
    assert shop.postal_code == "3511 AA"


def test_the_numbers_for_customs_go_along_on_every_parcel_in_their_proper_form(client_for, owner, shop):
    client_for(owner).post("/instellingen/afzender/", SENDER | {"eori": "nl 123.456.789", "vat": "nl1234.56.789.b01"})
    shop.refresh_from_db()
    assert (shop.sender.eori, shop.sender.vat) == ("NL123456789", "NL123456789B01")


@pytest.mark.parametrize(
    ("field", "value"),
    [("postal_code", "12"), ("street", ""), ("company", ""), ("email", "no-at"), ("eori", "123456789"), ("vat", "B01")],
)
def test_a_wrong_sender_address_keeps_what_was_typed(client_for, owner, shop, field, value):
    page = client_for(owner).post("/instellingen/afzender/", SENDER | {field: value, "city": "Zwolle"})
    assert page.status_code == 422
    assert "Zwolle" in page.content.decode()
    assert Shop.objects.get(pk=shop.pk).city == ""


def test_no_page_holds_inline_style_or_script(client_for, owner, shop):
    for path in ("/", "/zendingen/", "/integratie/", "/integratie/acme/", "/instellingen/zendingen/"):
        page = client_for(owner).get(path).content.decode()
        assert " style=" not in page
        assert " onclick=" not in page
        assert "<script>" not in page


def test_a_form_from_an_ended_session_says_what_to_do(owner, shop):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/account/inloggen/", {"login": "x"}, HTTP_ACCEPT_LANGUAGE="nl")
    assert answer.status_code == 403
    assert "Je sessie is verlopen" in answer.content.decode()


@pytest.mark.parametrize(
    "model",
    [
        "accounts/user",
        "shops/shop",
        "integrations/connection",
        "integrations/externalorder",
        "integrations/fulfillment",
        "shipments/shipment",
        "jobs/job",
    ],
)
def test_support_can_read_everything_in_the_admin(client_for, shop, owner, model):
    owner.is_staff = owner.is_superuser = True
    owner.save()
    assert client_for(owner).get(f"/admin/{model}/").status_code == 200
