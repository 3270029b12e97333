"""Every page runs at most twelve queries, however many rows it shows."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.tests.factories import make_user
from integrations.models import UnreadableOrder
from integrations.tests.factories import make_connection, make_fulfillment, mirror_order
from integrations.tests.fake_platform import make_order
from jobs.models import Job
from privacy.models import ShopExport
from shipments.models import CustomsItem, JobItem, SavedFilter, ShipmentEvent
from shipments.tests.factories import fill_sender, make_shipment
from shops.tests.factories import make_invitation, make_member, make_rule, make_shop
from tests.addresses import kind_of
from tests.our_apps import OUR_APPS

pytestmark = pytest.mark.django_db
MAX_QUERIES = 12
ROWS = 60
ALSO = (
    "zendingen/?tab=attention",
    "zendingen/?q=Mees&carrier=postnl&destination=nl",
    "zendingen/?select=all",
    "zendingen/importeren/?include_imported=1",
    "",
    "cijfers/",
    "zoeken/?q=1000",
    "zendingen/labels/?all_matching=tab%3Ddrafts",
)
# Answers that are a document: drawing one asks what it must.
FILES = {"shipments:job_file", "shipments:job_packing_slips", "shipments:packing_slip"}


def addresses(patterns=None, prefix: str = "", namespace: str = ""):
    for pattern in patterns or get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, prefix + str(pattern.pattern), pattern.namespace or namespace)
        elif isinstance(pattern, URLPattern) and namespace in OUR_APPS:
            name = f"{namespace}:{pattern.name}"
            if name not in FILES and not re.search(r"<(?:str|sha256|path|slug|int):", prefix + str(pattern.pattern)):
                yield prefix + str(pattern.pattern), name


PAGES = [*addresses(), *((path, f"shipments:{path}") for path in ALSO)]


@pytest.fixture(scope="module")
def busy(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """A shop with much of everything, made once: each page works in a savepoint of the transaction left open here."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_busy_shop()
        transaction.set_rollback(True)


def make_busy_shop() -> dict[str, Any]:
    """Its owner, and what an address may name in it."""
    owner, shop = make_user(email="busy@example.com"), make_shop(name="Busy")
    make_member(shop, owner, role="owner")
    fill_sender(shop)
    connection = make_connection(shop, synced_at="2099-01-01T00:00Z")
    jobs = [
        Job.objects.create(shop=shop, started_by=owner, kind=kind, idempotency_key=kind, state="done")
        for kind in ("labels", "import", "export", "edit", "upload")
    ]
    for number in range(ROWS):
        order = mirror_order(connection, make_order(number))
        told = {
            "status": "registered",
            "barcode": f"3SSAND{number:09}",
            "fulfillment": make_fulfillment(connection, number),
        }
        mine = {} if number % 2 else told
        shipment = make_shipment(shop, order=order, reference=f"1{number:03}", problems=[], blocked_by="", **mine)
        CustomsItem.objects.create(shipment=shipment, description="Mug", quantity=2, weight=350, value=1495)
        ShipmentEvent.objects.create(shipment=shipment, kind=ShipmentEvent.Kind.LABEL, actor=owner)
        refused = {"position": number, "state": "refused", "code": "x", "reason": {"nl": "Nee", "en": "No"}}
        JobItem.objects.create(job=jobs[0], shipment=shipment, **refused)
        JobItem.objects.create(job=jobs[1], order=order, **refused)
    for _number in range(20):
        rule = make_rule(shop, least_weight=1, article="Mug", signature=True)
    for number in range(5):
        mirror_order(connection, make_order(ROWS + number))
        make_member(shop, make_user())
        SavedFilter.objects.create(shop=shop, user=owner, name=str(number), query="tab=drafts")
        UnreadableOrder.objects.create(shop=shop, connection=connection, external_id=str(number), reason="y")
    return {
        "owner": owner,
        "shop": shop.public_id,
        "member": shop.memberships.first().public_id,
        "invitation": make_invitation(shop).public_id,
        "connection": connection.public_id,
        "job": jobs[0].public_id,
        "shipment": shipment.public_id,
        "order": order.public_id,
        "export": ShopExport.objects.create(shop=shop).public_id,
        "rule": rule.public_id,
    }


@pytest.mark.parametrize(("route", "name"), PAGES, ids=[name for _route, name in PAGES])
def test_a_busy_shops_page_asks_at_most_twelve_questions(client_for, busy, route, name, django_assert_max_num_queries):
    path = "/" + re.sub(r"<uuid:\w+>", str(busy[kind_of(name)]), route).replace("<platform:platform>", "acme")
    browser = client_for(busy["owner"])
    browser.get("/")
    with django_assert_max_num_queries(MAX_QUERIES):
        assert browser.get(path).status_code in {200, 302, 404, 405}
