"""Pages that come from this process instead of running programs: a test may make any row, and passkeys are possible.

Browsers make no passkeys for a numeric address, and the programs of the other tests have one.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.staticfiles import finders
from django.db import connections
from django.test import Client
from playwright.sync_api import Page, Route

BASE = "http://localhost"
REDIRECT = '<meta http-equiv="refresh" content="0; url={}">'
TYPES = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
HEADERS = {"accept", "referer", "user-agent", "hx-request", "hx-target"}


def serve(page: Page, client: Callable[[], Client]) -> None:
    """Whatever the page asks for is answered by this client, which also keeps the cookies."""
    # The browser calls back in a context of its own, which would connect anew and see nothing of this test.
    own = connections["default"]

    def answer(route: Route) -> None:
        connections["default"] = own
        request = route.request
        path = request.url.removeprefix(BASE)
        if path.startswith("/static/"):
            found = finders.find(path.removeprefix("/static/"))
            route.fulfill(path=found, content_type=TYPES.get(path.rpartition(".")[2], ""))
            return
        response = ask(client(), request.method, path, request.headers, request.post_data_buffer or b"")
        if response.status_code in {301, 302}:
            # A redirect that a route answers with is not followed through the route.
            route.fulfill(content_type="text/html", body=REDIRECT.format(response["Location"]))
            return
        body = b"".join(response.streaming_content) if response.streaming else response.content
        route.fulfill(status=response.status_code, headers=dict(response.items()), body=body)

    page.route(f"{BASE}/**", answer)


def ask(client: Client, method: str, path: str, headers: dict[str, str], body: bytes) -> Any:
    kind = headers.get("content-type", "application/octet-stream")
    kept = {name: value for name, value in headers.items() if name in HEADERS}
    return client.generic(method, path, body, kind, headers=kept | {"host": "localhost"}, follow=True)
