"""A platform that costs nothing: answers searches with bytes prepared before, in a process of its own.

Usage: python -m benchmarks.order_server COUNT. Prints its address when the pages are ready. It answers only what
reading and reading again ask; where it matters how the platform behaves, the sandbox serves instead.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from benchmarks.order_pages import answer, make_order, order_id, page, pages

TOKEN = json.dumps({"access_token": "bench", "expires_in": 14_400}).encode()
FULFILLMENTS = json.dumps({"ordersWithFulfillments": []}).encode()


def search(wanted: dict[str, Any], count: int, by_id: dict[str, int]) -> bytes:
    """A page by its cursor, or the orders with these ids."""
    ids = ((wanted.get("filter") or {}).get("id") or {}).get("$in")
    if ids is not None:
        return answer([make_order(by_id[own_id]) for own_id in ids if own_id in by_id])
    return page(int((wanted.get("cursorPaging") or {}).get("cursor") or 0), count)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    count = 0
    by_id: dict[str, int] = {}

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.endswith("/oauth2/token"):
            body = TOKEN
        elif self.path.endswith("/orders/search"):
            body = search(asked["search"], self.count, self.by_id)
        else:
            body = FULFILLMENTS
        self._send(body)

    def do_GET(self) -> None:
        index = self.by_id.get(self.path.rpartition("/")[2])
        self._send(json.dumps({"order": make_order(index) if index is not None else {}}).encode())

    def _send(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Quiet."""


def main() -> None:
    Handler.count = int(sys.argv[1])
    pages(Handler.count)
    Handler.by_id = {order_id(index): index for index in range(Handler.count)}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
