"""Somebody logs in with another address once a link that was mailed there was opened."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.services import email_change
from accounts.tests.factories import make_user, prove_identity
from accounts.tests.mails import sent_mails

pytestmark = pytest.mark.django_db
CHANGE, NEW = "/account/profiel/e-mailadres/", "nina@example.com"


def link_in(message) -> str:
    return re.search(r"http\S+?(/account/\S+)", message.body)[1]


def ask(browser: Client, email: str = NEW):
    return browser.post(CHANGE, {"email": email})


def test_the_new_address_counts_once_its_link_was_opened_and_the_former_one_is_told(client_for, owner, shop):
    EmailAddress.objects.create(user=owner, email=owner.email, primary=True)
    browser = client_for(owner)
    assert ask(browser, "Nina@Example.com").status_code == 302
    (message,) = sent_mails()
    assert message.to == [NEW]
    stranger, link = Client(HTTP_ACCEPT_LANGUAGE="nl"), link_in(message)
    assert NEW in stranger.get(link).content.decode()
    owner.refresh_from_db()
    assert owner.email == "owner@example.com", "looking changes nothing"
    assert "is gewijzigd" in stranger.post(link).content.decode()
    told = sent_mails()[-1]
    assert told.to == ["owner@example.com"]
    assert "Het e-mailadres van je account is gewijzigd." in told.body
    for email, status in (("owner@example.com", 422), (NEW, 302)):
        form = {"login": email, "password": "a long password"}
        assert Client().post("/account/inloggen/", form).status_code == status
    assert stranger.post(link).status_code == 410, "once"


def test_an_address_of_somebody_else_is_answered_alike_and_gets_no_mail(client_for, owner, shop):
    make_user(email=NEW)
    browser = client_for(owner)
    assert (ask(browser).status_code, ask(browser, "free@example.com").status_code) == (302, 302)
    assert [message.to for message in sent_mails()] == [["free@example.com"]]


@pytest.mark.parametrize("change", ["taken", "disabled", "changed", "old", "forged"])
def test_a_link_that_no_longer_works_changes_nothing(client_for, owner, shop, monkeypatch, change):
    ask(client_for(owner))
    link = link_in(sent_mails()[0])
    if change == "taken":
        make_user(email=NEW)
    elif change == "old":
        monkeypatch.setattr(email_change, "LINK_WORKS_FOR", timedelta(seconds=-1))
    elif change == "forged":
        link = f"{link[:-4]}xxx/"
    else:
        field = {"is_active": False} if change == "disabled" else {"email": "else@example.com"}
        type(owner).objects.filter(pk=owner.pk).update(**field)
    before = type(owner).objects.get(pk=owner.pk).email
    for method in ("get", "post"):
        assert getattr(Client(), method)(link).status_code == 410
    assert type(owner).objects.get(pk=owner.pk).email == before


@pytest.mark.parametrize("email", ["", "nina", "owner@example.com"])
def test_an_address_that_cannot_be_the_new_one_is_refused_in_words(client_for, owner, shop, email):
    page = ask(client_for(owner), email)
    assert page.status_code == 422
    assert "field__error" in page.content.decode()
    assert sent_mails() == []


def test_five_links_a_day_are_mailed_and_the_password_is_asked_for_first(client_for, owner, shop):
    browser = client_for(owner)
    answers = [ask(browser, f"n{number}@example.com").status_code for number in range(6)]
    assert answers == [302] * 5 + [422]
    prove_identity(browser, owner, ago=3600)
    assert ask(browser).url.startswith("/account/bevestigen/")
