"""Response bodies of an invented shop in recorded form, and a session with a fake network."""

import json
from pathlib import Path
from typing import Any

from integrations.providers.wix.provider import WixProvider, WixSession

API = "https://www.wixapis.com"
FOLDER = Path(__file__).parent / "payloads"


def body(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text())


def order_number(number: str) -> dict[str, Any]:
    """One order of the recorded shop."""
    (found,) = [order for order in body("orders_search_response")["orders"] if order["number"] == number]
    return found


class Tokens:
    """A TokenSource that remembers how often it was asked for another."""

    def __init__(self) -> None:
        self.renewed = 0

    def token(self) -> str:
        return f"token-{self.renewed}"

    def renew(self, stale: str) -> str:
        self.renewed += 1
        return f"token-{self.renewed}"


def provider() -> WixProvider:
    return WixProvider(app_id="app", secret="secret", web_url="https://www.wix.com", api_url=API)


def session(tokens: Tokens | None = None) -> WixSession:
    return provider().open("instance-1", tokens or Tokens())
