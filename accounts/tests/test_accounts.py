"""Signing in with an email address, and the language of an account."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def log_in(client: Client, email: str, password: str, **headers: str):
    return client.post("/account/inloggen/", {"login": email, "password": password}, **headers)


def test_an_email_address_and_a_password_let_one_in(client, owner, shop):
    assert log_in(client, "Owner@Example.com", "a long password").url == "/"
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("nl", "E-mailadres of wachtwoord klopt niet"), ("en", "Email address or password is incorrect")],
)
@pytest.mark.parametrize("email", ["owner@example.com", "nobody@example.com"])
def test_a_wrong_password_never_says_which_of_the_two_was_wrong(client, owner, language, sentence, email):
    page = log_in(client, email, "wrong", HTTP_ACCEPT_LANGUAGE=language)
    assert sentence in page.content.decode()


def test_guessing_on_and_on_is_stopped_with_a_sentence(client, owner):
    for _guess in range(12):
        page = log_in(client, "owner@example.com", "wrong", HTTP_ACCEPT_LANGUAGE="nl")
    assert "Te veel pogingen. Probeer het over 15 minuten opnieuw." in page.content.decode()
    assert page.status_code == 429
    assert 600 < int(page["Retry-After"]) <= 900


def test_nobody_signs_up_uninvited(client):
    assert client.get("/account/aanmelden/").status_code in {302, 404}


@pytest.mark.parametrize("path", ["/", "/zendingen/", "/integratie/acme/", "/instellingen/", "/zendingen/importeren/"])
def test_strangers_are_sent_to_the_login_page(client, path):
    assert client.get(path).url.startswith("/account/inloggen/")


def test_the_language_is_the_accounts_own(client_for, owner, shop):
    browser = client_for(owner)
    assert '<html lang="nl"' in browser.get("/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    browser.post("/taal/", {"language": "en", "next": "/zendingen/"})
    page = browser.get("/zendingen/", HTTP_ACCEPT_LANGUAGE="nl").content.decode()
    assert '<html lang="en"' in page
    assert "Shipments" in page


def test_changing_the_language_never_leads_elsewhere(client_for, owner, shop):
    answer = client_for(owner).post("/taal/", {"language": "en", "next": "https://evil.example/"})
    assert answer.url == "/"
