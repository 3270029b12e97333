"""Every page that allauth can lead to is ours, or nothing leads to it: no error page, in our words, for everybody."""

import re
from pathlib import Path

import allauth
import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts import library_urls
from accounts.services.notices import HAPPENED
from accounts.tests.factories import give_app, make_user, prove_identity
from tests.test_session import LONG_AGO, log_in

pytestmark = pytest.mark.django_db
APPS = ("account", "mfa", "usersessions", "core")
# Names in the library's code that no page of ours leads to, and why nothing asks for them.
NOT_ROUTED = {
    "account_signup": "nobody signs up uninvited",
    "account_signup_by_passkey": "nobody signs up uninvited",
    "mfa_signup_webauthn": "nobody signs up uninvited",
    "account_inactive": "a disabled account is told what an unknown one is told",
    "account_email": "an account has one address",
    "account_email_verification_sent": "addresses come from invitations",
    "account_confirm_email": "addresses come from invitations",
    "account_change_password": "accounts:password does",
    "account_set_password": "accounts:password does",
    "account_change_phone": "there are no telephone numbers",
    "account_verify_phone": "there are no telephone numbers",
    "account_request_login_code": "there are no codes by mail",
    "account_confirm_login_code": "there are no codes by mail",
    "account_confirm_password_reset_code": "a new password is chosen with a link",
    "account_complete_password_reset": "a new password is chosen with a link",
    "account_password_reset_completed": "a new password is chosen with a link",
    "mfa_trust": "no browser skips the second step",
}
ROUTED = {pattern.name: pattern for pattern in library_urls.urlpatterns}


def names_in_the_library() -> set[str]:
    package = Path(allauth.__file__).parent
    files = [path for app in APPS for path in (package / app).rglob("*.py") if "tests" not in path.parts]
    return {
        name for path in files for name in re.findall(r'"((?:account|mfa|usersessions)_[a-z_]+)"', path.read_text())
    }


def test_every_page_the_library_can_lead_to_is_ours_or_is_never_led_to():
    known = {name for name in names_in_the_library() if name in ROUTED or name in NOT_ROUTED or is_url_name(name)}
    assert len(known) > 30
    assert set(ROUTED) | set(NOT_ROUTED) >= known
    for name in NOT_ROUTED:
        with pytest.raises(NoReverseMatch):
            reverse(name)


def is_url_name(name: str) -> bool:
    """Whether the library itself gives a page this name."""
    package = Path(allauth.__file__).parent
    return any(f'name="{name}"' in path.read_text() for app in APPS for path in (package / app).rglob("urls.py"))


def visitor(state: str, owner, shop, client_for) -> Client:
    if state == "stranger":
        return Client(HTTP_ACCEPT_LANGUAGE="nl")
    if state == "without a shop":
        return client_for(make_user())
    if state == "with a second step":
        give_app(owner)
        Authenticator.objects.create(user=owner, type="recovery_codes", data={"seed": "x", "used_mask": 0})
    if state == "halfway":
        give_app(owner)
        half = Client(HTTP_ACCEPT_LANGUAGE="nl")
        log_in(half)
        return half
    browser = client_for(owner)
    if state == "disabled since":
        owner.is_active = False
        owner.save()
        browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "nl"
    if state == "long ago":
        prove_identity(browser, owner, ago=LONG_AGO)
    return browser


STATES = ("stranger", "halfway", "signed in", "with a second step", "long ago", "without a shop", "disabled since")


@pytest.mark.parametrize("state", STATES)
def test_every_page_of_the_library_answers_everybody_in_our_words(client_for, owner, shop, state):
    browser = visitor(state, owner, shop, client_for)
    kwargs = {
        "account_reset_password_from_key": {"uidb36": "1", "key": "x-y"},
        "mfa_remove_webauthn": {"pk": 1},
        "mfa_edit_webauthn": {"pk": 1},
    }
    wrong = {}
    for name in sorted(set(ROUTED) - {"account_logout"}):
        path = reverse(name, kwargs=kwargs.get(name, {}))
        for answer in (browser.get(path), browser.post(path, {"login": "x@example.com", "password": "x", "code": "1"})):
            page = answer.content.decode()
            is_ours = answer.status_code in {302, 405} or "MyParcel" in page and 'lang="nl"' in page
            is_file = answer.get("Content-Type", "").startswith("text/plain")
            if answer.status_code >= 500 or not (is_ours or is_file):
                wrong[name] = (answer.status_code, page[:200])
    assert wrong == {}


def test_a_disabled_account_with_the_right_password_reads_what_a_stranger_reads(owner, shop):
    owner.is_active = False
    owner.save()
    answer = log_in(Client(HTTP_ACCEPT_LANGUAGE="nl"))
    assert answer.status_code == 422
    assert "E-mailadres of wachtwoord klopt niet" in answer.content.decode()


def test_every_change_the_library_tells_of_has_words_of_ours():
    package = Path(allauth.__file__).parent
    told = {
        name
        for app in ("account", "mfa")
        for path in (package / app).rglob("*.py")
        for name in re.findall(r'send_notification_mail\(\s*"([\w/]+)"', path.read_text())
    }
    ours_never = {"account/email/email_changed", "account/email/email_confirm", "account/email/email_deleted"}
    assert len(told) >= 8
    assert told - ours_never <= set(HAPPENED)
