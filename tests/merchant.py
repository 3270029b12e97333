"""A merchant for tests that drive the running programs over HTTP."""

import re

import requests

from tests.stack import Stack

# The Wix site of the first demo account's new shop.
SITE = "Atelier Voorbeeld"


class Merchant:
    """Uses the backoffice over HTTP, without a browser, as one of its demo accounts."""

    def __init__(self, stack: Stack, number: int = 1) -> None:
        self.stack, self.http = stack, requests.Session()
        account = stack.demo_account(number)
        self.site = account["site"]
        self.post("/account/inloggen/", login=account["email"], password=account["password"])

    @property
    def busy_shop(self) -> str:
        """The public id of the account's shop in full swing."""
        shops: list[str] = re.findall(r'action="/shop/([0-9a-f-]+)/kies/"', self.get("/instellingen/"))
        return shops[-1]

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
        """Grant consent at the sandbox; answers the connection's address part."""
        found = re.search(r"/integratie/([0-9a-f-]{36})/intrekken/", self.complete_consent())
        assert found
        return found[1]

    def complete_consent(self) -> str:
        """Go to the sandbox and back; answers the page one comes back to."""
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
        back = self.stack.ask("/sandbox/install", {"site": self.site, **query})["redirect"]
        return self.http.get(back, timeout=30).text

    def count(self, tab: str) -> int:
        page = self.get(f"/zendingen/?tab={tab}")
        found = re.search(r"tab=" + tab + r'"[^>]*>[^<]*<span class="tabs__count[^"]*">\s*([\d.]+)\s*<', page)
        return int(found[1].replace(".", "")) if found else 0

    def sender(self) -> None:
        fields = {
            "company": self.site,
            "street": "Kade",
            "number": "1",
            "postal_code": "3511AA",
            "city": "Utrecht",
            "country": "NL",
        }
        self.post("/instellingen/afzender/", **fields)

    def key(self) -> None:
        """Labels are real ones from now on."""
        account = self.stack.ask("/sandbox/myparcel/account.json")
        self.post("/instellingen/algemeen/myparcel/", api_key=account["apiKey"])


def fulfillments(stack: Stack) -> list[dict]:
    return [
        row
        for row in stack.ask(f"/sandbox/state.json?site={SITE.replace(' ', '%20')}")["fulfillments"]
        if "trackingInfo" in row
    ]
