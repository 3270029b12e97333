"""Somebody deletes the own account: the name goes, what was done stays, and no shop is left without an owner."""

from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import OutgoingMail, User
from accounts.tests.factories import give_app, make_user, prove_identity
from accounts.tests.mails import sent_mails
from privacy.services import delete_account, replay
from privacy.services.delete_account import AccountDeletionRejected
from shipments.models import SavedFilter
from shipments.tests.factories import make_shipment
from shops.models import Invitation, Membership
from shops.services import team
from shops.tests.factories import make_invitation, make_member
from tests.test_session import ASK, LONG_AGO, asks_again, log_in

pytestmark = pytest.mark.django_db
PAGE = "/account/profiel/verwijderen/"
OWN = {"email": "Owner@example.com "}


@pytest.fixture(autouse=True)
def journal(settings, tmp_path: Path) -> Path:
    settings.ERASURE_JOURNAL = tmp_path / "erasures.jsonl"
    return settings.ERASURE_JOURNAL


@pytest.fixture
def other_owner(shop) -> User:
    return make_member(shop, make_user(name="Nina Noord"), "owner").user


def test_what_names_the_person_goes_and_what_was_done_stays(owner, shop, other_owner):
    here, there = Client(), Client()
    for browser in (here, there):
        log_in(browser)
    give_app(owner)
    EmailAddress.objects.create(user=owner, email=owner.email)
    SavedFilter.objects.create(shop=shop, user=owner, name="x", query="q=x")
    make_invitation(shop, "a", email="Owner@example.com")
    make_invitation(shop, "b", invited_by=owner)
    OutgoingMail.objects.create(to=owner.email, template="accounts/mail/new_device", language="nl")
    to_a_buyer = OutgoingMail.objects.create(
        to=owner.email, template="tracking/mail/underway", state=OutgoingMail.State.SENT, next_at=None
    )
    about = {"content_type": ContentType.objects.get_for_model(User), "object_id": str(owner.pk), "action_flag": 2}
    LogEntry.objects.create(user=other_owner, object_repr="Olga Owner", change_message="Olga", **about)
    team.change_role(shop.memberships.get(user=owner), make_member(shop, make_user(), "staff"), "admin")
    shipment = make_shipment(shop)
    prove_identity(here, owner)

    answer = here.post(PAGE, OWN)

    assert answer.url == "/account/inloggen/"
    assert "Je account is verwijderd." in here.get(answer.url).content.decode()
    assert there.get("/").status_code == 302
    assert not Session.objects.filter(session_key=there.session.session_key or "").exists()
    for model in (EmailAddress, Authenticator, UserSession, SavedFilter, Invitation):
        assert not model._default_manager.exists(), model
    assert not User.objects.filter(email=owner.email).exists()
    assert list(shop.memberships.filter(role="owner").values_list("user", flat=True)) == [other_owner.pk]
    assert LogEntry.objects.get().object_repr == LogEntry.objects.get().change_message == ""
    assert shop.shipments.get() == shipment
    done = shop.audit_entries.filter(actor=owner.pk).values_list("action", flat=True)
    assert {"team.role_changed", "account.deleted"} <= set(done)
    other = Client()
    other.force_login(other_owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    prove_identity(other, other_owner)
    log = other.get("/instellingen/logboek/").content.decode()
    assert "Een vroeger account" in log
    assert "Olga" not in log
    assert OutgoingMail.objects.filter(pk=to_a_buyer.pk).exists(), "a mail of the shop"
    told = [message for message in sent_mails() if "verwijderd" in message.subject]
    assert [message.to for message in told] == [["owner@example.com"]]
    assert log_in(Client(HTTP_ACCEPT_LANGUAGE="nl")).status_code == 422


def test_the_only_owner_reads_why_the_account_stays(client_for, owner, shop):
    make_member(shop, make_user(), "admin")
    make_member(shop, make_user(is_active=False), "owner")
    browser = client_for(owner)
    page = browser.get(PAGE).content.decode()
    assert "Je bent de enige eigenaar" in page
    assert "Atelier Noord" in page
    assert 'btn btn--danger"' not in page
    answer = browser.post(PAGE, OWN)
    assert answer.status_code == 422
    assert "Atelier Noord heeft geen andere eigenaar" in answer.content.decode()
    assert User.objects.filter(pk=owner.pk).exists()


def test_two_owners_do_not_leave_a_shop_behind_alone(owner, shop, other_owner):
    delete_account.delete_account(owner)
    with pytest.raises(AccountDeletionRejected):
        delete_account.delete_account(other_owner)
    delete_account.delete_account(owner)
    assert shop.memberships.get().user == other_owner


def test_it_takes_a_recent_sign_in_and_the_own_address(client_for, owner, shop, other_owner):
    browser = client_for(owner)
    assert "Dit is niet het e-mailadres" in browser.post(PAGE, {"email": "other@example.com"}).content.decode()
    prove_identity(browser, owner, ago=LONG_AGO)
    assert asks_again(browser.post(PAGE, OWN))
    assert browser.get(PAGE).url.startswith(ASK)
    assert User.objects.filter(pk=owner.pk).exists()


@pytest.mark.parametrize("place", ["reader", "nowhere"])
def test_members_who_only_read_and_those_without_a_shop_delete_theirs_too(client_for, shop, place):
    user = make_user(email="rik@example.com")
    if place == "reader":
        make_member(shop, user, "reader")
    assert client_for(user).post(PAGE, {"email": "rik@example.com"}).status_code == 302
    assert not User.objects.filter(pk=user.pk).exists()
    assert not Membership.objects.filter(user=user.pk).exists()


def test_an_administrator_is_deleted_by_another_one(client_for, shop):
    staff = make_user(email="otto@example.com", is_staff=True)
    make_member(shop, staff, "staff")
    assert client_for(staff).post(PAGE, {"email": "otto@example.com"}).status_code == 422
    assert User.objects.filter(pk=staff.pk).exists()


def test_a_restored_account_is_deleted_again_and_a_new_one_of_the_same_number_is_not(owner, shop, other_owner):
    key, joined = owner.pk, owner.date_joined
    delete_account.delete_account(owner)
    make_user(pk=key)
    assert replay.replay_journal() == {}
    User.objects.filter(pk=key).update(date_joined=joined)
    assert replay.replay_journal() == {"accounts": 1}
    assert not User.objects.filter(pk=key).exists()


def test_a_removed_member_leaves_no_filters_and_open_invitations_and_keeps_the_account(owner, shop, rival):
    member = make_member(shop, make_user(), "admin")
    for place in (shop, rival):
        SavedFilter.objects.create(shop=place, user=member.user, name="x", query="q=x")
    make_invitation(shop, "b", invited_by=member.user)
    team.remove_member(shop.memberships.get(user=owner), member)
    assert not Invitation.objects.exists()
    assert [saved.shop for saved in SavedFilter.objects.all()] == [rival]
    assert User.objects.filter(pk=member.user_id).exists()
