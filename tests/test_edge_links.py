"""Every address answers whatever stands in it and behind its question mark, and never with an error of ours."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.db import connection as database
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from integrations.tests.factories import make_connection, mirror_order
from lib.tests.generated import EXAMPLES
from shipments.services.imports.order_import import start_import
from shipments.tests.factories import make_shipment
from shops.models import Shop

pytestmark = pytest.mark.django_db
NOBODY = "00000000-0000-0000-0000-000000000000"
IDS: dict[str, list[str]] = {
    "int": ["0", "1", "2147483648", "9223372036854775807", "9223372036854775808", "9" * 30, "9" * 5000],
    "uuid": [NOBODY, "ffffffff-ffff-ffff-ffff-ffffffffffff"],
    "sha256": ["0" * 64],
    "platform": ["acme", "wix", "x" * 2000],
    "slug": ["x", "x" * 2000, "-"],
    "str": ["\0", "x" * 3000, "..", "%", "\u0661", "9" * 5000],
    "path": ["9" * 5000, "9223372036854775808", "\0", "x/y", "-1", "1" + "0" * 40, "1e5", "\u0661", "x" * 3000],
}
WORDS = (
    "q", "page", "page_size", "after", "before", "sort", "tab", "site", "state", "days", "job", "select", "destination",
    "carrier", "package_type", "status", "number", "order", "order_id", "shipment", "all_matching", "key", "next",
    "lang", "language", "code", "instance", "layout", "start", "position", "version", "weight", "country",
    "postal_code", "insurance", "parcels", "pieces", "count", "moment", "filter", "name", "to", "in_list", "dialog",
    "progress_quarter", "p", "o", "e", "id__exact", "pk__gt", "delivery_type", "customs-TOTAL_FORMS", "undo", "was",
    "remove", "add", "street", "person", "order_number", "api_key", "text", "labels", "from", "until",
)  # fmt: skip
VALUES = (
    "", "\0", "a\0b", "-1", "0", "2147483648", "9223372036854775808", "9" * 5000, "1e999", "NaN", "\u0661", "x" * 5000,
    "[" * 3000, "9999-12-31", "0001-01-01", "\u200b", "%00", "' OR 1=1 --", NOBODY, "\ud83d\ude00", "-" * 40 + "\udfff",
)  # fmt: skip


# All of the values with script/poison, some in the suite.
EVERY = 1 if EXAMPLES else 15
# PostgreSQL refuses more, so it is asked half of the addresses and SQLite a quarter.
SHARE = 1 if EXAMPLES else 2 if database.vendor == "postgresql" else 4


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield prefix + str(pattern.pattern)


def paths() -> Iterator[str]:
    """Every address with every id, or with a part of them; a part with a regular expression gets a word."""
    step = min(EVERY, 4)
    for number, route in enumerate(patterns()):
        parts = re.findall(r"<(\w+):\w+>", route)
        plain = (
            "/" + re.sub(r"\(\?P<\w+>[^)]*\)|[\^$\\]|\(.*?\)", "x", route).lstrip("x")
            if "(?P" in route
            else "/" + route
        )
        if not parts:
            yield plain
        most = max((len(IDS.get(kind, [NOBODY])) for kind in parts), default=0)
        for place in range(number % min(step, most or 1), most, step):
            choice = iter(parts)
            yield re.sub(
                r"<(\w+):\w+>",
                lambda _found, choice=choice, place=place: quote(_pick(next(choice), place), safe=""),
                plain,
            )


def _pick(kind: str, place: int) -> str:
    values = IDS.get(kind, [NOBODY])
    return values[min(place, len(values) - 1)]


@pytest.fixture
def merchant(client_for, shop: Shop, owner) -> Client:
    """Signed in as an owner who may see the admin, and who has something of everything."""
    owner.is_staff = owner.is_superuser = True
    owner.save()
    connection = make_connection(shop)
    order = mirror_order(connection)
    make_shipment(shop, order=order)
    start_import(shop, owner, orders=connection.orders.all(), key="k")
    return client_for(owner)


def real_paths(shop: Shop) -> list[str]:
    """Addresses of things that are there, so that the views get to read what is asked."""
    shipment, connection, job = shop.shipments.get(), shop.connections.get(), shop.jobs.get()
    found = ["/", "/zendingen/", "/zendingen/importeren/", "/zendingen/nieuw/", "/zendingen/nieuw/mogelijkheden/",
             "/zendingen/labels/", "/zendingen/douane/", "/zendingen/bestand/", "/zendingen/prijzen/", "/zoeken/",
             "/zoeken/scan/", "/downloads/", "/cijfers/", "/integratie/acme/", "/account/inloggen/",
             "/zendingen/filters/", "/zendingen/importeren/start/",
             f"/zendingen/importeren/waarom/{connection.public_id}/", f"/zendingen/taken/{job.public_id}/",
             "/zendingen/selectie/bewerken/", "/zendingen/selectie/exporteren/", "/zendingen/selectie/verwijderen/",
             "/admin/shipments/shipment/", "/admin/integrations/externalorder/",
             "/admin/integrations/webhookevent/"]  # fmt: skip
    own = ("", "menu/", "bewerken/", "mogelijkheden/", "pakbon/", "splitsen/", "retour/", "dupliceren/")
    return found + [f"/zendingen/{shipment.public_id}/{page}" for page in own]


def status_of(merchant: Client, method: str, path: str, data: dict[str, str] | None = None) -> int | str:
    try:
        return getattr(merchant, method)(path, data).status_code
    except Exception as error:  # noqa: BLE001 - every one is a finding
        return f"{type(error).__name__}: {error}"[:200]


def is_answer(status: int | str) -> bool:
    return isinstance(status, int) and status < 500


@pytest.mark.parametrize("method", ["get", "post"])
def test_no_id_in_an_address_is_an_error_of_ours(merchant: Client, method):
    asked = [path for path in dict.fromkeys(paths()) if "uitloggen" not in path and "healthz" not in path][::SHARE]
    assert len(asked) > 150 / SHARE
    wrong = {path[:120]: status for path in asked if not is_answer(status := status_of(merchant, method, path))}
    assert wrong == {}


@pytest.mark.parametrize("method", ["get", "post"])
def test_no_question_is_an_error_of_ours(merchant: Client, shop: Shop, method):
    """Every word at once; a part of the values, another part at every address."""
    wrong = {}
    for place, path in enumerate(real_paths(shop)):
        for value in VALUES[place % EVERY :: EVERY]:
            text = value.encode("utf-8", "replace").decode()
            status = status_of(merchant, method, path, dict.fromkeys(WORDS, text))
            if not is_answer(status):
                wrong[f"{path} {value[:20]!r}"] = status
    assert wrong == {}


@pytest.mark.parametrize(
    "path", ["/zendingen/", "/zendingen/importeren/", "/zoeken/", "/cijfers/", "/zendingen/nieuw/"]
)
def test_no_word_of_a_question_is_an_error_of_ours(merchant: Client, path):
    """Each word by itself, because one that is refused hides the others."""
    wrong = {}
    for place, word in enumerate(WORDS):
        for value in VALUES[place % (4 * EVERY) :: 4 * EVERY]:
            text = value.encode("utf-8", "replace").decode()
            status = status_of(merchant, "get", path, {word: text})
            if not is_answer(status):
                wrong[f"{word}={value[:20]!r}"] = status
    assert wrong == {}


def test_bytes_that_are_no_text_are_no_error_of_ours(merchant: Client):
    for path in (
        "/zendingen/?q=%ff%fe",
        "/zoeken/?q=%ed%a0%80",
        "/zendingen/?after=%c0%80",
        "/%ff/",
        "/zendingen/%00/",
    ):
        assert is_answer(status_of(merchant, "get", path)), path
