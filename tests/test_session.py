"""``session``: how a session starts, what it may do without being asked again, where it is shown, and how it ends."""

import json
import re
import runpy
import time
from datetime import timedelta
from http.cookies import Morsel
from pathlib import Path

import pytest
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from accounts.services import user_sessions
from accounts.tasks import clean_up
from accounts.tests.factories import make_user, prove_identity
from accounts.tests.mails import sent_mails
from accounts.user_agents import device_name
from myparcel_backoffice.celery import DAILY
from shops import permissions
from shops.permissions import ASKS_AGAIN, ROLE_PERMISSIONS
from shops.services import gateway_accounts
from shops.tests.factories import make_member
from shops.tests.test_permissions import ADDRESSES, REFUSAL, path_of

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent
LOGIN, ASK, GO_ON = "/account/inloggen/", "/account/bevestigen/", "/account/verder/"
SESSIONS, PASSWORD = "/account/profiel/sessies/", "/account/profiel/wachtwoord/"
LONG_AGO = 16 * 60
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36"


def log_in(client: Client, password: str = "a long password", **fields: str):
    return client.post(LOGIN, {"login": "owner@example.com", "password": password, **fields})


# Starting


def test_signing_in_gives_a_new_session(client, owner, shop):
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    log_in(client)
    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_cookies_are_for_us_alone(client, owner, shop, settings):
    settings.SESSION_COOKIE_SECURE = True
    cookies = log_in(client).cookies
    for name in (settings.SESSION_COOKIE_NAME, settings.DEVICE_COOKIE_NAME):
        cookie: Morsel[str] = cookies[name]
        assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Lax")
        assert (cookie["path"], cookie["domain"]) == ("/", "")


def test_in_production_no_other_host_can_set_our_cookies(monkeypatch):
    values = {
        "PRODUCTION": "1",
        "SECRET_KEY": "k" * 50,
        "FIELD_KEYS": "x",
        "BASE_URL": "https://backoffice.example",
        "ALLOWED_HOSTS": "backoffice.example",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    found = runpy.run_path(str(ROOT / "myparcel_backoffice" / "settings.py"))
    names = {found[f"{kind}_COOKIE_NAME"] for kind in ("SESSION", "CSRF", "DEVICE")}
    assert names == {"__Host-session", "__Host-csrf", "__Host-device"}
    assert found["SESSION_COOKIE_SECURE"]
    assert found["CSRF_COOKIE_SECURE"]
    monkeypatch.setenv("SHOPS_OPENED_BY", "nobody")
    with pytest.raises(ImproperlyConfigured):
        runpy.run_path(str(ROOT / "myparcel_backoffice" / "settings.py"))


def test_a_new_device_is_mailed_to_the_owner_and_a_known_one_is_not(owner, shop):
    first, second = Client(), Client(HTTP_USER_AGENT=WINDOWS, REMOTE_ADDR="203.0.113.9")
    log_in(first)
    assert sent_mails() == [], "whoever signs in for the first time knows"
    first.post("/account/uitloggen/")
    log_in(first)
    assert sent_mails() == []
    log_in(second)
    (message,) = sent_mails()
    assert (message.to, message.subject) == (["owner@example.com"], "Nieuwe aanmelding bij MyParcel Backoffice")
    assert "Chrome op Windows op adres 203.0.113.9" in message.body


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (WINDOWS, "Chrome op Windows"),
        (f"{WINDOWS} Edg/131.0", "Edge op Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari op iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox op Linux"),
        ("curl/8.0", "onbekend apparaat"),
        ("", "onbekend apparaat"),
    ],
)
def test_devices_have_names_for_people(header, name):
    assert device_name(header) == name


# Being asked again


def asks_again(answer) -> bool:
    return answer.status_code == 302 and answer.url.startswith(ASK)


def test_every_address_for_keys_connections_team_exports_and_erasures_asks_again(client_for, owner, shop, monkeypatch):
    """Found by what is refused to somebody with all other permissions, so a new address is covered."""
    stripped = frozenset(ROLE_PERMISSIONS["owner"] - ASKS_AGAIN)
    monkeypatch.setitem(permissions.ROLE_PERMISSIONS, "reader", stripped)
    other, mine = client_for(make_member(shop, make_user(), "reader").user), client_for(owner)
    prove_identity(mine, owner, ago=LONG_AGO)
    refused, silent = set(), set()
    for address in ADDRESSES:
        path = path_of(address)
        answer = other.post(path)
        if answer.status_code == 403 and REFUSAL in answer.content.decode():
            refused.add(path)
            if not asks_again(mine.post(path)):
                silent.add(path)
    assert len(refused) >= 13
    assert silent == set()
    keys_and_connections = {"/instellingen/algemeen/x/", "/integratie/acme/toestemming/"}
    exports_and_erasures = {"/privacy/persoon/bestand/", "/privacy/persoon/wissen/", "/privacy/shop/sluiten/nu/"}
    assert refused >= keys_and_connections | exports_and_erasures | {"/instellingen/team/uitnodigen/"}


