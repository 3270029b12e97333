"""Sign-in: attempts, session limits, forgotten passwords, and the profile page."""

import re

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from accounts.models import User
from accounts.tests.factories import make_user
from accounts.tests.mails import sent_mails

pytestmark = pytest.mark.django_db
LOGIN, HOUR = "/account/inloggen/", 3600


def log_in(client: Client, password: str = "a long password", **fields: str):
    return client.post(LOGIN, {"login": "owner@example.com", "password": password, **fields})


def test_the_last_tries_are_counted_down(client, owner):
    for _try in range(7):
        page = log_in(client, "wrong", HTTP_ACCEPT_LANGUAGE="nl")
    assert page.status_code == 422
    assert "Nog 3 pogingen." in page.content.decode()
    assert "pogingen" not in log_in(Client(), "wrong").content.decode().replace("Nog 2 pogingen", "", 1)


def test_who_guesses_elsewhere_does_not_lock_out_the_owner(owner, shop):
    for _try in range(12):
        log_in(Client(REMOTE_ADDR="203.0.113.9"), "wrong")
    assert log_in(Client(REMOTE_ADDR="203.0.113.10")).url == "/"


def test_an_old_password_is_stored_in_the_present_way_at_the_next_sign_in(client, owner, shop, settings):
    older = "django.contrib.auth.hashers.PBKDF2PasswordHasher"
    settings.PASSWORD_HASHERS = ["accounts.hashers.PasswordHasher", older]
    owner.password = make_password("a long password", hasher="pbkdf2_sha256")
    owner.save()
    log_in(client)
    owner.refresh_from_db()
    assert owner.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert log_in(Client()).url == "/"


def test_without_stay_logged_in_a_session_ends_with_the_browser(client, owner, shop):
    log_in(client)
    assert client.session.get_expire_at_browser_close()
    log_in(other := Client(), remember="on")
    assert not other.session.get_expire_at_browser_close()
    assert other.session.get_expiry_age() == 30 * 24 * HOUR


@pytest.mark.parametrize(("remember", "hours", "stays"), [("", 11, True), ("", 13, False), ("on", 13, True)])
def test_an_idle_session_ends_after_half_a_day_unless_one_stays_logged_in(client, owner, shop, remember, hours, stays):
    log_in(client, **({"remember": remember} if remember else {}))
    client.get("/")
    back_in_time(client, "seen", hours)
    assert (client.get("/").status_code == 200) == stays


@pytest.mark.parametrize(("remember", "days", "stays"), [("", 15, False), ("on", 15, True), ("on", 31, False)])
def test_no_session_lasts_for_ever(client, owner, shop, remember, days, stays):
    log_in(client, **({"remember": remember} if remember else {}))
    client.get("/")
    back_in_time(client, "since", 24 * days)
    assert (client.get("/").status_code == 200) == stays


def back_in_time(client: Client, key: str, hours: int) -> None:
    session = client.session
    session[key] -= hours * HOUR
    session.save()


def test_after_logging_in_again_one_is_back_at_the_form(client):
    sent = client.post(
        "/instellingen/afzender/", {"street": "x"}, headers={"Referer": "http://testserver/instellingen/afzender/?a=1"}
    )
    assert sent.url == "/account/inloggen/?next=/instellingen/afzender/%3Fa%3D1"
    elsewhere = client.post("/instellingen/afzender/", headers={"Referer": "https://evil.example/x"})
    assert elsewhere.url == "/account/inloggen/?next=/"


def test_a_script_hears_that_the_session_has_ended(client):
    assert client.get("/zendingen/", headers={"HX-Request": "true"}).status_code == 401


@pytest.mark.parametrize(("language", "subject"), [("nl", "Een nieuw wachtwoord voor"), ("en", "A new password for")])
def test_a_forgotten_password_is_chosen_anew_with_a_link_in_ones_own_language(client, language, subject):
    user = make_user(email="nina@example.com", language=language)
    client.post("/account/wachtwoord/vergeten/", {"email": user.email}, HTTP_ACCEPT_LANGUAGE="de")
    (message,) = sent_mails()
    assert subject in message.subject
    page = client.get(re.search(r"http://\S+?(/account/\S+)", message.body)[1], follow=True)
    done = client.post(page.request["PATH_INFO"], {"password1": "another long one", "password2": "another long one"})
    assert done.status_code == 302
    assert User.objects.get(pk=user.pk).check_password("another long one")
    again = client.get(re.search(r"http://\S+?(/account/\S+)", message.body)[1], follow=True, HTTP_ACCEPT_LANGUAGE="nl")
    assert "Deze link werkt niet meer" in again.content.decode()


def test_an_unknown_address_hears_the_same_and_gets_no_mail(client):
    answer = client.post("/account/wachtwoord/vergeten/", {"email": "nobody@example.com"})
    assert answer.url == "/account/wachtwoord/verstuurd/"
    assert sent_mails() == []


def test_name_and_language_are_kept(client_for, owner, shop):
    browser = client_for(owner)
    browser.post("/account/profiel/", {"name": "Olga de Vries", "language": "en"})
    owner.refresh_from_db()
    assert (owner.name, owner.language) == ("Olga de Vries", "en")
    assert "Profile saved." in browser.get("/").content.decode()


def test_a_new_password_ends_every_other_session(client_for, owner, shop):
    here, elsewhere = client_for(owner), client_for(owner)
    wrong = here.post("/account/profiel/wachtwoord/", {"current_password": "no", "password": "a fresh long password"})
    assert wrong.status_code == 422
    assert "Dit is niet je huidige wachtwoord" in wrong.content.decode()
    here.post(
        "/account/profiel/wachtwoord/", {"current_password": "a long password", "password": "a fresh long password"}
    )
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
