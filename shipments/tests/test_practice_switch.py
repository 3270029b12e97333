"""The switch that makes a shop practice: who may press it, and where one sees that it is on."""

import pytest
from django.contrib import admin

from accounts.tests.factories import make_user
from audit.models import AuditEntry
from shipments.tests.factories import fill_sender, make_shipment
from shops.admin import ShopAdmin
from shops.forms import GeneralForm
from shops.models import Shop
from shops.services import practice
from shops.services.settings import save_settings
from shops.tests.factories import make_member

pytestmark = pytest.mark.django_db
SWITCH = "/instellingen/oefenen/"
PAGES = (
    "/",
    "/zendingen/",
    "/downloads/",
    "/instellingen/",
    "/instellingen/algemeen/",
    "/integratie/",
    "/account/profiel/",
)


def test_every_page_of_the_shop_says_that_it_practices(shop: Shop, rival: Shop, owner, client_for):
    make_member(rival, owner, "owner")
    practice.start_practice(shop, by=owner)
    merchant = client_for(owner)
    pages = [merchant.get(path) for path in PAGES]
    assert {page.status_code for page in pages} == {200}
    for path, page in zip(PAGES, pages, strict=True):
        text = page.content.decode()
        assert "Je oefent.</span>" in text, path
        assert f"{SWITCH}stop/?next={path.replace('/', '%2F')}" in text, path
    merchant.post(f"/shop/{rival.public_id}/kies/")
    assert "Je oefent.</span>" not in merchant.get("/").content.decode(), "the other shop does not"


@pytest.mark.parametrize(("role", "may"), [("owner", True), ("admin", True), ("staff", False), ("reader", False)])
def test_owners_and_admins_switch_it_and_others_read_whom_to_ask(shop: Shop, client_for, role, may):
    browser = client_for(make_member(shop, make_user(), role).user)
    assert (browser.post(SWITCH).status_code == 302) == may
    assert practice.is_on(shop.pk) == may
    practice.start_practice(shop, by=None)
    page = browser.get("/").content.decode()
    assert (f"{SWITCH}stop/" in page) == may
    assert ("Een Eigenaar of Beheerder kan het oefenen stoppen." in page) != may
    assert (browser.post(f"{SWITCH}stop/").status_code == 302) == may
    assert practice.is_on(shop.pk) != may


def test_the_log_tells_once_who_switched_it(shop: Shop, owner, client_for):
    merchant = client_for(owner)
    for path in (SWITCH, SWITCH, f"{SWITCH}stop/", f"{SWITCH}stop/"):
        merchant.post(path)
    entries = AuditEntry.objects.filter(shop=shop, action="settings.changed").order_by("pk")
    assert [entry.changes for entry in entries] == [{"practice_mode": [False, True]}, {"practice_mode": [True, False]}]
    assert {entry.actor_id for entry in entries} == {owner.pk}
    assert "Oefenen: alleen testlabels: uit → aan" in merchant.get("/instellingen/logboek/").content.decode()


def test_settings_that_were_opened_before_do_not_end_it(shop: Shop, owner):
    """Neither those of the shop nor the administration; else labels were real again without a word."""
    of_a_form, of_the_admin = Shop.objects.get(pk=shop.pk), Shop.objects.get(pk=shop.pk)
    practice.start_practice(shop, by=owner)
    save_settings(of_a_form, GeneralForm, {"name": "New name"}, by=owner)
    assert Shop.objects.get(pk=shop.pk).name == "New name"
    of_the_admin.city = "Assen"
    changed = type("Form", (), {"changed_data": ["city"]})
    ShopAdmin(Shop, admin.site).save_model(None, of_the_admin, changed, change=True)
    stored = Shop.objects.get(pk=shop.pk)
    assert (stored.name, stored.city, stored.practice_mode) == ("New name", "Assen", True)


def test_the_pages_of_labels_say_why_they_are_test_labels(shop: Shop, owner, client_for):
    fill_sender(shop)
    make_shipment(shop)
    made = make_shipment(shop, status="test", gateway="local", barcode="3STEST1")
    practice.start_practice(shop, by=owner)
    merchant = client_for(owner)
    window = merchant.get("/zendingen/labels/?all_matching=tab%3Dall").content.decode()
    assert "Je oefent: geen vervoerder neemt ze aan" in window
    assert "heeft geen API-sleutel" not in window
    page = merchant.get(f"/zendingen/{made.public_id}/").content.decode()
    assert "Echte labels maak je als het oefenen gestopt is." in page
    assert "Maak echte labels" not in page
