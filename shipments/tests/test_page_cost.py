"""What a long list costs: its size, and work that does not grow with its rows."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.template.base import Node
from django.test import Client
from django.urls.resolvers import URLResolver
from django.utils import timezone, translation

from accounts.models import User
from integrations.models import Connection, ExternalOrder, Fulfillment
from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import make_order
from shipments.models import Shipment
from shipments.tests.factories import make_shipment
from shops.models import Shop

pytestmark = pytest.mark.django_db
OVERVIEW, IMPORT = "/zendingen/", "/zendingen/importeren/"
# Bytes, as they are sent and as the browser unpacks them.
MAX_SENT, MAX_BYTES, MAX_BYTES_PER_ROW = 13_000, 60 * 1024, 900
# A row's own texts: status, package type, state at the shop system, and the words of two moments.
MAX_TEXTS_PER_ROW = 5


@pytest.fixture
def mine(client_for: Callable[[User], Client], owner: User) -> Client:
    return client_for(owner)


@pytest.fixture
def connection(shop: Shop) -> Connection:
    return make_connection(shop, synced_at="2099-01-01T00:00Z")


def add_shipments(connection: Connection, numbers: range) -> None:
    """Parcels on their way, of which the shop system was told: the longest rows."""
    pattern, now = make_shipment(connection.shop), timezone.now()
    order = mirror_order(connection, make_order(1))
    told = [
        Fulfillment(shop=connection.shop, connection=connection, order=order, lines=[], state="done")
        for _number in numbers
    ]
    for fulfillment in told:
        fulfillment.source_id = fulfillment.public_id
    fulfillments = Fulfillment.objects.bulk_create(told)
    values = {name: getattr(pattern, name) for name in ("shop", "person", "postal_code", "city", "country", "carrier")}
    values |= {"package_type": pattern.package_type, "weight": 700, "status": "in_transit"}
    Shipment.objects.bulk_create(
        Shipment(
            **values,
            reference=str(number),
            barcode=f"3SSAND{number:09}",
            tracking_url=f"https://jouw.postnl.nl/track-and-trace/3SSAND{number:09}-NL-3524KB",
            fulfillment=fulfillment,
            created_at=now - timedelta(days=number),
        )
        for number, fulfillment in zip(numbers, fulfillments, strict=True)
    )
    pattern.delete()


def add_orders(connection: Connection, numbers: range) -> None:
    pattern = mirror_order(connection, make_order(numbers[0]))
    copied = [field.attname for field in pattern._meta.concrete_fields if field.attname not in {"id", "public_id"}]
    ExternalOrder.objects.bulk_create(
        ExternalOrder(
            **{name: getattr(pattern, name) for name in copied} | {"external_id": str(number), "number": number}
        )
        for number in numbers[1:]
    )


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts what costs on a page: nodes of templates, reversed urls, translated texts."""
    counted: Counter[str] = Counter()

    def count(owner: Any, name: str, kind: str) -> None:
        function = getattr(owner, name)

        def counting(*args: Any, **kwargs: Any) -> Any:
            counted[kind] += 1
            return function(*args, **kwargs)

        monkeypatch.setattr(owner, name, counting)

    count(Node, "render_annotated", "nodes")
    count(URLResolver, "_reverse_with_prefix", "urls")
    count(translation._trans, "gettext", "texts")
    return counted


def cost_of(mine: Client, path: str, work: Counter[str]) -> tuple[int, Counter[str]]:
    """Bytes and work of the page the second time."""
    mine.get(path)
    work.clear()
    response = mine.get(path)
    assert response.status_code == 200
    return len(response.content), work.copy()


@pytest.mark.parametrize(("path", "add"), [(OVERVIEW, add_shipments), (IMPORT, add_orders)])
def test_a_row_costs_no_template_and_few_texts_and_bytes(mine, connection, work, path, add):
    add(connection, range(1, 11))
    few_bytes, few = cost_of(mine, path, work)
    add(connection, range(11, 51))
    many_bytes, many = cost_of(mine, path, work)
    assert mine.get(path).content.partition(b"data-rows")[2].count(b"<tr") == 50
    assert (many["nodes"], many["urls"]) == (few["nodes"], few["urls"])
    assert many["texts"] - few["texts"] <= 40 * MAX_TEXTS_PER_ROW
    assert many_bytes - few_bytes <= 40 * MAX_BYTES_PER_ROW
    assert many_bytes <= MAX_BYTES
    sent = mine.get(path, headers={"Accept-Encoding": "gzip"})
    assert sent.headers["Content-Encoding"] == "gzip"
    assert len(sent.content) <= MAX_SENT


# Constants are folded into text: what is left differs from page to page.
@pytest.mark.parametrize(
    ("path", "nodes", "texts", "urls"),
    [("/", 450, 40, 15), ("/instellingen/", 160, 30, 6), ("/instellingen/zendingen/", 500, 100, 5)],
)
def test_a_page_translates_and_reverses_only_what_differs(mine, connection, work, path, nodes, texts, urls):
    _bytes, cost = cost_of(mine, path, work)
    assert cost["nodes"] <= nodes
    assert cost["texts"] <= texts
    assert cost["urls"] <= urls


def test_only_pages_are_compressed(mine, connection):
    for path, is_compressed in [(OVERVIEW, True), ("/healthz", False)]:
        response = mine.get(path, headers={"Accept-Encoding": "gzip"})
        assert response.headers.get("Content-Encoding", "") == ("gzip" if is_compressed else "")
    assert "Content-Encoding" not in mine.get(OVERVIEW).headers
