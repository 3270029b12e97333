"""Who uses the shop during a storm: buyers and the owner at Wix, and the merchant at the backoffice, both over HTTP."""

import random
import re
import uuid
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import requests
from django.db import Error, connection

from accounts.models import User
from benchmarks.programs import Sandbox
from integrations.models import Connection
from jobs.models import Job
from shipments.job_kinds import JobKind
from shipments.models import JobItem, Shipment
from shipments.states import ShipmentStatus

# Waits of a browser and of a person who then tries again later.
PATIENCE = (2.0, 30.0)
TOKEN = re.compile(r'"X-CSRFToken": "([^"]+)"')
# What a storm must have seen people do, in the backoffice and at Wix.
PRESSES = (
    "importing",
    "labels",
    "splitting",
    "several parcels",
    "editing",
    "canceling a label",
    "a new draft",
    "synchronizing",
)
CHANGES = ("cancel", "refund", "edit", "readdress", "pay")
FORM_TAGS, UNPAID = ("input", "select", "textarea"), {"status": "APPROVED", "paymentStatus": "NOT_PAID"}


class Form(HTMLParser):
    """The fields of the form of a page that has this field, with their values as a browser would send them."""

    def __init__(self, page: str, having: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._having, self._open, self._select = having, dict[str, list[str]](), ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = {}
        elif tag in FORM_TAGS and given.get("name"):
            self._take(tag, given)
        elif tag == "option" and self._select and "selected" in given:
            self._open[self._select] = [given.get("value", "")]

    def _take(self, tag: str, given: dict[str, str]) -> None:
        name, kind = given["name"], given.get("type", "text")
        if tag == "select":
            self._select = name
        elif tag == "textarea":
            self._open[name] = [""]
        elif kind in {"checkbox", "radio"}:
            if "checked" in given:
                self._open.setdefault(name, []).append(given.get("value", "on"))
        elif kind not in {"submit", "button", "image", "file"}:
            self._open.setdefault(name, []).append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._having in self._open:
            self.fields = self._open
        elif tag == "select":
            self._select = ""


class Merchant:
    """Signed in as the owner of one shop. A press that fails is counted, and made again some other time."""

    def __init__(self, base: str, user: User, site: Connection, rng: random.Random) -> None:
        self.base, self.user, self.site, self.rng = base, user, site, rng
        self.done: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self._line = requests.Session()
        self._line.trust_env = False
        self._cookies = _sign_in(user)
        self._token = ""

    def press(self, what: str, path: str, **fields: Any) -> str:
        """Post a form; returns the page that follows, empty when there was none."""
        if not self._token:
            self._read_token()
        answer = self._send("POST", path, fields)
        if answer is not None and answer.status_code in {301, 302, 303}:
            self.done[what] += 1
            return answer.headers.get("Location", "")
        self.failed[what] += 1
        self._token = ""
        return ""

    def open(self, what: str, path: str) -> str:
        answer = self._send("GET", path, None)
        if answer is None or answer.status_code != 200:
            self.failed[what] += 1
            return ""
        self.done[what] += 1
        return answer.text

    def _read_token(self) -> None:
        found = TOKEN.search(self.open("opening a page", "/instellingen/afzender/"))
        self._token = found[1] if found else ""

    def _send(self, method: str, path: str, fields: dict[str, Any] | None) -> requests.Response | None:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        try:
            answer = self._line.request(
                method,
                self.base + path,
                data=fields,
                headers={"Cookie": cookies, "X-CSRFToken": self._token},
                timeout=PATIENCE,
                allow_redirects=False,
            )
        except requests.RequestException:
            return None
        self._cookies |= {name: value or "" for name, value in answer.cookies.get_dict().items()}
        return answer

    @property
    def is_importing(self) -> bool:
        return Job.objects.unfinished().filter(shop=self.site.shop_id, kind=JobKind.IMPORT).exists()

    def import_everything(self) -> None:
        site = self.site.public_id
        self.open("the import page", f"/zendingen/importeren/?site={site}")
        self.press("importing", "/zendingen/importeren/start/", all_matching=f"site={site}", key=uuid.uuid4().hex)

    def synchronize(self) -> None:
        self.press("synchronizing", f"/integratie/{self.site.public_id}/synchroniseer/")

    def label_everything(self) -> None:
        fields = {"all_matching": "tab=drafts", "layout": "a6", "start": "1", "key": uuid.uuid4().hex}
        self.press("labels", "/zendingen/labels/", **fields)
        if self.rng.random() < 0.2:
            self.press("the same labels again", "/zendingen/labels/", **fields)

    def retry_failures(self) -> None:
        failed = JobItem.objects.filter(job__shop=self.site.shop_id, state=JobItem.State.FAILED, retryable=True)
        for job in Job.objects.filter(pk__in=failed.values("job"), dismissed_at=None).exclude(finished_at=None)[:3]:
            self.press("trying again", f"/zendingen/taken/{job.public_id}/opnieuw/")

    def split_some(self, count: int) -> None:
        for one in self._some(ShipmentStatus.DRAFT, count):
            path = f"/zendingen/{one.public_id}/splitsen/"
            form = Form(self.open("the page of splitting", f"{path}?count=2"), having="w0").fields
            if form:
                self.press("splitting", path, **form, split="1")

    def bundle_some(self, count: int) -> None:
        """Send one shipment of several parcels."""
        for one in self._some(ShipmentStatus.DRAFT, count):
            path = f"/zendingen/{one.public_id}/splitsen/"
            fields = {"together": "1", "count": "2", "version": one.version}
            self.press("several parcels", path, **fields)

    def edit_some(self, count: int) -> None:
        for one in self._some(ShipmentStatus.DRAFT, count):
            path = f"/zendingen/{one.public_id}/bewerken/"
            form = Form(self.open("the editor", path), having="number").fields
            if form:
                form["number"] = [str(self.rng.randint(1, 240))]
                self.press("editing", path, **form)

    def cancel_some(self, count: int) -> None:
        for one in self._some(ShipmentStatus.REGISTERED, count):
            self.press("canceling a label", f"/zendingen/{one.public_id}/annuleren/")

    def remake_some(self) -> None:
        """A new draft in place of a canceled label."""
        for one in self._some(ShipmentStatus.CANCELED, 2):
            self.press("a new draft", f"/zendingen/{one.public_id}/opnieuw/")

    def _some(self, status: ShipmentStatus, count: int) -> list[Shipment]:
        own = Shipment.objects.filter(shop=self.site.shop_id, status=status).exclude(order=None)
        ids = list(own.values_list("pk", flat=True)[:500])
        return list(Shipment.objects.filter(pk__in=self.rng.sample(ids, min(count, len(ids)))))


def _sign_in(user: User) -> dict[str, str]:
    from django.conf import settings  # noqa: PLC0415 - read once Django is set up
    from django.test import Client  # noqa: PLC0415

    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


class Wix:
    """Buyers who order and pay, and the owner who changes orders in the dashboard of Wix."""

    def __init__(self, sandbox: Sandbox, site: str, webhooks: str, rng: random.Random) -> None:
        self.sandbox, self.site, self.rng, self._webhooks = sandbox, site, rng, webhooks
        self.placed: list[str] = []
        self.unpaid: list[str] = []
        self.done: Counter[str] = Counter()

    def tell_by_webhook(self, *, is_told: bool) -> None:
        self.sandbox.ask("/sandbox/knobs", {"webhook_url": self._webhooks if is_told else ""})

    def order(self, count: int, *, paid: bool = True) -> None:
        body: dict[str, Any] = {"site": self.site, "count": count, "seed": self.rng.randrange(10**9)}
        ids = self.sandbox.ask("/sandbox/orders", body | ({} if paid else {"order": UNPAID}))["ids"]
        self.placed += ids
        self.unpaid += [] if paid else ids
        self.done["ordered" if paid else "ordered without paying"] += len(ids)

    def pay(self, count: int) -> None:
        for own_id in self.unpaid[:count]:
            self._change(own_id, "pay")
        del self.unpaid[:count]

    def change_mind(self) -> None:
        """One order is canceled, refunded, edited or sent elsewhere."""
        own_id, act = self.rng.choice(self.placed), self.rng.choice(CHANGES[:4])
        details: dict[str, Any] = {}
        if act == "refund":
            details = {"quantity": 1}
        elif act == "edit":
            details = {"buyerNote": f"Graag als cadeau, {self.rng.randint(1, 99)}", "quantity": "5"}
        elif act == "readdress":
            details = {"addressLine": f"Nieuwelaan {self.rng.randint(1, 200)}"}
        self._change(own_id, act, details)

    def _change(self, own_id: str, act: str, details: dict[str, Any] | None = None) -> None:
        try:
            self.sandbox.ask(f"/sandbox/orders/{own_id}/{act}", details or {})
        except OSError:
            # It is canceled or refunded already.
            self.done[f"{act} was refused"] += 1
        else:
            self.done[act] += 1


def with_fresh_database(act: Any) -> None:
    """What a person does needs our database for choosing; during a restart it is not there, and nothing is done."""
    try:
        act()
    except Error:
        connection.close()
