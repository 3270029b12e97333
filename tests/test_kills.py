"""The real programs, killed in the middle: each order becomes one concept, each label one fulfillment."""

import re
from collections import Counter
from pathlib import Path

import pytest
import requests

from tests.stack import Stack, eventually

pytestmark = pytest.mark.stack
SITE = "Atelier Voorbeeld"
ORDERS = 400


class Merchant:
    """Uses the backoffice over HTTP, without a browser."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.http = stack, requests.Session()
        self.post("/account/inloggen/", login=stack.account["email"], password=stack.account["password"])

    def get(self, path: str) -> str:
        answer = self.http.get(self.stack.base + path, timeout=30)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    def post(self, path: str, **fields: object) -> requests.Response:
        page = path if path.startswith("/account") else "/zendingen/"
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', self.get(page))
        data = fields | {"csrfmiddlewaretoken": token[1] if token else ""}
        answer = self.http.post(self.stack.base + path, data=data, timeout=60)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer

    def connect(self) -> str:
        """Grant consent at the stand-in; answers the connection's address part."""
        found = re.search(r"/integratie/([0-9a-f-]{36})/intrekken/", self.come_back())
        assert found
        return found[1]

    def come_back(self) -> str:
        """Go to the stand-in and back; answers the page one comes back to."""
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', self.get("/integratie/wix/"))
        start = self.http.post(
            self.stack.base + "/integratie/wix/toestemming/",
            data={"csrfmiddlewaretoken": token[1] if token else ""},
            allow_redirects=False,
            timeout=30,
        )
        query = {
            "postInstallationUrl": requests.utils.unquote(start.headers["Location"].split("postInstallationUrl=")[1])
        }
        back = self.stack.ask("/sandbox/install", {"site": SITE, **query})["redirect"]
        return self.http.get(back, timeout=30).text

    def count(self, tab: str) -> int:
        page = self.get(f"/zendingen/?tab={tab}")
        found = re.search(r"tab=" + tab + r'"[^>]*>[^<]*<span class="tabs__count[^"]*">([\d.]+)<', page)
        return int(found[1].replace(".", "")) if found else 0

    def sender(self) -> None:
        fields = {
            "company": SITE,
            "street": "Kade",
            "number": "1",
            "postal_code": "3511AA",
            "city": "Utrecht",
            "country": "NL",
        }
        self.post("/instellingen/afzender/", **fields)


@pytest.fixture
def stack(tmp_path: Path):
    """Programs of this test's own, because it breaks them."""
    running = Stack(tmp_path / "data")
    running.start()
    yield running
    if running.program is not None:
        running.stop()


def fulfillments(stack: Stack) -> list[dict]:
    return [
        row
        for row in stack.ask(f"/sandbox/state.json?site={SITE.replace(' ', '%20')}")["fulfillments"]
        if "trackingInfo" in row
    ]


def test_power_cuts_in_the_middle_of_import_labels_and_push_lose_and_double_nothing(stack: Stack):
    stack.ask("/sandbox/orders", {"site": SITE, "count": ORDERS})
    merchant = Merchant(stack)
    merchant.sender()
    connection = merchant.connect()
    eventually(lambda: f"site={connection}" in merchant.get("/zendingen/importeren/"))
    eventually(lambda: int(re.findall(r'tabs__count">([\d.]+)', merchant.get("/zendingen/importeren/"))[0]) >= ORDERS)

    merchant.post("/zendingen/importeren/start/", alles=f"site={connection}&naar=nl", key="everything")
    stack.kill_everything()
    stack.start()
    merchant = Merchant(stack)
    merchant.post("/zendingen/importeren/start/", alles=f"site={connection}&naar=nl", key="everything-again")
    eventually(
        lambda: merchant.count("concepten") >= ORDERS and "Bezig" not in merchant.get("/zendingen/importeren/"), 60
    )
    imported = merchant.count("alle")

    stack.ask("/sandbox/knobs", {"fault": "lost_answer", "fault_count": 3, "fault_path": "create-fulfillment"})
    for round_number in range(3):
        merchant.post("/zendingen/labels/", alles="tab=concepten", papier="a6", start="1", key=f"labels-{round_number}")
        stack.kill_everything()
        stack.start()
        merchant = Merchant(stack)
    eventually(lambda: merchant.count("printen") >= ORDERS, 90)
    assert merchant.count("alle") == imported

    labelled = merchant.count("printen")
    eventually(lambda: len(fulfillments(stack)) >= labelled, 90)
    told = Counter(row["trackingInfo"]["trackingNumber"] for row in fulfillments(stack))
    orders = Counter(row["orderId"] for row in fulfillments(stack))
    assert len(told) == labelled
    assert set(told.values()) == {1}, "a label was told twice"
    assert set(orders.values()) == {1}, "an order got two parcels"


