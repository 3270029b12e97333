"""A link with a number opens exactly what it counted: on every page of a shop in which everything is going on."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import make_order
from jobs import runner
from jobs.models import Job
from shipments.models import Shipment
from shipments.services.imports import order_import
from shipments.tests.factories import fill_sender, make_shipment
from shops.models import Shop

pytestmark = pytest.mark.django_db
# Where a page shows a number in a link, and where the link of a number beside it is.
LINKS = (
    r'<a class="nav__link[^"]*"\s+href="(?P<href>[^"]+)"[^>]*>(?:(?!</a>).)*?nav__count">\s*(?P<n>\d+)',
    r'<a class="flow__link"\s+href="(?P<href>[^"]+)"[^>]*>(?:(?!</a>).)*?flow__num">\s*(?P<n>\d+)',
    r'<a class="tabs__tab"[^>]*?href="(?P<href>[^"]+)"[^>]*>(?:(?!</a>).)*?tabs__count[^>]*>\s*(?P<n>\d+)',
    r'<a class="btn[^>]*?href="(?P<href>[^"]+)"[^>]*>(?:(?!</a>).)*?(?P<n>\d+)(?:(?!</a>).)*?</a>',
    r'todo__title">(?P<n>\d+) (?:(?!</li>).)*?href="(?P<href>[^"]+)"',
    r"<b>(?P<n>\d+)</b>(?:(?!</span>).)*?<a href=\"(?P<href>[^\"]+)\"",
)


@pytest.fixture
def merchant(client_for, owner, shop: Shop) -> Client:
    return client_for(owner)


@pytest.fixture
def busy(shop: Shop, owner) -> Job:
    """The result of an import, in a shop with shipments of every kind; no two kinds are equally many."""
    fill_sender(shop)
    connection = make_connection(shop)
    for number in range(1, 7):
        mirror_order(connection, make_order(number))
    imported = connection.orders.order_by("pk")[:4]
    job = order_import.start_import(shop, owner, orders=connection.orders.filter(pk__in=imported), key="k")
    runner.run_due()
    Shipment.objects.filter(pk=Shipment.objects.first().pk).update(blocked_by="address", problems=problems("number"))
    for _number in range(2):
        make_shipment(shop, blocked_by="address", problems=problems("number"))
    for _number in range(4):
        make_shipment(shop, blocked_by="customs", problems=problems("customs-0-hs_code"))
    for number, status in enumerate(("test", "registered", "printed", "in_transit"), start=5):
        for _number in range(number):
            make_shipment(shop, status=status, barcode=f"3S{status}{_number}", registered_at=timezone.now())
    for days in (0, 0, 3):
        moment = timezone.now() - timedelta(days=days)
        facts = {"status": "delivered", "status_at": moment, "delivered_at": moment, "registered_at": moment}
        make_shipment(shop, barcode=f"3SD{Shipment.objects.count()}", **facts)
    for number in range(2):
        make_shipment(shop, status="returned", barcode=f"3SR{number}")
    for number in range(9):
        printed_at = timezone.now() - timedelta(days=4)
        make_shipment(shop, status="printed", barcode=f"3SU{number}", printed_at=printed_at, registered_at=printed_at)
    return job


def problems(field: str) -> list[dict[str, object]]:
    return [{"field": field, "code": "x", "text": {"nl": "x"}}]


def counted_links(page: str) -> set[tuple[str, int]]:
    """Addresses and numbers. A file that is downloaded is not a page."""
    page = page.replace("&amp;", "&")
    found = {(hit["href"], int(hit["n"])) for link in LINKS for hit in re.finditer(link, page, re.DOTALL)}
    return {(href, number) for href, number in found if "/taken/" not in href and not href.startswith("#")}


def opened(merchant: Client, href: str, at: str) -> int:
    """How many rows the link opens."""
    page = merchant.get(at.partition("?")[0] + href if href.startswith("?") else href, follow=True).content.decode()
    if "/labels/" in href:
        return int(re.search(r"Download (\d+) label", page)[1])
    if "adressen" in href:
        return page.count("data-address-row")
    if "douane" in href:
        return page.count('class="panel customs-shipment') or len(
            set(re.findall(r"/zendingen/([0-9a-f-]{36})/bewerken/", page))
        )
    if "data-rows" not in page and "<tbody" not in page:
        return 1 if re.search(r"/zendingen/[0-9a-f-]{36}/$", href) else 0
    rows = page.partition('<table class="table table--cards table--list')[2].partition("</table>")[0]
    body = rows.partition("<tbody")[2]
    return body.count("<tr") - body.count("group__head")


def test_a_link_with_a_number_opens_exactly_what_it_counted(merchant: Client, busy: Job):
    pages = (
        "/",
        "/zendingen/",
        "/zendingen/?tab=printed",
        "/zendingen/importeren/",
        f"/zendingen/taken/{busy.public_id}/",
    )
    links = {(at, *link) for at in pages for link in counted_links(merchant.get(at).content.decode())}
    wrong = {(at, href): (number, rows) for at, href, number in links if (rows := opened(merchant, href, at)) != number}
    assert not wrong, "the page and the address: the number on the link and that of the rows"
    kinds = {re.sub(r"[0-9a-f-]{36}", "", href) for _at, href, _number in links}
    assert "/zendingen/?tab=printed&unscanned=3" in kinds
    assert len(kinds) >= 18, kinds


def test_the_list_names_what_a_counted_link_narrowed_it_to(merchant: Client, busy: Job):
    page = merchant.get("/zendingen/", {"tab": "attention", "kind": "address"}).content.decode()
    assert "Adres niet compleet" in page
    assert 'name="kind" value="address"' in page, "a filter that is chosen next keeps it"


def test_a_link_of_another_shop_finds_nothing(client_for, rival: Shop, busy: Job):
    stranger = client_for(rival.memberships.get().user)
    assert "data-rows" not in stranger.get("/zendingen/", {"job": str(busy.public_id)}).content.decode()
