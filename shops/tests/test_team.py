"""The team page and invitations."""

import re
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from unittest.mock import Mock

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.services import outbox
from accounts.tests.factories import make_user
from accounts.tests.mails import sent_mails
from shops.models import Invitation, Membership
from shops.services import team
from shops.services.team import TeamChangeRejected
from shops.tests.factories import make_invitation, make_member, make_shop

pytestmark = pytest.mark.django_db
NEWCOMER = {"name": "Nina Nieuw", "password": "a fresh long password"}


def invite(browser: Client, email: str = "nina@example.com", role: str = "staff"):
    return browser.post("/instellingen/team/uitnodigen/", {"email": email, "role": role})


def link_in(message) -> str:
    return re.search(r"https?://\S+?(/uitnodiging/\S+/)", message.body)[1]


def test_who_is_invited_makes_an_account_and_works_in_the_shop_at_once(client_for, owner, shop):
    assert invite(client_for(owner), "Nina@Example.com", "admin").status_code == 302
    (message,) = sent_mails()
    assert message.to == ["nina@example.com"]
    assert message.subject == "Je bent uitgenodigd voor MyParcel Backoffice"
    assert "Olga Owner nodigt je uit om in Atelier Noord" in message.body
    stranger, link = Client(), link_in(message)
    page = stranger.get(link, headers={"Accept-Language": "nl"}).content.decode()
    assert "Olga Owner nodigt je uit als Beheerder." in page
    assert stranger.post(link, NEWCOMER).url == "/"
    member = Membership.objects.get(user__email="nina@example.com")
    assert (member.shop, member.role, member.user.name) == (shop, "admin", "Nina Nieuw")
    assert stranger.get("/").status_code == 200


def test_a_link_works_once(client_for, owner, shop):
    invite(client_for(owner))
    link = link_in(sent_mails()[0])
    Client().post(link, NEWCOMER)
    again = Client().post(link, NEWCOMER, headers={"Accept-Language": "nl"})
    assert again.status_code == 404
    assert "Deze uitnodiging werkt niet meer" in again.content.decode()
    assert User.objects.filter(email="nina@example.com").count() == 1


def test_pressing_join_twice_makes_one_member(shop):
    user, invitation = make_user(email="nina@example.com"), make_invitation(shop, email="nina@example.com")
    team.accept(invitation, user)
    with pytest.raises(TeamChangeRejected):
        team.accept(invitation, user)
    assert Membership.objects.filter(user=user, shop=shop).count() == 1


def test_a_weak_password_is_refused_and_the_name_is_kept(client_for, owner, shop):
    invite(client_for(owner))
    page = Client().post(link_in(sent_mails()[0]), {"name": "Nina", "password": "short"})
    assert page.status_code == 422
    assert 'value="Nina"' in page.content.decode()
    assert not User.objects.filter(email="nina@example.com").exists()


@pytest.mark.parametrize("password", ["qwerty123456", "nina@example.com", "NinaVandenOever"])
def test_whoever_joins_with_a_password_that_is_guessed_soon_makes_no_account(shop, password):
    make_invitation(shop, email="nina@example.com")
    answer = Client().post("/uitnodiging/token/", {"name": "Nina van den Oever", "password": password})
    assert answer.status_code == 422
    assert not User.objects.filter(email="nina@example.com").exists()


def test_who_has_an_account_logs_in_and_joins_with_it(client_for, owner, shop):
    known = make_user(email="nina@example.com", language="en")
    invite(client_for(owner))
    assert sent_mails()[0].subject == "You are invited to MyParcel Backoffice", "in the language of who receives it"
    link = link_in(sent_mails()[0])
    assert f"/account/inloggen/?next={link}" in Client().get(link).content.decode()
    assert client_for(known).post(link).url == "/"
    assert Membership.objects.get(user=known).role == "staff"


def test_a_link_for_somebody_else_joins_nobody(client_for, owner, shop):
    invite(client_for(owner))
    other = make_user(email="other@example.com")
    page = client_for(other).post(link_in(sent_mails()[0]))
    assert "Deze uitnodiging is voor nina@example.com" in page.content.decode()
    assert not Membership.objects.filter(user=other).exists()


def test_after_seven_days_a_link_says_that_it_is_too_old(shop):
    make_invitation(shop, expires_at=timezone.now() - timedelta(minutes=1))
    page = Client().get("/uitnodiging/token/", headers={"Accept-Language": "nl"})
    assert page.status_code == 410
    assert "ouder dan zeven dagen" in page.content.decode()
    assert Client().post("/uitnodiging/token/", NEWCOMER).status_code == 410


def test_sending_again_ends_the_old_link_and_starts_a_new_week(client_for, owner, shop):
    browser = client_for(owner)
    invite(browser)
    seat = Invitation.objects.get()
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    browser.post(f"/instellingen/team/uitnodiging/{seat.public_id}/opnieuw/")
    first, second = (link_in(message) for message in sent_mails())
    assert Invitation.objects.count() == 1
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200


