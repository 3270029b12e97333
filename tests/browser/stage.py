"""A browser page on which a test shows any state of the pages about accounts, security and privacy."""

import json
import secrets
from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.test import Client
from playwright.sync_api import Page

from accounts.models import User
from accounts.services.second_factor import encryption_context
from accounts.tests.factories import prove_identity
from accounts.tests.passkey import SoftPasskey
from lib.crypto import encrypt
from shops.models import Shop
from tests.browser.in_process import BASE, serve

LOGIN, ASK = "/account/inloggen/", "/account/bevestigen/"
SECURITY, TEAM = "/account/profiel/beveiliging/", "/instellingen/team/"
RULES = "/instellingen/zendingen/regels/"
PRIVACY, RETENTION, LOG = "/privacy/", "/instellingen/bewaren/", "/instellingen/logboek/"
PRACTICE = "/instellingen/oefenen/"
LONG_NAME = "Maria Magdalena Wilhelmina van den Heuvel-Schimmelpenninck"
LONG_EMAIL = "maria.magdalena.wilhelmina.van.den.heuvel@schimmelpenninck-voorbeeld.example"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36"


class Stage:
    """A browser page, the account it is signed in to, and its shop."""

    def __init__(self, page: Page, language: str, client_for: Callable[[User], Client], owner: User, shop: Shop):
        self.page, self.language, self.owner, self.shop = page, language, owner, shop
        self._client_for = client_for
        self.client = self.stranger()
        serve(page, lambda: self.client)

    def stranger(self) -> Client:
        client = Client(HTTP_ACCEPT_LANGUAGE=self.language, HTTP_HOST="localhost")
        client.cookies["django_language"] = self.language
        return client

    def sign_in(self, user: User | None = None, method: str = "password", ago: float = 0) -> Client:
        user = user or self.owner
        User.objects.filter(pk=user.pk).update(language=self.language)
        user.refresh_from_db()
        self.client = self._client_for(user)
        self.client.defaults["HTTP_HOST"] = "localhost"
        prove_identity(self.client, user, method, ago)
        return self.client

    def open(self, path: str) -> None:
        self.page.goto(BASE + path)
        self._arrive()

    def _arrive(self) -> None:
        """Until a page of ours is there: redirects come as a page that leads on, which has no styles."""
        self.page.locator("link[rel=stylesheet]").first.wait_for(state="attached")

    def send(self, path: str, fields: dict[str, str], on: str = "") -> None:
        """Open ``on`` (else ``path``) and send these fields from there, as a form of that page would."""
        self.open(on or path)
        with self.page.expect_navigation():
            self.page.evaluate(SEND, [path, fields])
        self._arrive()


SEND = """([path, fields]) => {
    const form = document.createElement('form');
    form.method = 'post';
    form.action = path;
    for (const [name, value] of Object.entries(fields)) {
        const input = document.createElement('input');
        input.name = name;
        input.value = value;
        form.append(input);
    }
    form.hidden = true;
    document.body.append(form);
    form.submit();
}"""


def give_passkey(user: User, name: str) -> Authenticator:
    """A passkey that the pages list; its key opens nothing."""
    options = {"publicKey": {"challenge": "AAAA"}}
    credential = json.loads(SoftPasskey(credential_id=secrets.token_bytes(16)).register(options))
    data = {"name": name, "credential": credential}
    return Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)


def give_codes(user: User) -> Authenticator:
    data = {"seed": encrypt("seed", encryption_context(user.pk)), "used_mask": 0b101}
    return Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data=data)
