"""The second step: authenticator app, passkeys and recovery codes."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import AttemptCount
from accounts.services import ceilings
from accounts.tests.factories import code_now, give_app, make_user
from accounts.tests.mails import sent_mails
from accounts.tests.passkey import SoftPasskey

pytestmark = pytest.mark.django_db
LOGIN, SECOND, SECURITY = "/account/inloggen/", "/account/inloggen/code/", "/account/profiel/beveiliging/"
PASSKEY_LOGIN = "/account/inloggen/sleutel/"


def text_of(page) -> str:
    return " ".join(page.content.decode().split())


def give_password(client: Client, email: str = "owner@example.com"):
    return client.post(LOGIN, {"login": email, "password": "a long password"})


def options_on(page) -> dict:
    found = re.search(r'<script id="passkey-options" type="application/json">(.+?)</script>', page.content.decode())
    return json.loads(found[1])


def subjects_and_bodies() -> str:
    return "\n".join(message.body for message in sent_mails())


# Setting up


def test_an_app_is_set_up_with_a_code_and_asked_for_from_then_on(
    client_for, owner, shop, django_capture_on_commit_callbacks
):
    browser = client_for(owner)
    page = browser.get(f"{SECURITY}app/aan/")
    secret = re.search(r"data-secret>(\w+)<", page.content.decode())[1]
    assert "data:image/svg+xml" in page.content.decode()
    assert secret not in str(dict(browser.session)), "it waits encrypted"
    assert browser.post(f"{SECURITY}app/aan/", {"code": "000000"}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(f"{SECURITY}app/aan/", {"code": code_now(secret=secret)}).url == f"{SECURITY}codes/"
    row = Authenticator.objects.get(type="totp")
    assert secret not in json.dumps(row.data), "and stays encrypted"
    assert len(re.findall(r"<li>\d{8}</li>", browser.get(f"{SECURITY}codes/").content.decode())) == 10
    assert "Er is een authenticator-app toegevoegd" in subjects_and_bodies()
    other = Client()
    assert give_password(other).url == SECOND
    assert other.get("/").status_code == 302


def test_a_passkey_is_added_and_lets_one_in_with_and_without_a_password(client_for, owner, shop, settings):
    settings.BASE_URL = "http://localhost"
    browser, passkey = client_for(owner), SoftPasskey()
    options = options_on(browser.get(f"{SECURITY}sleutels/nieuw/"))
    assert options["publicKey"]["rp"]["id"] == "localhost", "of our own address, not of what a request says"
    form = {"name": "Telefoon", "credential": passkey.register(options), "passwordless": "on"}
    assert browser.post(f"{SECURITY}sleutels/nieuw/", form).url == f"{SECURITY}codes/"
    assert "Telefoon" in text_of(browser.get(SECURITY))
    with_password = Client()
    assert give_password(with_password).url == SECOND
    options = options_on(with_password.get(SECOND))
    assert with_password.post(SECOND, {"credential": passkey.use(options)}).url == "/"
    alone = Client()
    options = alone.get(PASSKEY_LOGIN, headers={"Accept": "application/json"}).json()["request_options"]
    assert alone.post(PASSKEY_LOGIN, {"credential": passkey.use(options, owner)}).url == "/"
    assert alone.get("/").status_code == 200
    assert alone.session.get_expire_at_browser_close()


@pytest.mark.parametrize("credential", ["", "x", "[]", "1", '{"id": 1}', '{"response": {"userHandle": 3}}', "null"])
def test_a_garbled_passkey_is_a_wrong_one(client_for, owner, shop, credential):
    give_app(owner)
    stranger, half, browser = Client(), Client(), client_for(owner)
    give_password(half)
    half.get(SECOND)
    browser.get(f"{SECURITY}sleutels/nieuw/")
    stranger.get(PASSKEY_LOGIN, headers={"Accept": "application/json"})
    assert stranger.post(PASSKEY_LOGIN, {"credential": credential}).url == f"{LOGIN}?passkey=rejected"
    assert half.post(SECOND, {"credential": credential}).status_code == 422
    assert browser.post(f"{SECURITY}sleutels/nieuw/", {"credential": credential}).status_code == 422
    assert browser.post("/account/bevestigen/sleutel/", {"credential": credential}).status_code in {302, 422}


def test_a_disabled_account_gets_in_with_no_passkey(client_for, owner, shop, settings):
    settings.BASE_URL = "http://localhost"
    browser, passkey = client_for(owner), SoftPasskey()
    options = options_on(browser.get(f"{SECURITY}sleutels/nieuw/"))
    browser.post(f"{SECURITY}sleutels/nieuw/", {"name": "x", "credential": passkey.register(options)})
    owner.is_active = False
    owner.save()
    stranger = Client()
    options = stranger.get(PASSKEY_LOGIN, headers={"Accept": "application/json"}).json()["request_options"]
    answer = stranger.post(PASSKEY_LOGIN, {"credential": passkey.use(options, owner)})
    assert answer.url == f"{LOGIN}?passkey=rejected"


# Signing in


def test_after_the_password_the_code_lets_one_in_once(client, owner, shop):
    give_app(owner)
    assert give_password(client).url == SECOND
    assert "Typ de code" in client.get(SECOND, headers={"Accept-Language": "nl"}).content.decode()
    code = code_now()
    assert client.post(SECOND, {"code": code}).url == "/"
    again = Client()
    give_password(again)
    assert again.post(SECOND, {"code": code}).status_code == 422, "somebody looked over the shoulder"
    assert again.post(SECOND, {"code": code_now(1)}).url == "/"


def test_a_code_of_another_time_or_account_is_wrong(client, owner, shop):
    give_app(owner)
    give_password(client)
    assert client.post(SECOND, {"code": code_now(-3)}).status_code == 422
    other = make_user(email="other@example.com")
    row = give_app(other)
    Authenticator.objects.filter(user=owner).update(data=row.data)
    assert client.post(SECOND, {"code": code_now()}).status_code == 422, "a secret copied from another account"


def test_codes_cannot_be_guessed_on_and_on(client, owner, shop):
    give_app(owner)
    give_password(client)
    answers = [client.post(SECOND, {"code": f"{number:06}"}).status_code for number in range(10)]
    last = client.post(SECOND, {"code": code_now()})
    assert (set(answers), last.status_code) == ({422}, 429)
    assert 600 < int(last["Retry-After"]) <= 900


def test_with_ever_new_addresses_fifty_codes_a_day_are_tried(client, owner, shop):
    give_app(owner)
    limit = ceilings.CODE_ACCOUNT.of(owner.pk)
    ceilings.take([limit])
    AttemptCount.objects.update(count=limit.amount)
    give_password(client)
    assert client.post(SECOND, {"code": code_now()}).status_code == 429


def test_a_recovery_code_lets_one_in_once_and_the_owner_is_told(client_for, owner, shop):
    give_app(owner)
    browser = client_for(owner)
    browser.post(f"{SECURITY}codes/nieuw/")
    code = re.search(r"<li>(\d{8})</li>", browser.get(f"{SECURITY}codes/").content.decode())[1]
    assert code in browser.get(f"{SECURITY}codes/bestand/").content.decode()
    first, second = Client(), Client()
    give_password(first)
    assert first.post(SECOND, {"code": code}).url == "/"
    assert "Er is ingelogd met een herstelcode" in subjects_and_bodies()
    give_password(second)
    assert second.post(SECOND, {"code": code}).status_code == 422


def test_without_the_key_of_its_secret_a_code_is_wrong_and_nothing_breaks(client_for, owner, shop, settings):
    give_app(owner)
    browser = client_for(owner)
    browser.post(f"{SECURITY}codes/nieuw/")
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    half = Client()
    give_password(half)
    assert half.post(SECOND, {"code": code_now()}).status_code == 422
    for path in ("", "codes/", "codes/nieuw/", "codes/bestand/"):
        assert browser.get(SECURITY + path).status_code in {200, 302}
    call_command("remove_second_factor", "Owner@example.com")
    assert give_password(Client()).url == "/"
    with pytest.raises(CommandError):
        call_command("remove_second_factor", "nobody@example.com")


def test_what_is_removed_lets_nobody_in_and_the_owner_is_told(client_for, owner, shop):
    give_app(owner)
    browser = client_for(owner)
    assert "verwijderen?" in browser.get(f"{SECURITY}app/uit/").content.decode()
    browser.post(f"{SECURITY}app/uit/")
    assert not Authenticator.objects.exists()
    assert "De authenticator-app is verwijderd" in subjects_and_bodies()
    assert give_password(Client()).url == "/"


def test_nobody_touches_the_passkey_of_somebody_else(client_for, owner, shop):
    other = make_user(email="other@example.com")
    row = Authenticator.objects.create(user=other, type="webauthn", data={"name": "x", "credential": {}})
    for page in ("verwijderen/", "naam/"):
        for method in ("get", "post"):
            assert getattr(client_for(owner), method)(f"{SECURITY}sleutels/{row.pk}/{page}").status_code == 404
    row.refresh_from_db()
    assert row.data["name"] == "x"