def test_a_recent_sign_in_is_not_asked_again(client, owner, shop):
    log_in(client)
    assert client.get("/instellingen/team/uitnodigen/").status_code == 200


def test_a_page_comes_back_after_the_password(client_for, owner, shop):
    browser = client_for(owner)
    prove_identity(browser, owner, ago=LONG_AGO)
    asked = browser.get("/instellingen/team/uitnodigen/?a=1")
    assert asked.url == f"{ASK}?next=%2Finstellingen%2Fteam%2Fuitnodigen%2F%3Fa%3D1"
    assert "Ben jij het?" in browser.get(asked.url).content.decode()
    assert browser.post(asked.url, {"password": "wrong"}).status_code == 422
    back = browser.post(asked.url, {"password": "a long password", "next": "/instellingen/team/uitnodigen/?a=1"})
    assert back.url == "/instellingen/team/uitnodigen/?a=1"
    assert browser.get(back.url).status_code == 200


def test_a_form_that_was_pressed_goes_on_after_the_password_and_its_key_is_not_readable_meanwhile(
    client_for, owner, shop, monkeypatch
):
    saved = []
    monkeypatch.setattr(
        gateway_accounts, "save_api_key", lambda shop, key, gateway, **_: saved.append(key) or pytest.fail("stop")
    )
    browser = client_for(owner)
    prove_identity(browser, owner, ago=LONG_AGO)
    asked = browser.post("/instellingen/algemeen/acmepost/", {"api_key": "canary-key", "two": ["1", "2"]})
    assert asked.url == f"{ASK}?next=%2Faccount%2Fverder%2F"
    assert saved == []
    assert "canary" not in json.dumps(dict(browser.session))
    assert STATE_SESSION_KEY not in browser.session, "the library would keep it readable"
    assert browser.get(GO_ON).url == ASK, "not before the password"
    browser.post(asked.url, {"password": "a long password", "next": GO_ON})
    page = browser.get(GO_ON).content.decode()
    assert 'action="/instellingen/algemeen/acmepost/"' in page
    form = page.partition("data-resume")[2].partition("</form>")[0]
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)
    assert [(name, value) for name, value in fields if name != "csrfmiddlewaretoken"] == [
        ("api_key", "canary-key"),
        ("two", "1"),
        ("two", "2"),
    ]
    assert browser.get(GO_ON).url == "/", "once"
    with pytest.raises(pytest.fail.Exception):
        browser.post("/instellingen/algemeen/acmepost/", {"api_key": "canary-key"})
    assert saved == ["canary-key"]


def test_a_form_of_somebody_else_or_of_long_ago_does_not_go_on(client_for, owner, shop, monkeypatch):
    now = time.time()
    browser = client_for(owner)
    prove_identity(browser, owner, ago=LONG_AGO)
    browser.post("/instellingen/team/uitnodigen/", {"email": "nina@example.com"})
    kept = browser.session["form_to_resume"]
    other = client_for(make_member(shop, make_user(), "owner").user)
    session = other.session
    session["form_to_resume"] = kept
    session.save()
    assert other.get(GO_ON).url == "/"
    prove_identity(browser, owner, ago=-LONG_AGO)
    monkeypatch.setattr("accounts.reauthentication.time.time", lambda: now + LONG_AGO)
    assert browser.get(GO_ON).url == "/"


def test_a_script_is_led_to_the_question(client_for, owner, shop):
    browser = client_for(owner)
    prove_identity(browser, owner, ago=LONG_AGO)
    headers = {"HX-Request": "true", "Referer": "http://testserver/instellingen/team/"}
    answer = browser.get("/instellingen/team/uitnodigen/", headers=headers)
    assert answer["HX-Redirect"] == f"{ASK}?next=%2Finstellingen%2Fteam%2F"


def test_a_form_too_large_to_keep_leads_back_to_its_page(client_for, owner, shop):
    browser = client_for(owner)
    prove_identity(browser, owner, ago=LONG_AGO)
    referer = {"Referer": "http://testserver/instellingen/team/"}
    answer = browser.post("/instellingen/team/uitnodigen/", {"email": "x" * 200_000}, headers=referer)
    assert answer.url == f"{ASK}?next=%2Finstellingen%2Fteam%2F"


