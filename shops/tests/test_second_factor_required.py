"""Where a second step is required: in the admin, and in a shop whose owner wants it of the team."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.tests.factories import code_now, give_app, make_user, prove_identity
from shops.services import team
from shops.services.team import TeamChangeRejected
from shops.tests.factories import make_member, make_shop

pytestmark = pytest.mark.django_db
SECURITY = "/account/profiel/beveiliging/"


def test_the_admin_is_for_staff_with_a_second_step(owner, shop, client_for):
    owner.is_staff = owner.is_superuser = True
    owner.save()
    browser = Client()
    browser.post("/account/inloggen/", {"login": "owner@example.com", "password": "a long password"})
    assert browser.get("/admin/accounts/user/").url == SECURITY
    assert "Waar je heen ging, is een tweede stap verplicht." in browser.get(SECURITY).content.decode()
    give_app(owner)
    asked = browser.get("/admin/accounts/user/")
    assert asked.url.startswith("/account/bevestigen/code/?next=%2Fadmin"), "this session has not proven it"
    assert browser.post(asked.url, {"code": code_now(), "next": "/admin/accounts/user/"}).url == "/admin/accounts/user/"
    assert browser.get("/admin/accounts/user/").status_code == 200
    Authenticator.objects.all().delete()
    assert browser.get("/admin/accounts/user/").status_code == 302, "it was removed elsewhere"


def test_an_owner_requires_it_of_the_team_and_members_come_back_to_where_they_went(client_for, owner, shop):
    browser, member = client_for(owner), make_member(shop, make_user(), "staff")
    require = "/instellingen/team/tweede-stap/"
    assert browser.post(require, {"required": "1"}).url == SECURITY, "the owner sets one up first"
    shop.refresh_from_db()
    assert not shop.requires_second_factor
    give_app(owner)
    prove_identity(browser, owner, "mfa")
    assert browser.post(require, {"required": "1"}).url == "/instellingen/team/"
    assert browser.get("/zendingen/").status_code == 200
    theirs = client_for(member.user)
    assert theirs.get("/zendingen/?tab=drafts").url == SECURITY
    assert theirs.get("/zendingen/", headers={"HX-Request": "true"})["HX-Redirect"] == SECURITY
    page = theirs.get(SECURITY).content.decode()
    assert "Zendingen" not in re.search(r"<main.*</main>", page, re.DOTALL)[0]
    prove_identity(theirs, member.user, "mfa")
    assert theirs.get("/zendingen/").status_code == 200
    assert "Ga verder waar je was" in theirs.get(SECURITY).content.decode()
    browser.post(require, {"required": ""})
    assert client_for(member.user).get("/zendingen/").status_code == 200


def test_a_locked_shop_shows_nothing_and_another_shop_can_be_chosen(client_for, shop):
    user = make_user()
    make_member(shop, user, "staff")
    other = make_shop(name="Andere winkel")
    make_member(other, user, "staff")
    type(shop).objects.filter(pk=shop.pk).update(requires_second_factor=True)
    browser = client_for(user)
    for path in ("/", "/zendingen/", "/instellingen/", "/integratie/", "/cijfers/", "/zoeken/?q=x"):
        assert browser.get(path).url == SECURITY
        assert browser.post(path).status_code == 302
    assert "Andere winkel" in browser.get(SECURITY).content.decode()
    assert browser.post(f"/shop/{other.public_id}/kies/").status_code == 302
    assert browser.get("/zendingen/").status_code == 200


@pytest.mark.parametrize("role", ["admin", "staff", "reader"])
def test_only_an_owner_requires_it(client_for, shop, role):
    member = make_member(shop, make_user(), role)
    give_app(member.user)
    assert client_for(member.user).post("/instellingen/team/tweede-stap/", {"required": "1"}).status_code == 403
    with pytest.raises(TeamChangeRejected):
        team.require_second_factor(member, required=True)
