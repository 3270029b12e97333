"""Nobody learns whether an address has an account: words, status and work are the same for every address."""

import re

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher, PBKDF2PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AttemptCount, OutgoingMail, User
from accounts.tests.factories import make_user
from accounts.tests.mails import sent_mails

pytestmark = pytest.mark.django_db
LOGIN, RESET = "/account/inloggen/", "/account/wachtwoord/vergeten/"
KNOWN, DISABLED, UNKNOWN = "known@example.com", "disabled@example.com", "nobody@example.com"


@pytest.fixture(autouse=True)
def _accounts(db: None) -> None:
    make_user(email=KNOWN)
    make_user(email=DISABLED, is_active=False)


def answer(path: str, form: dict[str, str], monkeypatch) -> tuple[object, ...]:
    """Status, target, text without what is random, the kinds of queries, and how often a password was hashed."""
    hashed = []
    AttemptCount.objects.all().delete()
    encode = MD5PasswordHasher.encode

    def counting(self, password, salt):
        hashed.append(password)
        return encode(self, password, salt)

    with monkeypatch.context() as patch, CaptureQueriesContext(connection) as queries:
        patch.setattr(MD5PasswordHasher, "encode", counting)
        page = Client(HTTP_ACCEPT_LANGUAGE="nl").post(path, form)
    text = re.sub(r'(name="csrfmiddlewaretoken" value=|X-CSRFToken": )"\w+"', "", page.content.decode())
    text = text.replace(next(iter(form.values())), "ADDRESS")
    kinds = [" ".join(re.sub(r"\d+", "", query["sql"]).split()[:4]) for query in queries]
    return page.status_code, page.get("Location"), text, kinds, len(hashed)


@pytest.mark.parametrize("password", ["wrong", "a long password"])
def test_at_the_sign_in_page(monkeypatch, password):
    if password == "wrong":
        known = answer(LOGIN, {"login": KNOWN, "password": password}, monkeypatch)
    else:
        known = answer(LOGIN, {"login": KNOWN, "password": "wrong"}, monkeypatch)
    disabled, unknown = (
        answer(LOGIN, {"login": email, "password": password}, monkeypatch) for email in (DISABLED, UNKNOWN)
    )
    assert known[0] == 422
    assert known[-1] == 1, "one password is hashed"
    assert disabled == known
    assert unknown == known


class OldHasher(PBKDF2PasswordHasher):
    iterations = 1


@pytest.mark.parametrize("is_gone", [False, True])
def test_a_hash_of_a_former_kind_takes_no_other_time(monkeypatch, settings, is_gone):
    """Each kind that any account still has is tried once, whoever's address it is."""
    former = f"{__name__}.{OldHasher.__name__}"
    settings.PASSWORD_HASHERS = [f"{MD5PasswordHasher.__module__}.{MD5PasswordHasher.__name__}", former]
    make_user(email="old@example.com")
    if not is_gone:
        User.objects.filter(email="old@example.com").update(password=OldHasher().encode("another one", "salt"))
    hashed: list[str] = []
    for hasher in (MD5PasswordHasher, OldHasher):
        encode = hasher.encode

        def counting(self, *given, encode=encode, **more):
            hashed.append(self.algorithm)
            return encode(self, *given, **more)

        monkeypatch.setattr(hasher, "encode", counting)
    for email in (KNOWN, DISABLED, UNKNOWN, "old@example.com"):
        hashed.clear()
        assert Client().post(LOGIN, {"login": email, "password": "wrong"}).status_code == 422
        assert sorted(hashed) == (["md5"] if is_gone else ["md5", "pbkdf2_sha256"]), email


def test_when_a_new_password_is_asked_for(monkeypatch):
    known, disabled, unknown = (answer(RESET, {"email": email}, monkeypatch) for email in (KNOWN, DISABLED, UNKNOWN))
    assert known[:2] == (302, "/account/wachtwoord/verstuurd/")
    assert disabled == known
    assert unknown == known


def test_only_an_active_account_gets_a_link():
    for email in (KNOWN, DISABLED, UNKNOWN):
        Client().post(RESET, {"email": email})
    assert OutgoingMail.objects.count() == 3
    assert [message.to for message in sent_mails()] == [[KNOWN]]
    assert not OutgoingMail.objects.filter(to__in=[DISABLED, UNKNOWN]).exists(), "addresses of strangers are not kept"


def test_a_link_of_somebody_who_was_disabled_since_changes_nothing():
    Client().post(RESET, {"email": KNOWN})
    link = re.search(r"http\S+?(/account/\S+)", sent_mails()[0].body)[1]
    User.objects.update(is_active=False)
    page = Client().get(link, follow=True, headers={"Accept-Language": "nl"})
    assert "Deze link werkt niet meer" in page.content.decode()