def test_the_question_leads_to_no_other_site(client_for, owner, shop):
    browser = client_for(owner)
    answer = browser.post(ASK, {"password": "a long password", "next": "https://evil.example/"})
    assert answer.url == "/"


# Seeing and ending


def test_every_session_is_shown_with_device_address_and_last_use(owner, shop):
    here, there = Client(HTTP_USER_AGENT=WINDOWS), Client(HTTP_USER_AGENT="Firefox Android", REMOTE_ADDR="203.0.113.9")
    log_in(here)
    log_in(there)
    page = " ".join(here.get(SESSIONS).content.decode().split())
    for text in ("Chrome op Windows", "Dit apparaat, nu", "Firefox op Android", "203.0.113.9"):
        assert text in page
    assert here.session.session_key not in page


def test_a_session_from_before_they_were_kept_is_shown_too(client_for, owner, shop):
    assert "Dit apparaat, nu" in client_for(owner).get(SESSIONS).content.decode()


def test_one_session_is_ended_and_then_all_others(owner, shop):
    here, second, third = Client(), Client(), Client()
    for client in (here, second, third):
        log_in(client)
    row = UserSession.objects.get(session_key=second.session.session_key)
    here.post(SESSIONS, {"session": str(row.pk)})
    assert second.get("/").status_code == 302
    assert third.get("/").status_code == 200
    here.post(SESSIONS)
    assert third.get("/").status_code == 302
    assert here.get("/").status_code == 200
    assert UserSession.objects.count() == 1


@pytest.mark.parametrize("number", ["", "x", "99999999999999999999", "-1", "²"])
def test_nobody_ends_the_session_of_somebody_else(client_for, owner, shop, number):
    theirs = Client()
    log_in(theirs)
    row = UserSession.objects.get()
    browser = client_for(make_member(shop, make_user(), "admin").user)
    browser.post(SESSIONS, {"session": number or str(row.pk)})
    browser.post(SESSIONS)
    assert not user_sessions.end(make_user(), row.pk), "the service holds it by itself"
    assert theirs.get("/").status_code == 200


def test_a_new_password_ends_all_others_and_forgets_their_devices(owner, shop):
    here, there = Client(), Client()
    log_in(here)
    log_in(there)
    form = {"current_password": "a long password", "password": "a fresh long password"}
    assert here.post(PASSWORD, form).status_code == 302
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302
    assert UserSession.objects.get().session_key == here.session.session_key
    assert "Je wachtwoord is gewijzigd." in sent_mails()[-1].body
    sent = len(sent_mails())
    here.post("/account/uitloggen/")
    log_in(here, "a fresh long password")
    assert len(sent_mails()) == sent, "where it was changed is a known device"
    log_in(there, "a fresh long password")
    assert sent_mails()[-1].subject == "Nieuwe aanmelding bij MyParcel Backoffice"


def test_a_password_chosen_with_a_link_ends_every_session_and_is_told(client, owner, shop):
    there = Client()
    log_in(there)
    client.post("/account/wachtwoord/vergeten/", {"email": owner.email})
    link = re.search(r"http\S+?(/account/\S+)", sent_mails()[0].body)[1]
    page = client.get(link, follow=True)
    client.post(page.request["PATH_INFO"], {"password1": "another long one", "password2": "another long one"})
    assert there.get("/").status_code == 302
    assert not UserSession.objects.exists()
    assert "met een link uit een mail" in sent_mails()[-1].body


def test_signing_out_and_expiring_leave_no_row(owner, shop):
    first, second = Client(), Client()
    log_in(first)
    log_in(second)
    first.post("/account/uitloggen/")
    assert UserSession.objects.count() == 1
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert user_sessions.open_sessions(owner) == []
    assert "accounts.clean_up" in DAILY
    clean_up()
    assert not Session.objects.exists()
    assert not UserSession.objects.exists()


def test_whoever_never_signs_out_keeps_the_newest_fifty(owner):
    for number in range(52):
        user_sessions.record(owner, f"key{number}", "127.0.0.1", "")
    assert UserSession.objects.count() == user_sessions.MAX_SESSIONS
    assert not UserSession.objects.filter(session_key="key0").exists()


def test_the_last_use_is_written_every_five_minutes(client, owner, shop, django_assert_max_num_queries):
    log_in(client)
    client.get("/")
    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(hours=1))
    client.get("/")
    assert UserSession.objects.get().last_seen_at < timezone.now() - timedelta(minutes=5)
    session = client.session
    session["seen"] = time.time() - 301
    session.save()
    client.get("/", REMOTE_ADDR="203.0.113.77")
    row = UserSession.objects.get()
    assert row.last_seen_at > timezone.now() - timedelta(minutes=1)
    assert row.ip == "203.0.113.77"