BAD_DAYS = {
    "500": "Wix geeft geen antwoord.",
    "503": "Wix geeft geen antwoord.",
    "html": "Wix geeft geen antwoord.",
    "429": "Wix vroeg ons rustiger aan te doen.",
    "truncated": "Wix gaf een antwoord dat we niet begrijpen.",
    "401": "Wix accepteert onze koppeling niet meer.",
    "403": "Wix geeft de app het recht Read Orders niet.",
}
"""What Wix does, and what the merchant reads; the last two end only when the merchant connects again."""


def test_every_bad_day_at_wix_gives_a_sentence_and_passes_without_a_loss(stack: Stack):
    merchant = Merchant(stack)
    for fault, sentence in BAD_DAYS.items():
        connection = merchant.connect()
        stack.ask("/sandbox/knobs", {"fault": fault, "fault_count": 0, "fault_path": "/ecom/", "retry_after": False})
        added = stack.ask("/sandbox/orders", {"site": SITE, "count": 1})["numbers"][0]
        merchant.post(f"/integratie/{connection}/synchroniseer/")
        eventually(lambda sentence=sentence: sentence in merchant.get("/integratie/wix/"))
        stack.ask("/sandbox/knobs", {"fault": ""})
        if fault in {"401", "403"}:
            assert 'btn--primary" href="/zendingen/importeren/"' not in merchant.get("/zendingen/")
            merchant.connect()
        elif fault == "429":
            continue
        eventually(lambda added=added: f"#{added}" in merchant.get(f"/zendingen/importeren/?zoek={added}"), 60)


CALLBACKS = {
    "tampered": "de handtekening klopt niet",
    "stale": "Het antwoord van Wix is te oud.",
    "wrong_app": "Wix antwoordde voor een andere app.",
    "other_instance": "Het antwoord van Wix spreekt zichzelf tegen.",
    "other_site": "Wix zegt dat dit een andere site is dan je koos.",
}
"""How the way back from Wix can be wrong, and what the merchant reads."""


def test_a_callback_that_is_not_right_connects_nothing_and_says_why(stack: Stack):
    merchant = Merchant(stack)
    for wrong, sentence in CALLBACKS.items():
        stack.ask("/sandbox/knobs", {"next_install": wrong})
        page = merchant.come_back()
        assert sentence in page, wrong
        assert "Trek toestemming in" not in page
    assert merchant.connect()


def test_commands_do_what_their_help_says(stack: Stack):
    assert "would import" in stack.manage("import_orders", "--shop", "Studio Tweede", "--dry-run")
    assert "done" in stack.manage("sync_orders", "--shop", "Studio Tweede")
    assert "imported" in stack.manage("import_orders", "--shop", "Studio Tweede")
    assert "app version 1.0.0" in stack.manage("check_connections", "--shop", "Studio Tweede")
    assert "handled" in stack.manage("push_fulfillments", "--retry-failed")
    assert "There is no shop" in stack.manage("sync_orders", "--shop", "Nobody's")
    assert "The demo account is there." in stack.manage("seed_demo", "--dry-run")


def test_the_demo_shows_every_state_a_merchant_meets(stack: Stack):
    merchant = Merchant(stack)
    shops = merchant.get("/instellingen/")
    busy = re.findall(r'action="(/shop/[0-9a-f-]+/kies/)"', shops)[-1]
    merchant.post(busy)
    page = merchant.get("/zendingen/")
    for state in (
        "Concept",
        "Douane nodig",
        "Adres onvolledig",
        "Te printen",
        "Verstuurd",
        "Onderweg",
        "Bij douane",
        "Wordt bezorgd",
        "Bij afhaalpunt",
        "Bezorgd",
        "Retour",
        "Bijgewerkt",
        "Mislukt",
    ):
        assert state in page, state
    assert "Importeer externe orders" in page