def test_a_withdrawn_link_no_longer_works(client_for, owner, shop):
    browser = client_for(owner)
    invite(browser)
    withdraw = f"/instellingen/team/uitnodiging/{Invitation.objects.get().public_id}/intrekken/"
    browser.post(withdraw)
    assert browser.post(withdraw).status_code == 404, "twice is as once"
    assert Client().get(link_in(sent_mails()[0])).status_code == 404


def test_the_database_does_not_hold_the_link(client_for, owner, shop):
    invite(client_for(owner))
    assert Invitation.objects.get().token_hash not in link_in(sent_mails()[0])


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("", "Vul een e-mailadres in"),
        ("nina", "Controleer het e-mailadres, er ontbreekt een @"),
        ("owner@example.com", "owner@example.com is al lid van deze shop."),
    ],
)
def test_an_address_that_cannot_be_invited_is_refused_in_words(client_for, owner, shop, email, sentence):
    page = invite(client_for(owner), email)
    assert page.status_code == 422
    assert page.content.decode().count(sentence) == 2, "in the summary and at the field"
    assert sent_mails() == []


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ConnectionRefusedError(), "De mailserver neemt de mail nog niet aan; we blijven het proberen."),
        (SMTPRecipientsRefused({"nina@example.com": (550, b"no such user")}), "Controleer het adres."),
    ],
)
def test_the_team_page_says_that_an_invitation_is_not_delivered(client_for, owner, shop, monkeypatch, error, sentence):
    browser = client_for(owner)
    invite(browser)
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", Mock(side_effect=error))
    outbox.send_due()
    assert sentence in browser.get("/instellingen/team/").content.decode()
    assert Invitation.objects.count() == 1


def test_a_role_changes_from_this_moment_on(client_for, owner, shop):
    member = make_member(shop, make_user(), "staff")
    client_for(owner).post(f"/instellingen/team/{member.public_id}/rol/", {"role": "reader"})
    member.refresh_from_db()
    assert member.role == "reader"


def test_who_is_removed_sees_nothing_any_more(client_for, owner, shop):
    member = make_member(shop, make_user(name="Joost"), "staff")
    browser = client_for(member.user)
    assert browser.get("/zendingen/").status_code == 200
    asking = client_for(owner).get(f"/instellingen/team/{member.public_id}/verwijderen/")
    assert "Joost uit het team verwijderen?" in asking.content.decode()
    client_for(owner).post(f"/instellingen/team/{member.public_id}/verwijderen/")
    assert browser.get("/zendingen/").status_code == 403


def test_anybody_may_leave_but_the_last_owner(client_for, owner, shop):
    reader = make_member(shop, make_user(), "reader")
    client_for(reader.user).post(f"/instellingen/team/{reader.public_id}/verwijderen/")
    assert not Membership.objects.filter(pk=reader.pk).exists()
    last = shop.memberships.get()
    page = client_for(owner).post(f"/instellingen/team/{last.public_id}/verwijderen/", follow=True)
    assert "Een shop heeft een Eigenaar nodig." in page.content.decode()
    with pytest.raises(TeamChangeRejected):
        team.change_role(last, last, "admin")
    assert shop.memberships.get().role == "owner"


def test_an_owner_may_leave_when_another_stays(owner, shop):
    second = make_member(shop, make_user(), "owner")
    team.remove_member(shop.memberships.get(user=owner), shop.memberships.get(user=owner))
    assert shop.memberships.get() == second


def test_an_admin_manages_everybody_but_owners(client_for, owner, shop):
    admin, staff = make_member(shop, make_user(), "admin"), make_member(shop, make_user(), "staff")
    browser, first = client_for(admin.user), shop.memberships.get(user=owner)
    browser.post(f"/instellingen/team/{staff.public_id}/rol/", {"role": "owner"})
    browser.post(f"/instellingen/team/{first.public_id}/rol/", {"role": "reader"})
    browser.post(f"/instellingen/team/{first.public_id}/verwijderen/")
    invite(browser, role="owner")
    for member, role in ((staff, "staff"), (first, "owner")):
        member.refresh_from_db()
        assert member.role == role
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("role", ["staff", "reader"])
def test_others_see_the_team_and_manage_nobody(client_for, shop, role):
    me, other = make_member(shop, make_user(), role), make_member(shop, make_user(), "staff")
    browser = client_for(me.user)
    page = browser.get("/instellingen/team/").content.decode()
    assert "Teamleden" in page
    assert "Nodig teamlid uit" not in page
    assert invite(browser).status_code == 403
    assert browser.post(f"/instellingen/team/{other.public_id}/verwijderen/").status_code == 403
    assert browser.post(f"/instellingen/team/{other.public_id}/rol/", {"role": "reader"}).status_code == 403


def test_the_team_page_names_members_and_who_was_invited(client_for, owner, shop):
    make_member(shop, make_user(name="Joost Wiersma"), "admin")
    make_invitation(shop, email="kees@example.com")
    page = " ".join(client_for(owner).get("/instellingen/team/").content.decode().split())
    assert "2 leden en 1 open uitnodiging" in page
    assert "kees@example.com" in page


def test_the_shop_of_a_stranger_is_not_joined_by_guessing(shop):
    make_invitation(make_shop(), token="other")
    assert Client().get("/uitnodiging/guess/").status_code == 404
