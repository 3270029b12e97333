"""Opening another shop."""

import uuid

import pytest

from accounts.tests.factories import make_user
from shops.models import Membership, Shop
from shops.services.shops import may_open_shops
from shops.tests.factories import make_member

pytestmark = pytest.mark.django_db
NEW = "/instellingen/nieuw/"


def test_a_new_shop_is_owned_by_who_opened_it_and_worked_in_at_once(client_for, owner, shop):
    browser = client_for(owner)
    assert browser.post(NEW, {"name": "Studio Zuid", "key": uuid.uuid4()}).url == "/"
    page = browser.get("/").content.decode()
    assert "Studio Zuid is klaar. Je werkt nu in deze shop." in page
    opened = Membership.objects.get(shop__name="Studio Zuid")
    assert (opened.user, opened.role, opened.shop.preferences.carrier) == (owner, "owner", "postnl")
    assert not opened.shop.has_sender
    assert Shop.objects.get(pk=shop.pk).name == "Atelier Noord"


def test_pressing_the_button_twice_opens_one_shop(client_for, owner, shop):
    browser, asked = client_for(owner), {"name": "Studio Zuid", "key": uuid.uuid4()}
    assert [browser.post(NEW, asked).status_code for _ in range(2)] == [302, 302]
    assert Shop.objects.filter(name="Studio Zuid").count() == 1


def test_the_key_of_somebody_elses_shop_gives_no_seat_in_it(client_for, owner, shop, rival):
    client_for(owner).post(NEW, {"name": "Studio Zuid", "key": rival.public_id})
    assert not rival.memberships.filter(user=owner).exists()
    assert owner.memberships.filter(shop__name="Studio Zuid").exists()


def test_a_shop_needs_a_name_and_a_garbled_form_opens_nothing(client_for, owner, shop):
    browser = client_for(owner)
    page = browser.post(NEW, {"name": " ", "key": uuid.uuid4()})
    assert page.status_code == 422
    assert "Vul een naam voor de shop in" in page.content.decode()
    assert browser.post(NEW, {"name": "Studio Zuid", "key": "garbage"}).status_code == 422
    assert Shop.objects.filter(memberships__user=owner).count() == 1


@pytest.mark.parametrize(
    ("opened_by", "role", "opens"),
    [
        ("everyone", "reader", True),
        ("owners", "reader", False),
        ("owners", "admin", False),
        ("owners", "owner", True),
        ("staff", "owner", False),
    ],
)
def test_who_may_open_a_shop_is_a_setting(client_for, shop, settings, opened_by, role, opens):
    settings.SHOPS_OPENED_BY = opened_by
    browser = client_for(make_member(shop, make_user(), role).user)
    assert ("Nieuwe shop" in browser.get("/instellingen/").content.decode()) == opens
    answer = browser.post("/instellingen/nieuw/", {"name": "Second", "key": uuid.uuid4()})
    assert answer.status_code == (302 if opens else 403)
    assert Shop.objects.filter(name="Second").exists() == opens


def test_staff_opens_shops_by_any_setting(shop, settings):
    settings.SHOPS_OPENED_BY = "staff"
    assert may_open_shops(make_user(is_staff=True), [])


def test_who_may_only_read_elsewhere_opens_a_shop_of_their_own(client_for, settings, shop):
    settings.SHOPS_OPENED_BY = "everyone"
    reader = make_user()
    make_member(shop, reader, "reader")
    assert client_for(reader).post(NEW, {"name": "Eigen", "key": uuid.uuid4()}).status_code == 302
    assert reader.memberships.get(shop__name="Eigen").role == "owner"
